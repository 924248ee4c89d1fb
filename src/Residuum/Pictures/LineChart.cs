using System.Collections.Immutable;

namespace Residuum.Pictures;

/// <summary>A curve.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points in order; a point without a place on the axes (NaN, or 0 on a logarithmic axis) parts the curve.</param>
/// <param name="Family">Which colour and which marker it has: the same for curves that belong together.</param>
/// <param name="Member">Which dashes it has among its family.</param>
sealed record LineSeries(string Name, ImmutableArray<(double X, double Y)> Points, int Family, int Member = 0);

/// <summary>
/// Curves over one pair of axes, with a legend above them. Families of curves differ by colour and by marker, members of a family by their
/// dashes, so that curves are told apart without colour, too.
/// </summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Across">What the horizontal axis counts.</param>
/// <param name="Up">What the vertical axis measures.</param>
/// <param name="Series">The curves.</param>
sealed record LineChart(string Title, string Across, string Up, ImmutableArray<LineSeries> Series)
{
    const double Sample = 34;
    const double LegendRow = 18;
    const double Room = 14;

    static readonly string?[] s_dashes = [null, "7 3", "2 3", "10 3 2 3", "4 4"];

    /// <summary>Whether the vertical axis goes by decades.</summary>
    public bool IsLog { get; init; }

    /// <summary>The ends of the vertical axis; those of the curves unless given.</summary>
    public (double Least, double Greatest)? Range { get; init; }

    /// <summary>Whether the horizontal axis counts whole numbers, such as blocks.</summary>
    public bool IsCount { get; init; } = true;

    /// <summary>Places across that are marked by a line and a name above, such as where a stage begins.</summary>
    public ImmutableArray<(double X, string Name)> Marks { get; init; } = [];

    /// <summary>The chart alone.</summary>
    public string ToSvg(double width = 820, double height = 420) => Draw(width, height).ToString();

    internal SvgCanvas Draw(double width, double height) => Plot.Stack(Title, width, (height, Draw));

    /// <summary>Draws the chart into a box.</summary>
    public void Draw(SvgCanvas canvas, Box box)
    {
        Plot.Title(canvas, box, Title);
        var top = Legend(canvas, box, box.Top + Plot.TitleRoom());
        if (!Marks.IsEmpty) top += LegendRow;
        var bottom = box.Bottom - Plot.BottomRoom(Across);
        var up = Vertical((int)((bottom - top) / 28));
        var left = box.Left + Plot.LeftRoom(up, Up);
        var plot = new Box(left, top, box.Right - Room - left, Math.Max(20, bottom - top));
        var across = Horizontal((int)(plot.Width / 50));
        Plot.Vertical(canvas, plot, up, Up, box.Left);
        Plot.Horizontal(canvas, plot, across, Across);
        DrawMarks(canvas, plot, across);
        Plot.Frame(canvas, plot);
        foreach (var (series, place) in Series.Select((series, place) => (series, place))) Curve(canvas, plot, across, up, series, place);
    }

    Axis Vertical(int most)
    {
        if (Range is { } range) return Axis.Of(range.Least, range.Greatest, most, IsLog);
        var numbers = Series.SelectMany(series => series.Points).Select(point => point.Y)
            .Where(y => double.IsFinite(y) && (!IsLog || y > 0)).ToArray();
        return numbers.Length == 0 ? Axis.Of(0, 1, most) : Axis.Of(numbers.Min(), numbers.Max(), most, IsLog);
    }

    Axis Horizontal(int most)
    {
        var numbers = Series.SelectMany(series => series.Points).Select(point => point.X).DefaultIfEmpty(0).ToArray();
        return IsCount ? Axis.Whole((int)numbers.Min(), (int)numbers.Max(), most) : Axis.Of(numbers.Min(), numbers.Max(), most);
    }

    // Rows above the plot, as many as it takes; returns where the next thing begins.
    double Legend(SvgCanvas canvas, Box box, double top)
    {
        if (Series.Length < 2) return top;
        var left = box.Left + 6;
        foreach (var series in Series)
        {
            var name = Plot.Fit(series.Name, Plot.Small, box.Width - Sample - 24);
            var width = Sample + SvgCanvas.TextWidth(name, Plot.Small) + 18;
            if (left + width > box.Right && left > box.Left + 6) (left, top) = (box.Left + 6, top + LegendRow);
            var y = top + LegendRow / 2;
            canvas.Line(left, y, left + Sample - 8, y, Stroke(series));
            Marker(canvas, series.Family, left + (Sample - 8) / 2, y);
            canvas.Text(left + Sample - 2, y + Plot.Small * 0.35, name, Plot.Small);
            left += width;
        }
        return top + LegendRow + 4;
    }

    void DrawMarks(SvgCanvas canvas, Box plot, Axis across)
    {
        var free = plot.Left;
        foreach (var (x, name) in Marks)
        {
            var at = Plot.X(plot, across, x);
            canvas.Line(at, plot.Top, at, plot.Bottom, new Paint(Stroke: Ink.Muted, Dash: "1 3"));
            var fitted = SvgCanvas.TextWidth(name, Plot.Small);
            if (at < free || at + fitted > plot.Right) continue;
            canvas.Text(at, plot.Top - 5, name, Plot.Small, ink: Ink.Muted);
            free = at + fitted + 6;
        }
    }

    static void Curve(SvgCanvas canvas, Box plot, Axis across, Axis up, LineSeries series, int place)
    {
        canvas.Open(series.Name);
        var parts = new List<List<(double X, double Y)>> { new() };
        foreach (var (x, y) in series.Points)
        {
            var point = (X: Plot.X(plot, across, x), Y: Plot.Y(plot, up, y));
            if (double.IsNaN(point.X) || double.IsNaN(point.Y)) parts.Add([]);
            else parts[^1].Add(point);
        }
        foreach (var part in parts.Where(part => part.Count > 1)) canvas.Polyline(part, Stroke(series));
        // Each curve's markers begin further on, so that curves on top of one another show all of theirs.
        var points = parts.SelectMany(part => part).ToArray();
        var every = Math.Max(1, (int)Math.Ceiling(points.Length * 16 / plot.Width));
        for (var i = place % every; i < points.Length; i += every) Marker(canvas, series.Family, points[i].X, points[i].Y);
        canvas.Close();
    }

    static Paint Stroke(LineSeries series) =>
        new(Stroke: Ink.OfSeries(series.Family), Width: 1.6, Dash: s_dashes[series.Member % s_dashes.Length]);

    static void Marker(SvgCanvas canvas, int family, double x, double y)
    {
        const double R = 3.2;
        var ink = Ink.OfSeries(family);
        var (full, hollow) = (new Paint(ink), new Paint(Ink.Paper, ink, 1.4));
        switch (family % 6)
        {
            case 0: canvas.Circle(x, y, R, full); break;
            case 1: canvas.Rectangle(new Box(x - R, y - R, 2 * R, 2 * R), hollow); break;
            case 2: canvas.Polygon([(x, y - R - 1), (x + R + 1, y + R), (x - R - 1, y + R)], full); break;
            case 3: canvas.Polygon([(x, y - R - 1.4), (x + R + 1.4, y), (x, y + R + 1.4), (x - R - 1.4, y)], hollow); break;
            case 4: canvas.Rectangle(new Box(x - R, y - R, 2 * R, 2 * R), full); break;
            default: canvas.Circle(x, y, R, hollow); break;
        }
    }
}
