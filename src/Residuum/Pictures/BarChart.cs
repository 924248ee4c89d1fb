using System.Collections.Immutable;

namespace Residuum.Pictures;

/// <summary>A bar.</summary>
/// <param name="Name">What stands below it.</param>
/// <param name="Value">Its height, from zero; nothing is drawn for NaN.</param>
/// <param name="Family">Which colour it has.</param>
/// <param name="Hollow">Whether only its outline is drawn: for what is not quite like the others.</param>
sealed record Bar(string Name, double Value, int Family = 0, bool Hollow = false);

/// <summary>Bars side by side from zero, with their names below: across where they fit, else upright, else every so many.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Up">What the vertical axis measures.</param>
/// <param name="Bars">The bars in order.</param>
sealed record BarChart(string Title, string Up, ImmutableArray<Bar> Bars)
{
    const double Longest = 130;

    /// <summary>The chart alone.</summary>
    public string ToSvg(double width = 820, double height = 320) => Draw(width, height).ToString();

    internal SvgCanvas Draw(double width, double height) => Plot.Stack(Title, width, (height, Draw));

    /// <summary>Draws the chart into a box.</summary>
    public void Draw(SvgCanvas canvas, Box box)
    {
        Plot.Title(canvas, box, Title);
        var names = Bars.Select(bar => Plot.Fit(bar.Name, Plot.Small, Longest)).ToArray();
        var widest = names.Select(name => SvgCanvas.TextWidth(name, Plot.Small)).DefaultIfEmpty(0).Max();
        // The vertical axis' room hangs on its ticks and those on the height, which hangs on the names: by the greater of both ways.
        var isUpright = widest + 8 > (box.Width - 80) / Math.Max(1, Bars.Length);
        var top = box.Top + Plot.TitleRoom();
        var bottom = box.Bottom - (isUpright ? widest + 12 : Plot.BottomRoom(""));
        var numbers = Bars.Select(bar => bar.Value).Where(double.IsFinite).ToArray();
        var up = Axis.Of(Math.Min(0, numbers.DefaultIfEmpty(0).Min()), Math.Max(0, numbers.DefaultIfEmpty(0).Max()),
            (int)((bottom - top) / 28));
        var left = box.Left + Plot.LeftRoom(up, Up);
        var plot = new Box(left, top, box.Right - 8 - left, Math.Max(20, bottom - top));
        Plot.Vertical(canvas, plot, up, Up, box.Left);
        var slot = plot.Width / Math.Max(1, Bars.Length);
        var every = Math.Max(1, (int)Math.Ceiling(isUpright ? Plot.Small * 1.15 / slot : 1));
        for (var i = 0; i < Bars.Length; i++)
        {
            var (bar, middle) = (Bars[i], plot.Left + (i + 0.5) * slot);
            canvas.Open($"{bar.Name}: {Axis.Label(bar.Value)}");
            if (double.IsFinite(bar.Value))
            {
                var (zero, y) = (Plot.Y(plot, up, 0), Plot.Y(plot, up, bar.Value));
                var ink = Ink.OfSeries(bar.Family);
                var width = Math.Max(0.8, slot * 0.72);
                canvas.Rectangle(new Box(middle - width / 2, Math.Min(zero, y), width, Math.Abs(zero - y)),
                    bar.Hollow ? new Paint(Ink.Paper, ink, 1.4) : new Paint(ink));
            }
            canvas.Close();
            if (i % every != 0) continue;
            if (isUpright) canvas.Text(middle + Plot.Small * 0.35, plot.Bottom + 6, names[i], Plot.Small, TextAnchor.End, Ink.Muted,
                upright: true);
            else canvas.Text(middle, plot.Bottom + 6 + Plot.Small * 0.8, names[i], Plot.Small, TextAnchor.Middle, Ink.Muted);
        }
        var ground = Plot.Y(plot, up, 0);
        canvas.Line(plot.Left, ground, plot.Right, ground, new Paint(Stroke: Ink.Muted));
    }
}
