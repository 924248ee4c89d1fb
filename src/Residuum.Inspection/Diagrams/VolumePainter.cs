using Residuum.Graphs;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Draws volumes in rows, with their labels below and shortcuts above.</summary>
sealed class VolumePainter
{
    const double Margin = VolumeLayout.Margin, LevelHeight = 20, RowGap = 26, SumRadius = 4.5;

    readonly VolumeDiagram _diagram;
    readonly List<List<VolumeSegment>> _rows;
    readonly SvgCanvas _canvas;
    readonly Dictionary<int, (VolumeItem Item, int Row)> _items = [];
    readonly List<double> _axes = [];
    readonly Ink[] _colours;

    VolumePainter(VolumeDiagram diagram)
    {
        _diagram = diagram;
        _rows = VolumeLayout.Rows(diagram);
        _canvas = new SvgCanvas($"{diagram.Name}: layers as volumes, shortcuts as arcs");
        _colours = StageColours.Of(diagram.Sequence);
        for (var row = 0; row < _rows.Count; row++)
            foreach (var item in _rows[row].SelectMany(segment => segment.Items))
                foreach (var slot in item.Slots) _items[slot.Index] = (item, row);
    }

    public static SvgCanvas Draw(VolumeDiagram diagram) => new VolumePainter(diagram).Draw();

    SvgCanvas Draw()
    {
        var graph = _diagram.Sequence.Graph;
        var heading = SvgCanvas.Shortened(_diagram.Name, 16, 700, bold: true);
        var note = FormattableString.Invariant(
            $"{graph.ParameterCount:N0} parameters, {graph.MultiplyAdds:N0} multiply-adds for one image");
        var legend = new DiagramLegend(
            Math.Max(460, Math.Max(SvgCanvas.TextWidth(note, 11), _rows.Max(row => row[^1].Left + row[^1].Width - Margin))));
        _canvas.Text(Margin, Margin + 12, heading, 16, bold: true);
        _canvas.Text(Margin, Margin + 30, note, 11, ink: Ink.Muted);
        var y = Margin + 44;
        foreach (var row in Enumerable.Range(0, _rows.Count)) y = Row(row, y) + RowGap;
        foreach (var way in _diagram.Sequence.Shortcuts) Arc(way);
        // Behind all ways, which must not run over their signs.
        foreach (var way in _diagram.Sequence.Shortcuts) Join(_items[way.To].Item.Right, _axes[_items[way.To].Row], way.Join);
        Legend(legend);
        _canvas.Width = 2 * Margin + legend.Width;
        _canvas.Height = legend.Draw(_canvas, Margin, y) + Margin - 8;
        return _canvas;
    }

    // Returns where the row ends.
    double Row(int index, double top)
    {
        var row = _rows[index];
        var items = row.SelectMany(segment => segment.Items).ToArray();
        var reach = items.Max(item => item.Reach);
        var over = _diagram.Sequence.Shortcuts
            .Where(way => _items[way.From + 1].Row <= index && _items[way.To].Row >= index)
            .Select(way => Rise(way, index)).DefaultIfEmpty(reach).Max();
        var axis = top + Math.Max(over, reach) + 4;
        _axes.Add(axis);
        Flow(items, axis, index);
        var labels = axis + reach + 13;
        var hasSizes = items.Any(item => item.Slots.Any(slot => slot.Size is not null));
        var hasCopies = items.Any(item => item.Copies is not null);
        var below = labels + (hasSizes ? 12 : 0) + 6;
        foreach (var item in items)
        {
            foreach (var slot in item.Slots) Volume(slot, axis, labels);
            if (item.Copies is not { } copies) continue;
            Bracket(item.Left + 4, item.Right - 4, below, Ink.Text);
            _canvas.Text((item.Left + item.Right) / 2, below + 17, copies, 12, TextAnchor.Middle, bold: true);
        }
        if (hasCopies) below += 24;
        foreach (var segment in row) Name(segment, below);
        return below + (row.Any(segment => segment.Note is not null) ? 32 : 19);
    }

    void Name(VolumeSegment segment, double y)
    {
        var middle = segment.Left + segment.Width / 2;
        _canvas.Open(node: segment.Part < 0 ? _diagram.Sequence.Layers[0].Node.Name
            : NodeOf(_diagram.Sequence.Outline.Parts[segment.Part]));
        Bracket(segment.Left + 3, segment.Left + segment.Width - 3, y, segment.Part < 0 ? Ink.Muted : _colours[segment.Part]);
        _canvas.Text(middle, y + 16, segment.Name, VolumeSegment.NameText, TextAnchor.Middle, bold: true);
        if (segment.Note is { } note) _canvas.Text(middle, y + 29, note, VolumeSegment.NoteText, TextAnchor.Middle, Ink.Muted);
        _canvas.Close();
    }

    string NodeOf(OutlinePart part) => _diagram.Sequence.Graph.Nodes[part.Output.Node].Name;

    void Bracket(double left, double right, double y, Ink ink) =>
        _canvas.Polyline([(left, y), (left, y + 4), (right, y + 4), (right, y)], new Paint(Stroke: ink, Width: 1.4));

    // The line that the numbers follow, seen between the volumes.
    void Flow(VolumeItem[] items, double axis, int row)
    {
        var x = items[0].Left - (row > 0 ? 10 : 0);
        var paint = new Paint(Stroke: Ink.Muted);
        foreach (var slot in items.SelectMany(item => item.Slots))
        {
            if (slot.Front > x && slot.Index > 0) _canvas.Line(x, axis, slot.Front, axis, paint);
            x = slot.Front + slot.Depth + slot.BackX;
        }
        if (row == _rows.Count - 1) return;
        _canvas.Line(x, axis, items[^1].Right + 9, axis, paint);
        _canvas.Polygon([(items[^1].Right + 8, axis - 4), (items[^1].Right + 15, axis), (items[^1].Right + 8, axis + 4)],
            new Paint(Fill: Ink.Muted));
    }

    void Volume(VolumeSlot slot, double axis, double labels)
    {
        var layer = slot.Layer;
        var ink = layer.Part < 0 ? Ink.Muted : _colours[layer.Part];
        _canvas.Open($"{layer.Node.Name}: {layer.Text}, {LayerText.Size(layer.Node)}", layer.Node.Name);
        var (left, right) = (slot.Front, slot.Front + slot.Depth);
        // Higher by the half of what the back is, so that front and back lie evenly about the axis.
        var top = axis - slot.Height / 2 + slot.BackY / 2;
        var bottom = top + slot.Height;
        var (x, y) = (slot.BackX, slot.BackY);
        if (layer.IsMap)
        {
            Face([(left, top), (left + x, top - y), (right + x, top - y), (right, top)], ink, 0.35);
            Face([(right, top), (right + x, top - y), (right + x, bottom - y), (right, bottom)], ink, 0.85);
        }
        Face([(left, top), (right, top), (right, bottom), (left, bottom)], ink, 0.6);
        _canvas.Text(slot.Middle, labels, slot.Channels, VolumeSlot.ChannelText, TextAnchor.Middle);
        if (slot.Size is { } size) _canvas.Text(slot.Middle, labels + 12, size, VolumeSlot.SizeText, TextAnchor.Middle, Ink.Muted);
        _canvas.Close();
    }

    void Face((double X, double Y)[] corners, Ink ink, double opacity)
    {
        _canvas.Polygon(corners, new Paint(Fill: ink, Opacity: opacity));
        _canvas.Polygon(corners, new Paint(Stroke: ink, Width: 0.8));
    }

    // How far above the axis a way's arc goes in a row.
    double Rise(ShownShortcut way, int row) => Shoulder(way, row) + ArcHeight(way);

    double Shoulder(ShownShortcut way, int row)
    {
        var under = _items.Where(pair => pair.Key > way.From && pair.Key <= way.To && pair.Value.Row == row)
            .Select(pair => pair.Value.Item.Reach);
        return under.DefaultIfEmpty(0).Max() + 5 + way.Level * LevelHeight;
    }

    double ArcHeight(ShownShortcut way) =>
        Math.Min(13, (_items[way.To].Item.Right - _items[way.From + 1].Item.Left) / 4) is > 4 and var height ? height : 4;

    void Arc(ShownShortcut way)
    {
        var (first, last) = (_items[way.From + 1], _items[way.To]);
        var paint = ShortcutText.Paint(way.Kind);
        var title = $"{ShortcutText.Of(way.Kind)} shortcut";
        for (var row = first.Row; row <= last.Row; row++)
        {
            var axis = _axes[row];
            // Ways that begin or end in one place lie beside one another.
            var inset = way.Level == 0 ? 3.5 : 1.2;
            var top = axis - Shoulder(way, row);
            var left = row == first.Row ? first.Item.Left + inset : _rows[row][0].Left - 10;
            var right = row == last.Row ? last.Item.Right - inset : _rows[row][^1].Left + _rows[row][^1].Width + 8;
            var (arch, half) = (ArcHeight(way), Math.Min((right - left) / 2, 40));
            var path = row == first.Row ? $"M{N(left)} {N(axis)}V{N(top)}Q{N(left)} {N(top - arch)} {N(left + half)} {N(top - arch)}"
                : $"M{N(left)} {N(top - arch)}";
            path += row == last.Row
                ? $"H{N(right - half)}Q{N(right)} {N(top - arch)} {N(right)} {N(top)}V{N(axis - SumRadius)}"
                : $"H{N(right)}";
            _canvas.Open(title);
            _canvas.Path(path, paint);
            _canvas.Close();
        }
    }

    void Join(double x, double y, Op join)
    {
        _canvas.Open(join is Add ? "sum" : join is Concat ? "channels of both" : "product");
        _canvas.Circle(x, y, SumRadius, new Paint(Fill: Ink.Paper, Stroke: Ink.Text));
        var paint = new Paint(Stroke: Ink.Text);
        if (join is Add)
        {
            _canvas.Line(x - 3, y, x + 3, y, paint);
            _canvas.Line(x, y - 3, x, y + 3, paint);
        }
        else if (join is Concat)
        {
            _canvas.Line(x - 1.2, y - 2.8, x - 1.2, y + 2.8, paint);
            _canvas.Line(x + 1.2, y - 2.8, x + 1.2, y + 2.8, paint);
        }
        else
        {
            _canvas.Line(x - 2.2, y - 2.2, x + 2.2, y + 2.2, paint);
            _canvas.Line(x - 2.2, y + 2.2, x + 2.2, y - 2.2, paint);
        }
        _canvas.Close();
    }

    void Legend(DiagramLegend legend)
    {
        var (sequence, scale) = (_diagram.Sequence, _diagram.Scale);
        var maps = sequence.Layers.Where(layer => layer.IsMap).ToArray();
        legend.Text("Numbers: channels, and below them height x width where it changes.");
        foreach (var kind in sequence.Shortcuts.Select(way => way.Kind).Distinct().Order())
            legend.Stroke($"{ShortcutText.Of(kind)} shortcut", 30, ShortcutText.Paint(kind));
        if (sequence.Layers.Any(layer => !layer.IsMap))
            legend.Box("bars: features without height and width", 24, VolumeSlot.BarHeight, Ink.Muted);
        if (sequence.Layers.Any(layer => layer.Copies > 1)) legend.Text("x 3: as many equal blocks");
        legend.Break();
        legend.Text("To scale: lengths grow with the square root of the sizes.");
        if (maps.Length == 0) return;
        var (channels, side) = (maps.Max(layer => layer.Channels), maps.Max(layer => Math.Max(layer.Height, layer.Width)));
        var ruler = new Paint(Stroke: Ink.Text, Width: 3);
        legend.Stroke($"{channels} channel{(channels == 1 ? "" : "s")}", scale.Depth(channels), ruler);
        legend.Stroke($"{side} pixel{(side == 1 ? "" : "s")} of height (width goes backwards)", scale.Side(side), ruler);
    }

    static string N(double number) => SvgCanvas.N(number);
}
