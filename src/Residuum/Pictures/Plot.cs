namespace Residuum.Pictures;

/// <summary>What charts have in common: where the plot lies within a chart's box, frame, ticks, grid, titles. All in the drawing's
/// pixels.</summary>
static class Plot
{
    /// <summary>The height of ticks' letters.</summary>
    public const double Small = 11;

    /// <summary>The height of a chart's title.</summary>
    public const double Large = 14;

    const double Gap = 6;

    /// <summary>A text that is at most so wide: cut, with … where it is, or empty.</summary>
    public static string Fit(string text, double size, double width, bool bold = false)
    {
        if (SvgCanvas.TextWidth(text, size, bold) <= width) return text;
        for (var length = text.Length - 1; length > 0; length--)
        {
            var cut = text[..length].TrimEnd() + "…";
            if (SvgCanvas.TextWidth(cut, size, bold) <= width) return cut;
        }
        return "";
    }

    /// <summary>The room that a vertical axis takes on the left: its ticks and its title.</summary>
    public static double LeftRoom(Axis axis, string title) =>
        axis.Ticks.Max(tick => (double?)SvgCanvas.TextWidth(tick.Label, Small) ?? 0) + Gap + (title.Length > 0 ? Small + 2 * Gap : Gap);

    /// <summary>The room that a horizontal axis takes below: its ticks and its title.</summary>
    public static double BottomRoom(string title) => Small + 2 * Gap + (title.Length > 0 ? Small + Gap : 0);

    /// <summary>Grid lines, ticks and title of the vertical axis left of a plot.</summary>
    public static void Vertical(SvgCanvas canvas, Box plot, Axis axis, string title, double left)
    {
        foreach (var tick in axis.Ticks)
        {
            var y = Y(plot, axis, tick.Value);
            canvas.Line(plot.Left, y, plot.Right, y, new Paint(Stroke: Ink.Rule));
            canvas.Text(plot.Left - Gap, y + Small * 0.35, tick.Label, Small, TextAnchor.End, Ink.Muted);
        }
        if (title.Length > 0)
            canvas.Text(left + Small, plot.Top + plot.Height / 2, Fit(title, Small, plot.Height), Small, TextAnchor.Middle, Ink.Muted,
                upright: true);
    }

    /// <summary>Ticks and title of the horizontal axis below a plot; a tick whose label would touch the one before goes without.</summary>
    public static void Horizontal(SvgCanvas canvas, Box plot, Axis axis, string title)
    {
        var free = double.NegativeInfinity;
        var baseline = plot.Bottom + Gap + Small * 0.8;
        foreach (var tick in axis.Ticks)
        {
            var x = X(plot, axis, tick.Value);
            canvas.Line(x, plot.Bottom, x, plot.Bottom + 3, new Paint(Stroke: Ink.Muted));
            var box = SvgCanvas.TextBox(x, baseline, tick.Label, Small, TextAnchor.Middle);
            if (box.Left < free) continue;
            free = box.Right + Gap;
            canvas.Text(x, baseline, tick.Label, Small, TextAnchor.Middle, Ink.Muted);
        }
        if (title.Length > 0)
            canvas.Text(plot.Left + plot.Width / 2, baseline + Small + Gap, Fit(title, Small, plot.Width), Small, TextAnchor.Middle,
                Ink.Muted);
    }

    /// <summary>A chart's title at the top left of its box.</summary>
    public static void Title(SvgCanvas canvas, Box box, string title, double size = Large) =>
        canvas.Text(box.Left + Gap, box.Top + size, Fit(title, size, box.Width - 2 * Gap, bold: true), size, bold: true);

    /// <summary>The height that a title takes.</summary>
    public static double TitleRoom(double size = Large) => size + 2 * Gap;

    /// <summary>The frame of a plot.</summary>
    public static void Frame(SvgCanvas canvas, Box plot) => canvas.Rectangle(plot, new Paint(Stroke: Ink.Muted));

    /// <summary>Where a number stands across.</summary>
    public static double X(Box plot, Axis axis, double value) => plot.Left + axis.Place(value) * plot.Width;

    /// <summary>Where a number stands in height: larger is higher.</summary>
    public static double Y(Box plot, Axis axis, double value) => plot.Bottom - axis.Place(value) * plot.Height;

    /// <summary>A drawing of charts below one another, each as high as it is given, with some air around them.</summary>
    public static SvgCanvas Stack(string title, double width, params ReadOnlySpan<(double Height, Action<SvgCanvas, Box> Draw)> charts)
    {
        const double Margin = 12;
        var canvas = new SvgCanvas(title) { Width = width };
        var top = Margin;
        foreach (var (height, draw) in charts)
        {
            draw(canvas, new Box(Margin, top, width - 2 * Margin, height));
            top += height + Margin;
        }
        canvas.Height = top;
        return canvas;
    }
}
