using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>A layer in its place: the left edge of its slot, and of its front.</summary>
sealed class VolumeSlot(ShownLayer layer, int index, VolumeScale scale, bool showsSize)
{
    // A box's width goes to the back: across and upwards.
    const double Across = 0.36, Upwards = 0.3;
    const double Gap = 7;

    public const double BarHeight = 9, ChannelText = 10, SizeText = 9;

    public ShownLayer Layer => layer;
    public int Index => index;
    public double Depth { get; } = scale.Depth(layer.Channels);
    public double Height { get; } = layer.IsMap ? scale.Side(layer.Height) : BarHeight;
    public double BackX { get; } = layer.IsMap ? Across * scale.Side(layer.Width) : 0;
    public double BackY { get; } = layer.IsMap ? Upwards * scale.Side(layer.Width) : 0;
    public string Channels { get; } = $"{layer.Channels}";

    /// <summary>The size of its maps where it differs from the one before.</summary>
    public string? Size { get; } = showsSize ? $"{layer.Height}x{layer.Width}" : null;

    public double Left { get; set; }

    public double Width => Gap + Math.Max(Depth + BackX, Math.Max(
        SvgCanvas.TextWidth(Channels, ChannelText), Size is null ? 0 : SvgCanvas.TextWidth(Size, SizeText)));

    public double Middle => Left + Width / 2;

    /// <summary>The left edge of its front.</summary>
    public double Front => Middle - (Depth + BackX) / 2;

    /// <summary>How far it reaches above and below the middle of the row.</summary>
    public double Reach => (Height + BackY) / 2;
}

/// <summary>What is not broken between rows: the layers of a block, or one layer.</summary>
sealed class VolumeItem(List<VolumeSlot> slots)
{
    const double Lead = 8;

    public IReadOnlyList<VolumeSlot> Slots => slots;
    public ShownLayer First => slots[0].Layer;
    public string? Copies { get; } = slots[0].Layer.Copies > 1 ? $"x {slots[0].Layer.Copies}" : null;
    public double Left { get; private set; }
    public double Width => 2 * Lead + slots.Sum(slot => slot.Width);
    public double Right => Left + Width;
    public double Reach => slots.Max(slot => slot.Reach);

    public void MoveTo(double left)
    {
        Left = left;
        var x = left + Lead;
        foreach (var slot in slots)
        {
            slot.Left = x;
            x += slot.Width;
        }
    }
}

/// <summary>Neighbouring items of one part in one row, with the part's name below.</summary>
sealed class VolumeSegment(int part, string name, string? note)
{
    public const double NameText = 11, NoteText = 10;

    public int Part => part;
    public string Name { get; } = SvgCanvas.Shortened(name, NameText, 150, bold: true);
    public string? Note { get; } = note is null ? null : SvgCanvas.Shortened(note, NoteText, 150);
    public List<VolumeItem> Items { get; } = [];
    public double Left { get; private set; }

    public double Width => Math.Max(Items.Sum(item => item.Width),
        8 + Math.Max(SvgCanvas.TextWidth(Name, NameText, bold: true), Note is null ? 0 : SvgCanvas.TextWidth(Note, NoteText)));

    public void MoveTo(double left)
    {
        Left = left;
        var x = left + (Width - Items.Sum(item => item.Width)) / 2;
        foreach (var item in Items)
        {
            item.MoveTo(x);
            x += item.Width;
        }
    }
}

/// <summary>Places the volumes of a diagram in rows.</summary>
static class VolumeLayout
{
    const double RowWidth = 1420, Step = 20;
    public const double Margin = 24;

    public static List<List<VolumeSegment>> Rows(VolumeDiagram diagram)
    {
        VolumeItem[] items = [.. Items(diagram)];
        var rows = Rows(diagram.Sequence, items, RowWidth);
        // As many rows, but of about the same width.
        for (var width = RowWidth - Step; width > Step; width -= Step)
        {
            var narrower = Rows(diagram.Sequence, items, width);
            if (narrower.Count > rows.Count || Width(narrower) > width) break;
            rows = narrower;
        }
        foreach (var row in rows)
        {
            var x = Margin;
            foreach (var segment in row)
            {
                segment.MoveTo(x);
                x += segment.Width;
            }
        }
        return rows;
    }

    static double Width(List<List<VolumeSegment>> rows) => rows.Max(row => row.Sum(segment => segment.Width));

    static List<List<VolumeSegment>> Rows(LayerSequence sequence, VolumeItem[] items, double width)
    {
        var rows = new List<List<VolumeSegment>> { new() };
        var begun = new HashSet<int>();
        foreach (var item in items)
        {
            var part = item.First.Part;
            if (rows[^1].Count > 0 && rows[^1].Sum(segment => segment.Width) + item.Width > width) rows.Add([]);
            if (rows[^1].Count == 0 || rows[^1][^1].Part != part) rows[^1].Add(Segment(sequence, part, !begun.Add(part)));
            rows[^1][^1].Items.Add(item);
        }
        return rows;
    }

    static IEnumerable<VolumeItem> Items(VolumeDiagram diagram)
    {
        var layers = diagram.Sequence.Layers;
        List<VolumeSlot> slots = [];
        for (var i = 0; i < layers.Length; i++)
        {
            var showsSize = layers[i].IsMap
                && (i == 0 || (layers[i - 1].Height, layers[i - 1].Width) != (layers[i].Height, layers[i].Width));
            if (slots.Count > 0 && (layers[i].Block is null || layers[i].Block != slots[^1].Layer.Block))
            {
                yield return new VolumeItem(slots);
                slots = [];
            }
            slots.Add(new VolumeSlot(layers[i], i, diagram.Scale, showsSize));
        }
        if (slots.Count > 0) yield return new VolumeItem(slots);
    }

    static VolumeSegment Segment(LayerSequence sequence, int part, bool begun)
    {
        if (part < 0) return new VolumeSegment(part, "input", null);
        var outline = sequence.Outline.Parts[part];
        if (begun) return new VolumeSegment(part, outline.Name, "continued");
        var note = outline.Kind == PartKind.Layer ? sequence.Layers.First(layer => layer.Part == part).Text
            : outline.Blocks.Length == 0 ? null : outline.Blocks.Length == 1 ? "1 block" : $"{outline.Blocks.Length} blocks";
        return new VolumeSegment(part, outline.Name, note);
    }
}
