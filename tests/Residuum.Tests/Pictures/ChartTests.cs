using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Residuum.Pictures;

namespace Residuum.Tests.Pictures;

public class ChartTests
{
    const string LongName = "a-run-with-a-name-that-is-much-too-long-for-any-legend-of-any-chart-that-was-ever-drawn-on-any-paper at "
        + "epoch 100";

    [Theory]
    [InlineData(1, 2, 3, "plain56")]
    [InlineData(4, 56, 12, "ResNet-56 & <friends>")]
    [InlineData(9, 111, 300, LongName)]
    public void The_labels_of_line_charts_stand_apart_and_within(int curves, int points, int decades, string name)
    {
        foreach (var isLog in (bool[])[false, true])
        {
            var series = Enumerable.Range(0, curves).Select(curve => new LineSeries($"{name} {curve}",
                [.. Enumerable.Range(0, points)
                    .Select(x => ((double)x, double.Parse($"{curve + 1}e-{x * decades / points}", CultureInfo.InvariantCulture)))],
                curve, curve / 2));
            var chart = new LineChart("Norm of the gradient " + name, "block", "norm", [.. series])
            {
                IsLog = isLog,
                Marks = [(0, "stem"), (1, "stage1"), (points / 2, "stage2"), (points - 1, "stage3")],
            };
            Check(chart.Draw(820, 420));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(150)]
    public void The_labels_of_bar_charts_stand_apart_and_within(int bars)
    {
        Check(new BarChart("Accuracy lost", "points",
            [.. Enumerable.Range(0, bars).Select(i => new Bar($"stage{i / 18}.block{i}", i - 3.5, i / 18))])
            .Draw(820, 320));
        Check(new BarChart(LongName, LongName, [.. Enumerable.Range(0, bars).Select(i => new Bar(LongName, 0.001 * i, i, i % 2 == 0))])
            .Draw(820, 320));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(155)]
    public void The_labels_of_histograms_stand_apart_and_within(int panels) => Check(new HistogramSheet("Weights of each layer",
        [.. Enumerable.Range(0, panels).Select(i => new Histogram(i % 2 == 0 ? $"stage1.block{i}.conv1" : LongName, -0.123456 * i, 1234.567,
            [1, 0, 5, 1_000_000], "mean 0.01234, deviation 0.1"))]).Draw(5));

    [Theory]
    [InlineData(1, 1, "a")]
    [InlineData(3, 12, "stage1.block2")]
    [InlineData(111, 56, "stage3.block17")]
    [InlineData(9, 9, LongName)]
    public void The_labels_of_heat_maps_stand_apart_and_within(int rows, int columns, string name)
    {
        var map = new HeatMap("Linear CKA " + name, [.. Enumerable.Repeat(name, rows)], [.. Enumerable.Repeat(name, columns)],
            [.. Enumerable.Range(0, rows * columns).Select(i => i == 0 ? double.NaN : i / (double)(rows * columns))])
        { RowTitle = "cifar_resnet110", ColumnTitle = "cifar_preact_resnet110" };
        Check(map.Draw());
    }

    [Fact]
    public void Ticks_are_round_numbers_that_hold_all_between_them()
    {
        Assert.Equal(["0", "0.2", "0.4", "0.6", "0.8", "1"], Labels(Axis.Of(0.03, 0.97, 5)));
        Assert.Equal(["-500", "0", "500", "1000", "1500"], Labels(Axis.Of(-321, 1234, 4)));
        Assert.Equal(["1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10"], Labels(Axis.Of(2e-5, 3.4, 8, isLog: true)));
        Assert.Equal(["0.1", "0.2", "0.5", "1"], Labels(Axis.Of(0.11, 0.9, 9, isLog: true)));
        Assert.Equal(["0", "5", "10", "15"], Labels(Axis.Whole(0, 17, 4)));
        foreach (var (least, greatest) in ((double, double)[])[(3e-7, 8e11), (0.5, 0.5), (1e-300, 1e-299), (7, 7.0001)])
            foreach (var isLog in (bool[])[false, true])
            {
                var axis = Axis.Of(least, greatest, 6, isLog);
                Assert.True(axis.Least <= least * (1 + 1e-9) && greatest * (1 - 1e-9) <= axis.Greatest, axis.ToString());
                Assert.InRange(axis.Ticks.Length, 2, 9);
            }
        static string[] Labels(Axis axis) => [.. axis.Ticks.Select(tick => tick.Label)];
    }

    [Fact]
    public void A_curve_is_parted_where_it_has_no_place_on_a_logarithmic_axis()
    {
        var chart = new LineChart("t", "x", "y",
            [new LineSeries("s", [(0, 1), (1, 10), (2, 0), (3, 1), (4, double.NaN), (5, 1)], 0)])
        { IsLog = true };
        var lines = XDocument.Parse(chart.ToSvg()).Descendants().Count(element => element.Name.LocalName == "polyline");
        Assert.Equal(1, lines);
        Assert.Equal(4, XDocument.Parse(chart.ToSvg()).Descendants().Count(element => element.Name.LocalName == "circle"));
    }

    [Fact]
    public void Places_on_a_line_chart_are_to_scale()
    {
        var chart = new LineChart("t", "x", "y", [new LineSeries("s", [(0, 1), (5, 10), (10, 1000)], 0)]) { IsLog = true, IsCount = false };
        var points = XDocument.Parse(chart.ToSvg()).Descendants().Single(element => element.Name.LocalName == "polyline")
            .Attribute("points")!.Value.Split(' ')
            .Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Equal(points[1][0] - points[0][0], points[2][0] - points[1][0], 0.02);
        Assert.Equal(2 * (points[0][1] - points[1][1]), points[1][1] - points[2][1], 0.03);
    }

    // Boxes are the most that a text takes, so texts that touch in their boxes may still stand apart; none may.
    static void Check(SvgCanvas canvas)
    {
        XDocument.Parse(canvas.ToString());
        var labels = canvas.Labels.Where(label => label.Text.Length > 0).ToImmutableArray();
        Assert.NotEmpty(labels);
        for (var i = 0; i < labels.Length; i++)
        {
            var (text, box) = labels[i];
            Assert.True(box.Left >= 0 && box.Top >= 0 && box.Right <= canvas.Width && box.Bottom <= canvas.Height,
                $"'{text}' at {box} is outside {canvas.Width} x {canvas.Height}.");
            for (var j = 0; j < i; j++) Assert.False(
                box.Intersects(labels[j].Box), $"'{text}' at {box} meets '{labels[j].Text}' at {labels[j].Box}.");
        }
    }
}
