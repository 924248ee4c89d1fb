using System.Collections.Immutable;
using System.Globalization;
using Residuum.Images;

namespace Residuum.Pictures;

/// <summary>
/// A matrix as coloured cells with a scale beside it; row 0 is at the top. Up to a dozen columns the numbers stand in their cells. Colours
/// are those of <see cref="ColorMap.Sequential"/>, which grow lighter all the way, so that they are read in grey, too, and on any paper.
/// </summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Rows">The rows' names.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Values">The numbers, row after row; NaN is left empty.</param>
sealed record HeatMap(string Title, ImmutableArray<string> Rows, ImmutableArray<string> Columns, ImmutableArray<double> Values)
{
    const double Longest = 150;
    const double ScaleWidth = 14;

    static readonly Ink s_onDark = new("ondark", "#ffffff", "#ffffff");
    static readonly Ink s_onLight = new("onlight", "#15191e", "#15191e");

    /// <summary>What the rows are, such as a network.</summary>
    public string RowTitle { get; init; } = "";

    /// <summary>What the columns are.</summary>
    public string ColumnTitle { get; init; } = "";

    /// <summary>The numbers at the two ends of the scale; numbers beyond have the colour of the end.</summary>
    public (double Least, double Greatest) Range { get; init; } = (0, 1);

    /// <summary>The chart alone, as large as its cells need.</summary>
    public string ToSvg() => Draw().ToString();

    internal SvgCanvas Draw()
    {
        var cell = Cell;
        var width = Math.Max(Left + Columns.Length * cell + 90, Math.Min(900, SvgCanvas.TextWidth(Title, Plot.Large, bold: true)) + 12);
        var height = Plot.TitleRoom() + Math.Max(60, Rows.Length * cell) + Below;
        return Plot.Stack(Title, width + 24, (height, Draw));
    }

    double Cell => Math.Clamp(600.0 / Math.Max(1, Math.Max(Rows.Length, Columns.Length)), 3, 44);

    double Left => Widest(Rows) + 12 + (RowTitle.Length > 0 ? Plot.Small + 8 : 0);

    double Below => Widest(Columns) + 12 + (ColumnTitle.Length > 0 ? Plot.Small + 8 : 0);

    static double Widest(ImmutableArray<string> names) =>
        names.Select(name => SvgCanvas.TextWidth(Plot.Fit(name, Plot.Small, Longest), Plot.Small)).DefaultIfEmpty(0).Max();

    void Draw(SvgCanvas canvas, Box box)
    {
        Plot.Title(canvas, box, Title);
        var cell = Cell;
        var plot = new Box(box.Left + Left, box.Top + Plot.TitleRoom(), Columns.Length * cell, Rows.Length * cell);
        if (!Values.IsEmpty) canvas.Image(plot, Cells());
        Plot.Frame(canvas, plot);
        Names(canvas, plot, cell);
        if (Columns.Length <= 12 && cell >= 30) Numbers(canvas, plot, cell);
        Scale(canvas, new Box(plot.Right + 16, plot.Top, ScaleWidth, Math.Max(60, Math.Min(240, plot.Height))));
        if (RowTitle.Length > 0)
            canvas.Text(box.Left + Plot.Small, plot.Top + plot.Height / 2, Plot.Fit(RowTitle, Plot.Small, plot.Height), Plot.Small,
                TextAnchor.Middle, Ink.Text, upright: true);
        if (ColumnTitle.Length > 0)
            canvas.Text(plot.Left + plot.Width / 2, box.Bottom - 2, Plot.Fit(ColumnTitle, Plot.Small, plot.Width), Plot.Small,
                TextAnchor.Middle);
    }

    // A pixel for each cell; empty cells are grey.
    RgbImage Cells() =>
        ColorMap.Sequential.Paint([.. Values.Select(value => (float)value)], Rows.Length, Columns.Length, Range.Least, Range.Greatest);

    double Share(double value) => Range.Greatest > Range.Least ? Math.Clamp((value - Range.Least) / (Range.Greatest - Range.Least), 0, 1)
        : 0;

    // Every name where there is room, else every so many.
    void Names(SvgCanvas canvas, Box plot, double cell)
    {
        var every = Math.Max(1, (int)Math.Ceiling(Plot.Small * 1.15 / cell));
        for (var i = 0; i < Rows.Length; i += every)
            canvas.Text(plot.Left - 6, plot.Top + (i + 0.5) * cell + Plot.Small * 0.35, Plot.Fit(Rows[i], Plot.Small, Longest), Plot.Small,
                TextAnchor.End, Ink.Muted);
        for (var i = 0; i < Columns.Length; i += every)
            canvas.Text(plot.Left + (i + 0.5) * cell + Plot.Small * 0.35, plot.Bottom + 6, Plot.Fit(Columns[i], Plot.Small, Longest),
                Plot.Small,
                TextAnchor.End, Ink.Muted, upright: true);
    }

    void Numbers(SvgCanvas canvas, Box plot, double cell)
    {
        for (var i = 0; i < Values.Length; i++)
            if (!double.IsNaN(Values[i]))
                canvas.Text(plot.Left + (i % Columns.Length + 0.5) * cell, plot.Top + (i / Columns.Length + 0.5) * cell + 4,
                    Values[i].ToString("0.00", CultureInfo.InvariantCulture), 10, TextAnchor.Middle,
                        Share(Values[i]) > 0.55 ? s_onLight : s_onDark);
    }

    void Scale(SvgCanvas canvas, Box box)
    {
        const int Steps = 64;
        float[] fromTop = [.. Enumerable.Range(0, Steps).Select(i => Steps - i - 0.5f)];
        canvas.Image(box, ColorMap.Sequential.Paint(fromTop, Steps, 1, 0, Steps));
        Plot.Frame(canvas, box);
        var axis = Axis.Of(Range.Least, Range.Greatest, (int)(box.Height / 30));
        foreach (var tick in axis.Ticks.Where(tick => tick.Value >= Range.Least - 1e-9 && tick.Value <= Range.Greatest + 1e-9))
            canvas.Text(box.Right + 6, box.Bottom - Share(tick.Value) * box.Height + Plot.Small * 0.35, tick.Label, Plot.Small,
                ink: Ink.Muted);
    }
}
