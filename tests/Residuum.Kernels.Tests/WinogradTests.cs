namespace Residuum.Kernels.Tests;

public class WinogradTests
{
    // Errors of Winograd's filtering against the sum of absolute terms: those of the definition times what the transforms amplify.
    // Measured on these shapes: at most 12 roundings; the bound leaves a factor of four.
    const double Roundings = 48;

    static readonly (ConvShape Shape, int Images)[] s_shapes =
    [
        (ConvShape.Square(16, 16, 8, 3, 1, 1), 3),
        (ConvShape.Square(32, 64, 7, 3, 1, 1), 2),
        (ConvShape.Square(16, 48, 14, 3, 1, 1), 5),
        (ConvShape.Square(17, 10, 5, 3, 1, 1), 2),
        (ConvShape.Square(40, 24, 9, 3, 1), 2),
        (ConvShape.Square(16, 16, 3, 3, 1, 2), 1),
        (ConvShape.Square(3, 5, 4, 3, 1, 1), 2),
        (new(16, 33, 3, 49, 3, 3, 1, 1, 1, 1, 1, 1), 2),
        (new(20, 16, 6, 11, 3, 3, 1, 1, 0, 2, 1, 0), 3),
        (new(16, 32, 2, 1, 3, 3, 1, 1, 1, 1, 1, 1), 2),
        (ConvShape.Square(144, 80, 2, 3, 1, 1), 2),
        (ConvShape.Square(16, 16, 16, 3, 1, 1), 41),
        (ConvShape.Square(144, 120, 3, 3, 1, 1), 3),
        (ConvShape.Square(200, 72, 4, 3, 1, 1), 2),
    ];

    public static TheoryData<int, bool> Cases
    {
        get
        {
            var data = new TheoryData<int, bool>();
            for (var i = 0; i < s_shapes.Length; i++)
            {
                data.Add(i, false);
                data.Add(i, true);
            }
            return data;
        }
    }

    static WinogradSize Size(bool four) => four ? WinogradSize.Four : WinogradSize.Two;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_direction_is_close_to_the_definition_and_has_the_same_bits_at_every_width_and_thread_count(int index, bool four)
    {
        var (shape, images) = s_shapes[index];
        var reference = new ConvReference(shape, images);
        var (x, w, dy) = (Numbers.Real(reference.XLength, 1), Numbers.Real(reference.WLength, 2), Numbers.Real(reference.YLength, 3));
        var runs = Numbers.Widths.SelectMany(width => new[] { 1, 3 }.Select(threads =>
            new WinogradRuns(Size(four), shape, images, width, index % 3, index % 2, threads, MoreImages: index % 2 * 3))).ToArray();
        AllClose(runs, run => run.Forward(x, w, transformed: run.Threads == 1), reference.Forward(x, w));
        AllClose(runs, run => run.InputGradient(dy, w), reference.InputGradient(dy, w));
        AllClose(runs, run => run.WeightGradient(x, dy), reference.WeightGradient(x, dy));
    }

    static void AllClose(WinogradRuns[] runs, Func<WinogradRuns, float[]> run, (double[] Value, double[] Magnitude) expected)
    {
        var first = run(runs[0]);
        var (most, rounding) = (0.0, expected.Magnitude.Max() * Math.Pow(2, -24));
        for (var i = 0; i < first.Length; i++) most = Math.Max(most, Math.Abs(first[i] - expected.Value[i]) / rounding);
        Assert.True(most <= Roundings, $"{runs[0]}: {most} roundings of the largest sum");
        foreach (var other in runs[1..]) Numbers.AssertSameBits(first, run(other), $"{other}");
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(10, true)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    [InlineData(3, false)]
    public void An_image_has_the_same_bits_in_any_batch(int index, bool four)
    {
        var shape = s_shapes[index].Shape;
        var (many, one) = (new ConvReference(shape, 70), new ConvReference(shape, 1));
        var (x, w) = (Numbers.Real(many.XLength, 1), Numbers.Real(many.WLength, 2));
        var together = new WinogradRuns(Size(four), shape, 70, Lanes.Width).Forward(x, w);
        foreach (var image in new[] { 0, 31, 69 })
        {
            var alone = new WinogradRuns(Size(four), shape, 1, Lanes.Width)
                .Forward(x.AsSpan(image * one.XLength, one.XLength).ToArray(), w);
            Numbers.AssertSameBits(alone, together.AsSpan(image * one.YLength, one.YLength), $"{shape}, image {image}");
        }
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1, true, false)]
    [InlineData(7, true, true)]
    [InlineData(10, false, true)]
    [InlineData(12, false, true)]
    public void The_epilogue_adds_bias_and_residual_and_then_cuts_off_below_zero(int index, bool inPlace, bool four)
    {
        var (shape, images) = s_shapes[index];
        var reference = new ConvReference(shape, images);
        var (x, w) = (Numbers.Real(reference.XLength, 1), Numbers.Real(reference.WLength, 2));
        var (bias, residual) = (Numbers.Real(shape.OutputChannels, 3), Numbers.Real(reference.YLength, 4));
        var (sum, terms) = reference.Forward(x, w);
        var (plane, bound) = (shape.OutputHeight * shape.OutputWidth, Roundings * Math.Pow(2, -24) * (terms.Max() + 2));
        foreach (var width in Numbers.Widths)
        {
            var actual = new WinogradRuns(Size(four), shape, images, width, 0, 1).Forward(x, w, bias, residual, relu: true, inPlace);
            for (var i = 0; i < actual.Length; i++)
            {
                var expected = Math.Max(0, sum[i] + bias[i / plane % shape.OutputChannels] + residual[i]);
                Assert.True(Math.Abs(actual[i] - expected) <= bound, $"{shape} x{width}, {i}: {actual[i]}, not {expected}");
            }
        }
    }

    [Fact]
    public void The_rule_looks_at_the_shape()
    {
        Assert.Equal(WinogradSize.Four, ConvAlgorithm.Choose(ConvShape.Square(64, 64, 56, 3, 1, 1)));
        Assert.Equal(WinogradSize.Four, ConvAlgorithm.Choose(ConvShape.Square(256, 256, 14, 3, 1, 1)));
        Assert.Equal(WinogradSize.Four, ConvAlgorithm.Choose(ConvShape.Square(512, 512, 7, 3, 1, 1)));
        Assert.Equal(WinogradSize.Two, ConvAlgorithm.Choose(ConvShape.Square(512, 512, 4, 3, 1, 1)));
        Assert.Equal(WinogradSize.Four, ConvAlgorithm.Choose(ConvShape.Square(16, 16, 32, 3, 1, 1)));
        Assert.Null(ConvAlgorithm.Choose(ConvShape.Square(64, 64, 2, 3, 1, 1)));
        Assert.Null(ConvAlgorithm.Choose(ConvShape.Square(64, 64, 56, 3, 2, 1)));
        Assert.Null(ConvAlgorithm.Choose(ConvShape.Square(64, 64, 56, 1)));
        Assert.Null(ConvAlgorithm.Choose(ConvShape.Square(64, 64, 56, 3, 1, 1) with { Groups = 2 }));
        Assert.Null(ConvAlgorithm.Choose(ConvShape.Square(3, 16, 32, 3, 1, 1), inner: 3));
    }
}
