namespace Residuum.Kernels.Tests;

public class ConvTests
{
    public static TheoryData<int> Shapes => new(Enumerable.Range(0, ConvShapes.Count));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_is_exact_on_whole_numbers_at_every_width(int index)
    {
        var (shape, images, inner) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var (x, w) = (Numbers.Whole(reference.XLength, 1), Numbers.Whole(reference.WLength, 2));
        var expected = reference.Forward(x, w).Value;
        foreach (var width in Numbers.Widths)
            Numbers.AssertEqual(expected, new ConvRuns(shape, images, width, inner, index % 3, index % 2).Forward(x, w),
                $"{shape} x{width}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_to_the_input_is_exact_on_whole_numbers_at_every_width(int index)
    {
        var (shape, images, inner) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var (dy, w) = (Numbers.Whole(reference.YLength, 3), Numbers.Whole(reference.WLength, 4));
        var expected = reference.InputGradient(dy, w).Value;
        foreach (var width in Numbers.Widths)
            Numbers.AssertEqual(expected, new ConvRuns(shape, images, width, inner, index % 3, index % 2).InputGradient(dy, w),
                $"{shape} x{width}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_to_the_weights_is_exact_on_whole_numbers_at_every_width(int index)
    {
        var (shape, images, inner) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var (x, dy) = (Numbers.Whole(reference.XLength, 5), Numbers.Whole(reference.YLength, 6));
        var expected = reference.WeightGradient(x, dy).Value;
        foreach (var width in Numbers.Widths)
            Numbers.AssertEqual(expected,
                new ConvRuns(shape, images, width, inner, index % 3, index % 2).WeightGradient(x, dy, images + index % 7),
                    $"{shape} x{width}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(33)]
    [InlineData(34)]
    public void Real_numbers_stay_within_the_bound_of_rounding_and_have_the_same_bits_at_every_width_and_thread_count(int index)
    {
        var (shape, _, inner) = ConvShapes.At(index);
        const int images = 5;
        var reference = new ConvReference(shape, images);
        var (x, w, dy) = (Numbers.Real(reference.XLength, 1), Numbers.Real(reference.WLength, 2), Numbers.Real(reference.YLength, 3));
        var runs = Numbers.Widths.SelectMany(width => new[] { 1, 2, 3 }.Select(threads =>
            new ConvRuns(shape, images, width, inner, OutputHalo: 1, Threads: threads))).ToArray();
        var window = (long)shape.InputChannels * shape.KernelHeight * shape.KernelWidth;
        var outputs = (long)shape.OutputChannels * shape.KernelHeight * shape.KernelWidth;
        var pixels = (long)images * shape.OutputHeight * shape.OutputWidth;
        AllAlike(runs, run => run.Forward(x, w), reference.Forward(x, w), window);
        AllAlike(runs, run => run.InputGradient(dy, w), reference.InputGradient(dy, w), outputs);
        AllAlike(runs, run => run.WeightGradient(x, dy), reference.WeightGradient(x, dy), pixels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(22)]
    [InlineData(34)]
    public void An_image_has_the_same_bits_in_any_batch(int index)
    {
        var (shape, _, inner) = ConvShapes.At(index);
        var many = new ConvReference(shape, 17);
        var one = new ConvReference(shape, 1);
        var (x, w) = (Numbers.Real(many.XLength, 1), Numbers.Real(many.WLength, 2));
        foreach (var width in Numbers.Widths)
        {
            var together = new ConvRuns(shape, 17, width, inner).Forward(x, w);
            foreach (var image in new[] { 0, 7, 16 })
            {
                var alone = new ConvRuns(shape, 1, width, inner).Forward(x.AsSpan(image * one.XLength, one.XLength).ToArray(), w);
                Numbers.AssertSameBits(alone, together.AsSpan(image * one.YLength, one.YLength), $"{shape} x{width}, image {image}");
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(9, true)]
    [InlineData(21, true)]
    [InlineData(22, false)]
    [InlineData(33, true)]
    [InlineData(37, true)]
    public void The_epilogue_adds_bias_and_residual_and_then_cuts_off_below_zero(int index, bool inPlace)
    {
        var (shape, images, inner) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var (x, w) = (Numbers.Whole(reference.XLength, 1), Numbers.Whole(reference.WLength, 2));
        var (bias, residual) = (Numbers.Whole(shape.OutputChannels, 3), Numbers.Whole(reference.YLength, 4));
        var sum = reference.Forward(x, w).Value;
        var plane = shape.OutputHeight * shape.OutputWidth;
        foreach (var width in Numbers.Widths)
            foreach (var (withBias, withResidual, relu) in new[] { (true, false, false), (false, true, true), (true, true, true),
                (false, false, true) })
            {
                var expected = sum.Select((value, i) =>
                {
                    var total = value + (withBias ? bias[i / plane % shape.OutputChannels] : 0) + (withResidual ? residual[i] : 0);
                    return relu ? Math.Max(0, total) : total;
                }).ToArray();
                var actual = new ConvRuns(shape, images, width, inner, 1, index % 2).Forward(x, w, withBias ? bias : null,
                    withResidual ? residual : null, relu, index % 3, inPlace && withResidual);
                Numbers.AssertEqual(expected, actual, $"{shape} x{width}, bias {withBias}, residual {withResidual}, ReLU {relu}");
            }
    }

    [Fact]
    public void What_is_not_a_number_stays_visible_through_the_activation()
    {
        var shape = ConvShape.Square(16, 16, 4, 1);
        var reference = new ConvReference(shape, 1);
        var x = new float[reference.XLength];
        x[5] = float.NaN;
        foreach (var width in Numbers.Widths)
        {
            var y = new ConvRuns(shape, 1, width).Forward(x, Numbers.Whole(reference.WLength, 1), relu: true);
            for (var i = 0; i < y.Length; i++) Assert.Equal(i % 16 == 5, float.IsNaN(y[i]));
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(5, false)]
    [InlineData(11, true)]
    [InlineData(18, false)]
    [InlineData(18, true)]
    [InlineData(22, true)]
    [InlineData(23, false)]
    [InlineData(33, false)]
    public void The_gradient_to_the_input_is_added_to_a_gradient_that_comes_by_another_way(int index, bool inPlace)
    {
        var (shape, images, _) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var (dy, w, residual) = (Numbers.Whole(reference.YLength, 1), Numbers.Whole(reference.WLength, 2),
            Numbers.Whole(reference.XLength, 3));
        var expected = reference.InputGradient(dy, w).Value.Zip(residual, (sum, added) => sum + added).ToArray();
        foreach (var width in Numbers.Widths)
            Numbers.AssertEqual(expected,
                new ConvRuns(shape, images, width, OutputHalo: 1).InputGradient(dy, w, residual, residualHalo: 2, inPlace),
                    $"{shape} x{width}");
    }

    [Fact]
    public void A_residual_that_does_not_fit_is_refused()
    {
        var shape = ConvShape.Square(3, 16, 4, 1);
        var (x, y) = (new Layout(3, 4, 4, 0, 3), new Layout(16, 4, 4));
        using var buffer = new NativeBuffer(16);
        Assert.Throws<ArgumentException>(() =>
            ConvInputGradientKernel.Create(shape, y, x, default, default, default, default, residual: buffer.At(0), residualLayout: x));
        Assert.Throws<ArgumentException>(() => ConvInputGradientKernel.Create(
            shape, y, x with { Inner = 16 }, default, default, default, default, residual: buffer.At(0), residualLayout: y));
    }

    [Fact]
    public void A_halo_smaller_than_the_padding_is_refused()
    {
        var shape = ConvShape.Square(16, 16, 4, 3, 1, 1);
        var (x, y) = (new Layout(16, 4, 4), new Layout(16, 4, 4));
        Assert.Throws<ArgumentException>(
            () => ConvForwardKernel.Create(shape, x, y, default, default, default, default, y, false, default));
        Assert.Throws<ArgumentException>(() => ConvInputGradientKernel.Create(shape, y, x, default, default, default, default));
        Assert.Throws<ArgumentException>(() => ConvWeightGradientKernel.Create(shape, x, y, default, default, default, default));
    }

    [Fact]
    public void Channels_that_do_not_divide_into_the_groups_are_refused()
    {
        var layout = new Layout(16, 4, 4);
        foreach (var groups in new[] { 0, 3, 32 })
        {
            var shape = ConvShape.Square(16, 16, 4, 1) with { Groups = groups };
            Assert.ThrowsAny<ArgumentException>(
                () => ConvForwardKernel.Create(shape, layout, layout, default, default, default, default, layout, false, default));
        }
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        var shape = ConvShape.Square(32, 32, 8, 3, 1, 1);
        var layout = new Layout(32, 8, 8, 1);
        using var buffer = new NativeBuffer(1 << 20);
        Kernel[] kernels =
        [
            ConvForwardKernel.Create(shape, layout, layout, buffer.At(0), buffer.At(100_000), default, default, layout, true,
                buffer.At(200_000)),
            ConvInputGradientKernel.Create(shape, layout, layout, buffer.At(0), buffer.At(100_000), buffer.At(200_000), buffer.At(300_000)),
            ConvWeightGradientKernel.Create(
                shape, layout, layout, buffer.At(0), buffer.At(100_000), buffer.At(200_000), buffer.At(300_000)),
        ];
        using var team = new ThreadTeam(1);
        foreach (var kernel in kernels)
        {
            // The runtime itself may allocate once, when it compiles something; runs that allocate would do so every time.
            var least = long.MaxValue;
            for (var trial = 0; trial < 5; trial++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 10; i++) team.Run(kernel, 4);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            Assert.Equal(0, least);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(3)]
    public void Weights_unpack_to_what_was_packed(int inner)
    {
        var layout = new WeightLayout(21, 3, 2, 5, inner);
        var weights = Numbers.Real(21 * 3 * 2 * 5, 1);
        var packed = new float[layout.Length];
        packed.AsSpan().Fill(float.NaN);
        layout.Pack(weights, packed);
        Assert.Equal(weights.Sum(weight => (double)weight), packed.Sum(weight => (double)weight), 1e-4);
        var back = new float[weights.Length];
        layout.Unpack(packed, back);
        Assert.Equal(weights, back);
    }

    static void AllAlike(ConvRuns[] runs, Func<ConvRuns, float[]> compute, (double[] Value, double[] Magnitude) expected, long terms)
    {
        var first = compute(runs[0]);
        Numbers.AssertWithinRounding(expected.Value, expected.Magnitude, terms, first, runs[0].ToString());
        foreach (var run in runs.Skip(1)) Numbers.AssertSameBits(first, compute(run), run.ToString());
    }
}
