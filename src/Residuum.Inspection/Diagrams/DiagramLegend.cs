using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Small signs with their meaning, line by line, as wide as a picture.</summary>
sealed class DiagramLegend(double width)
{
    const double TextSize = 11, LineHeight = 19, Gap = 22, SignGap = 6;

    readonly List<(string? Text, double SignWidth, Action<SvgCanvas, double, double>? Sign)> _entries = [];

    /// <summary>The width of the lines; at least that of the widest entry.</summary>
    public double Width { get; private set; } = width;

    public void Text(string text) => Add(text, 0, null);

    /// <summary>A line of some length.</summary>
    public void Stroke(string text, double length, Paint paint) =>
        Add(text, length, (canvas, x, y) => canvas.Line(x, y, x + length, y, paint));

    /// <summary>A small box.</summary>
    public void Box(string text, double length, double height, Ink ink) =>
        Add(text, length, (canvas, x, y) =>
            canvas.Rectangle(new Box(x, y - height / 2, length, height), new Paint(Fill: ink, Opacity: 0.6)));

    /// <summary>Begins a new line.</summary>
    public void Break() => _entries.Add((null, 0, null));

    /// <summary>Draws all and returns where it ends.</summary>
    public double Draw(SvgCanvas canvas, double left, double top)
    {
        var (x, y) = (left, top + TextSize);
        foreach (var (text, signWidth, sign) in _entries)
        {
            if (text is null || (x > left && x + EntryWidth(text, signWidth) > left + Width)) (x, y) = (left, y + LineHeight);
            if (text is null) continue;
            sign?.Invoke(canvas, x, y - 4);
            canvas.Text(x + (signWidth > 0 ? signWidth + SignGap : 0), y, text, TextSize, ink: Ink.Muted);
            x += EntryWidth(text, signWidth) + Gap;
        }
        return y + 8;
    }

    void Add(string text, double signWidth, Action<SvgCanvas, double, double>? sign)
    {
        Width = Math.Max(Width, EntryWidth(text, signWidth));
        _entries.Add((text, signWidth, sign));
    }

    static double EntryWidth(string text, double signWidth) =>
        (signWidth > 0 ? signWidth + SignGap : 0) + SvgCanvas.TextWidth(text, TextSize);
}
