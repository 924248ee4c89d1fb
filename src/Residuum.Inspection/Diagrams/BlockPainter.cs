using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Draws the panels of a block diagram: a whole network in columns, a part each; blocks side by side.</summary>
static class BlockPainter
{
    const double Margin = 24, ColumnGap = 34, PanelGap = 24, RowGap = 30, RowWidth = 1440, ColumnHeight = 1150, NameSize = 13,
        NameHeight = 34;

    sealed class Column(int part, string? name, string? node)
    {
        public int Part => part;
        public string? Name { get; } = name is null ? null : SvgCanvas.Shortened(name, NameSize, 200, bold: true);
        public string? Node => node;
        public List<PanelPainter> Panels { get; } = [];

        /// <summary>The line through all panels, from the left edge.</summary>
        public double Way => Panels.Max(panel => panel.Way);

        public double Width => Math.Max(
            Panels.Max(panel => Way - panel.Way + panel.Width), Name is null ? 0 : SvgCanvas.TextWidth(Name, NameSize, bold: true));

        public double Height => Panels.Sum(panel => panel.Height) + (Panels.Count - 1) * PanelGap;
    }

    public static SvgCanvas Draw(BlockDiagram diagram)
    {
        var sequence = diagram.Sequence;
        var canvas = new SvgCanvas($"{diagram.Name}: operations of {(sequence.IsWhole ? "the network" : "its blocks")}");
        var rows = Rows(Columns(sequence));
        var legend = new DiagramLegend(Math.Max(420, rows.Max(row => row.Sum(column => column.Width) + (row.Count - 1) * ColumnGap)));
        canvas.Text(Margin, Margin + 12, SvgCanvas.Shortened(diagram.Name, 16, 420, bold: true), 16, bold: true);
        var colours = PartColours(sequence);
        var y = Margin + 30;
        for (var i = 0; i < rows.Count; i++) y = Row(canvas, sequence, rows[i], y, colours, i == 0, i == rows.Count - 1) + RowGap;
        foreach (var kind in sequence.Panels.Select(panel => panel.Block?.Shortcut).OfType<OutlineShortcut>().Distinct().Order())
            if (kind != OutlineShortcut.None) legend.Stroke($"{ShortcutText.Of(kind)} shortcut", 30, ShortcutText.Paint(kind));
        if (sequence.Panels.Any(panel => panel.Copies > 1)) legend.Text("x 3: as many equal blocks, one behind another");
        legend.Text("/2: stride 2");
        canvas.Width = 2 * Margin + legend.Width;
        canvas.Height = legend.Draw(canvas, Margin, y) + Margin - 8;
        return canvas;
    }

    static List<Column> Columns(PanelSequence sequence)
    {
        var before = MainWay.Before(sequence.Graph, sequence.Outline);
        var columns = new List<Column>();
        foreach (var panel in sequence.Panels)
        {
            var painter = new PanelPainter(new PanelLayout(sequence.Graph, panel, before));
            var part = sequence.Outline.Parts[panel.Part];
            var isLayer = part.Kind == PartKind.Layer;
            var isNew = columns.Count == 0 || !sequence.IsWhole || (!isLayer && columns[^1].Part != panel.Part)
                || columns[^1].Height + PanelGap + painter.Height > ColumnHeight;
            if (isNew)
                columns.Add(new Column(panel.Part, isLayer || !sequence.IsWhole ? null : Name(part.Name, panel.Part),
                    sequence.Graph.Nodes[part.Output.Node].Name));
            columns[^1].Panels.Add(painter);
        }
        return columns;

        string Name(string part, int index) => columns.Exists(column => column.Part == index) ? $"{part}, continued" : part;
    }

    static List<List<Column>> Rows(List<Column> columns)
    {
        var rows = new List<List<Column>> { new() };
        foreach (var column in columns)
        {
            if (rows[^1].Count > 0 && rows[^1].Sum(each => each.Width + ColumnGap) + column.Width > RowWidth) rows.Add([]);
            rows[^1].Add(column);
        }
        return rows;
    }

    static double Row(SvgCanvas canvas, PanelSequence sequence, List<Column> row, double top, Ink[] colours, bool isFirst, bool isLast)
    {
        var panelsTop = top + (sequence.IsWhole ? NameHeight : 0);
        var left = Margin;
        var bottom = panelsTop;
        for (var i = 0; i < row.Count; i++)
        {
            var column = row[i];
            var way = left + column.Way;
            if (column.Name is { } name)
            {
                canvas.Open(node: column.Node);
                canvas.Text(left, top + 12, name, NameSize, bold: true);
                canvas.Close();
            }
            var y = panelsTop;
            foreach (var panel in column.Panels)
            {
                if (sequence.IsWhole && (y > panelsTop || (i == 0 && !isFirst)))
                    Arrow(canvas, [(way, y - (y > panelsTop ? PanelGap : 14)), (way, y)]);
                panel.Draw(canvas, way - panel.Way, y, colours[column.Part]);
                y += panel.Height + PanelGap;
            }
            y -= PanelGap;
            bottom = Math.Max(bottom, y + (sequence.IsWhole ? 16 : 0));
            if (sequence.IsWhole && i + 1 < row.Count)
            {
                var turn = left + column.Width + ColumnGap / 2;
                var next = left + column.Width + ColumnGap + row[i + 1].Way;
                Arrow(canvas, [(way, y), (way, y + 10), (turn, y + 10), (turn, panelsTop - 12), (next, panelsTop - 12), (next, panelsTop)]);
            }
            else if (sequence.IsWhole && !isLast) Arrow(canvas, [(way, y), (way, y + 15)]);
            left += column.Width + ColumnGap;
        }
        return bottom;
    }

    // Down to the last point.
    static void Arrow(SvgCanvas canvas, (double X, double Y)[] points)
    {
        var (x, y) = points[^1];
        canvas.Polyline([.. points[..^1], (x, y - 5)], new Paint(Stroke: Ink.Muted, Width: 1.4));
        canvas.Polygon([(x - 3.5, y - 7), (x, y), (x + 3.5, y - 7)], new Paint(Fill: Ink.Muted));
    }

    static Ink[] PartColours(PanelSequence sequence)
    {
        var stages = 0;
        return [.. sequence.Outline.Parts.Select(
            part => part.Kind == PartKind.Stage ? Ink.Series[stages++ % (Ink.Series.Count - 1)] : Ink.Series[^1])];
    }
}
