using Residuum.Graphs;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Draws networks as columns of layers whose rows are aligned by the size of the maps.</summary>
sealed class ColumnPainter
{
    const double Margin = 24, TextSize = 10.5, BoxHeight = 19, RowHeight = 34, GroupGap = 16, NameSize = 13, Bulge = 30, LevelWidth = 12,
        ColumnGap = 26;

    readonly ColumnDiagram _diagram;
    readonly SvgCanvas _canvas = new("Layers of networks side by side");
    readonly double[] _tops;
    readonly double _left;
    double _right;

    ColumnPainter(ColumnDiagram diagram)
    {
        _diagram = diagram;
        _tops = new double[diagram.Groups.Length + 1];
        _tops[0] = Margin + 58;
        for (var i = 0; i < diagram.Groups.Length; i++) _tops[i + 1] = _tops[i] + GroupGap + diagram.Groups[i].Rows * RowHeight;
        _left = Margin + diagram.Groups.Max(group => SvgCanvas.TextWidth(group.Size, TextSize)) + 22;
    }

    public static SvgCanvas Draw(ColumnDiagram diagram) => new ColumnPainter(diagram).Draw();

    SvgCanvas Draw()
    {
        var columns = _diagram.Sequences.Select((sequence, index) => new Column(sequence, index)).ToArray();
        _right = _left;
        foreach (var column in columns)
        {
            column.Left = _right;
            _right += column.Width + ColumnGap;
        }
        _right -= ColumnGap;
        var legend = new DiagramLegend(Math.Max(_right - Margin, 360));
        _canvas.Text(Margin, _tops[0] - 12, "output size", TextSize, ink: Ink.Muted);
        for (var i = 0; i < _diagram.Groups.Length; i++)
        {
            _canvas.Line(Margin, _tops[i], Margin + legend.Width, _tops[i], new Paint(Stroke: Ink.Rule));
            _canvas.Text(Margin, _tops[i] + GroupGap / 2 + 14, _diagram.Groups[i].Size, TextSize, ink: Ink.Muted);
        }
        foreach (var column in columns) Draw(column);
        foreach (var kind in _diagram.Sequences.SelectMany(sequence => sequence.Shortcuts).Select(way => way.Kind).Distinct().Order())
            legend.Stroke($"{ShortcutText.Of(kind)} shortcut", 30, ShortcutText.Paint(kind));
        if (_diagram.Sequences.Any(sequence => sequence.Shortcuts.Any(way => Grows(sequence, way))))
            legend.Stroke("dashed: to another number of channels", 30, new Paint(Stroke: Ink.Muted, Dash: "5 3"));
        legend.Text("/2: stride 2");
        if (_diagram.Sequences.Any(sequence => sequence.Layers.Any(layer => layer.Copies > 1)))
            legend.Text("x 3: as many equal blocks, one behind another");
        _canvas.Width = 2 * Margin + legend.Width;
        _canvas.Height = legend.Draw(_canvas, Margin, _tops[^1] + 20) + Margin - 8;
        return _canvas;
    }

    void Draw(Column column)
    {
        var sequence = column.Sequence;
        var tops = Tops(column.Index);
        var middle = column.Middle;
        _canvas.Text(middle, Margin + 12, column.Name, NameSize, TextAnchor.Middle, bold: true);
        _canvas.Text(middle, Margin + 28, column.Note, TextSize, TextAnchor.Middle, Ink.Muted);
        for (var i = 1; i < tops.Length; i++) Arrow(middle, tops[i - 1] + BoxHeight, tops[i]);
        foreach (var way in sequence.Shortcuts) Way(column, way, tops);
        for (var i = 0; i < tops.Length; i++)
        {
            var layer = sequence.Layers[i];
            _canvas.Open($"{layer.Node.Name}: {LayerText.Size(layer.Node)}", layer.Node.Name);
            if (layer.Part >= 0)
            {
                var box = new Box(middle - column.BoxWidth / 2, tops[i], column.BoxWidth, BoxHeight);
                var ink = Colour(layer, column.Index, i);
                _canvas.Rectangle(box, new Paint(Fill: Ink.Paper), 3);
                _canvas.Rectangle(box, new Paint(Fill: ink, Opacity: 0.2), 3);
                _canvas.Rectangle(box, new Paint(Stroke: ink), 3);
            }
            _canvas.Text(middle, tops[i] + 13.5, column.Texts[i], TextSize, TextAnchor.Middle);
            _canvas.Close();
        }
        foreach (var block in Enumerable.Range(0, tops.Length).Where(i => sequence.Layers[i].Copies > 1)
            .GroupBy(i => sequence.Layers[i].Block!.Nodes[0]))
        {
            var (x, top, bottom) = (middle - column.BoxWidth / 2 - 5, tops[block.First()], tops[block.Last()] + BoxHeight);
            _canvas.Polyline([(x, top), (x - 4, top), (x - 4, bottom), (x, bottom)], new Paint(Stroke: Ink.Text, Width: 1.2));
            _canvas.Text(x - 8, (top + bottom) / 2 + 4, $"x {sequence.Layers[block.First()].Copies}", 11, TextAnchor.End, bold: true);
        }
    }

    // The upper edges of a network's layers.
    double[] Tops(int network)
    {
        var tops = new double[_diagram.Sequences[network].Layers.Length];
        for (var i = 0; i < _diagram.Groups.Length; i++)
            for (var row = 0; row < _diagram.Groups[i].Layers[network].Length; row++)
                tops[_diagram.Groups[i].Layers[network][row]] = _tops[i] + GroupGap / 2 + row * RowHeight + (RowHeight - BoxHeight) / 2;
        return tops;
    }

    Ink Colour(ShownLayer layer, int network, int index)
    {
        if (layer.Node.Op is not (Conv2d or FusedConv2d or ConvTranspose2d)) return Ink.Series[^1];
        for (var i = 0; i < _diagram.Groups.Length; i++)
            if (_diagram.Groups[i].Layers[network].Contains(index)) return Ink.Series[i % (Ink.Series.Count - 1)];
        return Ink.Series[^1];
    }

    void Arrow(double x, double from, double to)
    {
        _canvas.Line(x, from, x, to - 4, new Paint(Stroke: Ink.Muted));
        _canvas.Polygon([(x - 2.6, to - 5), (x, to), (x + 2.6, to - 5)], new Paint(Fill: Ink.Muted));
    }

    // Out of the line before the block, around its boxes, into the line behind it.
    void Way(Column column, ShownShortcut way, double[] tops)
    {
        var (x, right) = (column.Middle, column.Middle + column.BoxWidth / 2);
        var (start, end) = (tops[way.From + 1] - 6.5 - way.Level, tops[way.To] + BoxHeight + 4 + way.Level);
        var bulge = right + Bulge + (way.Level * LevelWidth * 4 / 3);
        var paint = ShortcutText.Paint(way.Kind);
        if (Grows(column.Sequence, way)) paint = paint with { Dash = paint.Dash ?? "5 3" };
        _canvas.Open($"{ShortcutText.Of(way.Kind)} shortcut");
        _canvas.Path($"M{N(x)} {N(start)}H{N(right)}C{N(bulge)} {N(start)} {N(bulge)} {N(end)} {N(right)} {N(end)}H{N(x + 4)}", paint);
        _canvas.Polygon([(x + 5, end - 2.6), (x, end), (x + 5, end + 2.6)], new Paint(Fill: paint.Stroke));
        _canvas.Close();
    }

    // Dotted in the paper's figure.
    static bool Grows(LayerSequence sequence, ShownShortcut way) => sequence.Layers[way.From].Channels != sequence.Layers[way.To].Channels;

    static string N(double number) => SvgCanvas.N(number);

    sealed class Column
    {
        public Column(LayerSequence sequence, int index)
        {
            (Sequence, Index) = (sequence, index);
            Texts = [.. sequence.Layers.Select(layer => SvgCanvas.Shortened(layer.Text, TextSize, 190))];
            BoxWidth = Texts.Max(text => SvgCanvas.TextWidth(text, TextSize)) + 16;
            Name = SvgCanvas.Shortened(sequence.Name, NameSize, 190, bold: true);
            Note = FormattableString.Invariant($"{sequence.Graph.ParameterCount:N0} parameters");
            var copies = sequence.Layers.Max(layer => layer.Copies);
            _before = copies > 1 ? SvgCanvas.TextWidth($"x {copies}", 11, bold: true) + 14 : 0;
            var levels = sequence.Shortcuts.Select(way => way.Level).DefaultIfEmpty(-1).Max();
            var behind = levels < 0 ? 0 : Bulge * 0.75 + 2 + levels * LevelWidth;
            var heading = Math.Max(SvgCanvas.TextWidth(Name, NameSize, bold: true), SvgCanvas.TextWidth(Note, TextSize)) / 2;
            _before = Math.Max(_before, heading - BoxWidth / 2);
            Width = _before + BoxWidth + Math.Max(behind, heading - BoxWidth / 2);
        }

        readonly double _before;

        public LayerSequence Sequence { get; }
        public int Index { get; }
        public string[] Texts { get; }
        public string Name { get; }
        public string Note { get; }
        public double BoxWidth { get; }
        public double Width { get; }
        public double Left { get; set; }
        public double Middle => Left + _before + BoxWidth / 2;
    }
}
