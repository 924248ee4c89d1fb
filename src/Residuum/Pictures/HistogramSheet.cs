using System.Collections.Immutable;

namespace Residuum.Pictures;

/// <summary>How often numbers fall into bins of equal width.</summary>
/// <param name="Name">What the numbers are, such as a layer.</param>
/// <param name="Least">Where the first bin begins.</param>
/// <param name="Greatest">Where the last bin ends.</param>
/// <param name="Counts">How many numbers each bin holds.</param>
/// <param name="Caption">A line of figures below the name, such as mean and deviation; or empty.</param>
/// <param name="Family">Which colour it has.</param>
sealed record Histogram(string Name, double Least, double Greatest, ImmutableArray<long> Counts, string Caption = "", int Family = 0);

/// <summary>Small histograms side by side and below one another, each with its own axes: one for each layer of a network.</summary>
/// <param name="Title">What all of them show.</param>
/// <param name="Histograms">The histograms in order, row by row.</param>
sealed record HistogramSheet(string Title, ImmutableArray<Histogram> Histograms)
{
    const double PanelWidth = 190;
    const double PanelHeight = 132;
    const double Air = 10;

    /// <summary>The sheet alone, as high as it must be.</summary>
    public string ToSvg(int columns = 5) => Draw(columns).ToString();

    /// <summary>Several sheets below one another in one picture.</summary>
    public static string Stacked(string title, IReadOnlyList<HistogramSheet> sheets, int columns = 5)
    {
        columns = Math.Clamp(sheets.Max(sheet => sheet.Histograms.Length), 1, columns);
        return Plot.Stack(title, Math.Max(420, columns * (PanelWidth + Air) + 24),
            [.. sheets.Select(sheet => (HeightOf((sheet.Histograms.Length + columns - 1) / columns),
                (Action<SvgCanvas, Box>)((canvas, box) => sheet.Draw(canvas, box, columns))))]).ToString();
    }

    internal SvgCanvas Draw(int columns)
    {
        columns = Math.Clamp(Histograms.Length, 1, columns);
        var rows = (Histograms.Length + columns - 1) / columns;
        return Plot.Stack(Title, Math.Max(420, columns * (PanelWidth + Air) + 24),
            (HeightOf(rows), (canvas, box) => Draw(canvas, box, columns)));
    }

    static double HeightOf(int rows) => Plot.TitleRoom() + rows * (PanelHeight + Air);

    void Draw(SvgCanvas canvas, Box box, int columns)
    {
        Plot.Title(canvas, box, Title);
        for (var i = 0; i < Histograms.Length; i++)
            Panel(canvas, Histograms[i], new Box(box.Left + i % columns * (PanelWidth + Air),
                box.Top + Plot.TitleRoom() + i / columns * (PanelHeight + Air), PanelWidth, PanelHeight));
    }

    static void Panel(SvgCanvas canvas, Histogram histogram, Box box)
    {
        const double Letters = 10;
        canvas.Open($"{histogram.Name} {histogram.Caption}".TrimEnd());
        Plot.Title(canvas, box, histogram.Name, Plot.Small);
        canvas.Text(box.Left + 6, box.Top + Plot.Small + 4 + Letters, Plot.Fit(histogram.Caption, Letters, box.Width - 12), Letters,
            ink: Ink.Muted);
        var plot = new Box(box.Left + 6, box.Top + 34, box.Width - 12, box.Height - 34 - 18);
        var most = Math.Max(1, histogram.Counts.DefaultIfEmpty(0).Max());
        var slot = plot.Width / Math.Max(1, histogram.Counts.Length);
        // One figure for all bins: their steps, from the ground up and back to it.
        List<(double X, double Y)> outline = [(plot.Left, plot.Bottom)];
        for (var i = 0; i < histogram.Counts.Length; i++)
        {
            var y = plot.Bottom - plot.Height * histogram.Counts[i] / most;
            outline.Add((plot.Left + i * slot, y));
            outline.Add((plot.Left + (i + 1) * slot, y));
        }
        outline.Add((plot.Right, plot.Bottom));
        canvas.Polygon(outline, new Paint(Ink.OfSeries(histogram.Family)));
        if (histogram is { Least: < 0, Greatest: > 0 })
        {
            var zero = plot.Left - histogram.Least / (histogram.Greatest - histogram.Least) * plot.Width;
            canvas.Line(zero, plot.Top, zero, plot.Bottom + 3, new Paint(Stroke: Ink.Muted, Dash: "2 2"));
        }
        canvas.Line(plot.Left, plot.Bottom, plot.Right, plot.Bottom, new Paint(Stroke: Ink.Muted));
        var baseline = plot.Bottom + 5 + Letters * 0.8;
        canvas.Text(plot.Left, baseline, NumberText.Short(histogram.Least), Letters, ink: Ink.Muted);
        canvas.Text(plot.Right, baseline, NumberText.Short(histogram.Greatest), Letters, TextAnchor.End, Ink.Muted);
        canvas.Close();
    }
}
