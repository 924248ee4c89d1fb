namespace Residuum.Kernels.Tests;

public class PoolTests
{
    /// <summary>Kernel, stride and padding of both sides, input height and width, output height and width.</summary>
    public static TheoryData<int[], int, int, int, int> Windows => new()
    {
        { [3, 2, 1, 3, 2, 1], 13, 9, 7, 5 },
        { [2, 2, 0, 2, 2, 0], 8, 8, 4, 4 },
        { [2, 2, 0, 2, 2, 0], 5, 7, 3, 4 }, // rounded up: the last windows reach outside
        { [3, 1, 1, 2, 3, 0], 5, 7, 5, 2 },
        { [1, 1, 0, 1, 1, 0], 1, 1, 1, 1 },
        { [3, 3, 1, 5, 1, 2], 7, 11, 3, 11 },
        { [3, 2, 1, 3, 2, 1], 32, 32, 17, 17 }, // rounded up beyond the padding
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void Max_pooling_finds_the_first_of_the_largest_and_sends_the_gradient_there(
        int[] sides, int height, int width, int outputHeight, int outputWidth)
    {
        const int images = 3;
        var window = Window(sides);
        foreach (var channels in new[] { 1, 17, 64 })
            foreach (var (haloX, haloY, haloPositions) in Numbers.Halos)
            {
                var input = new Layout(channels, height, width, haloX);
                var output = new Layout(channels, outputHeight, outputWidth, haloY);
                // Few different numbers, so that many are equal.
                float[] x = [.. Numbers.Random(input, images, 1, 0, 3).Select(number => MathF.Round(number))];
                var dy = Numbers.Random(output, images, 2);
                var expected = new double[output.Elements * images];
                var expectedPositions = new int[expected.Length];
                var expectedDx = new double[x.Length];
                for (var plane = 0; plane < images * channels; plane++)
                    for (var i = 0; i < outputHeight * outputWidth; i++)
                    {
                        var (row, column) = Math.DivRem(i, outputWidth);
                        var (best, position, where) = (double.NegativeInfinity, -1, -1);
                        foreach (var (within, source) in Inside(window, row, column, height, width))
                            if (position < 0 || x[plane * height * width + source] > best)
                                (best, position, where) = (x[plane * height * width + source], within, source);
                        expected[plane * outputHeight * outputWidth + i] = best;
                        expectedPositions[plane * outputHeight * outputWidth + i] = position;
                        expectedDx[plane * height * width + where] += dy[plane * outputHeight * outputWidth + i];
                    }

                using var source0 = new MapBuffer(input, images, x);
                using var pooled = new MapBuffer(output, images);
                using var positions = new MapBuffer(output with { Halo = haloPositions }, images);
                Everywhere.Run(images, w => MaxPoolKernel.Create(source0.Map, pooled.Map, Map.None, window, w), pooled);
                Numbers.Near(expected, pooled.ToNchw(), 0);
                Everywhere.Run(images, w => MaxPoolKernel.Create(source0.Map, pooled.Map, positions.Map, window, w), pooled, positions);
                Numbers.Near(expected, pooled.ToNchw(), 0);
                Assert.Equal(expectedPositions, PositionsOf(positions, output with { Halo = haloPositions }, images));
                Assert.DoesNotContain(float.NaN, positions.Raw());

                using var gradient = new MapBuffer(output with { Halo = haloX }, images, dy);
                using var dx = new MapBuffer(input with { Halo = haloY }, images);
                Everywhere.Run(images, w => MaxPoolGradientKernel.Create(gradient.Map, positions.Map, dx.Map, window, w), dx);
                // At most nine numbers below one are added up.
                Numbers.Near(expectedDx, dx.ToNchw(), 1e-6);
            }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Average_pooling_and_its_gradient_match_double_precision(
        int[] sides, int height, int width, int outputHeight, int outputWidth)
    {
        const int images = 2;
        var window = Window(sides);
        foreach (var countPadding in new[] { true, false })
            foreach (var channels in new[] { 3, 33 })
                foreach (var (haloX, haloY, _) in Numbers.Halos)
                {
                    var input = new Layout(channels, height, width, haloX);
                    var output = new Layout(channels, outputHeight, outputWidth, haloY);
                    var (x, dy) = (Numbers.Random(input, images, 1), Numbers.Random(output, images, 2));
                    var (expected, expectedDx) = (new double[dy.Length], new double[x.Length]);
                    for (var i = 0; i < expected.Length; i++)
                    {
                        var (plane, pixel) = Math.DivRem(i, outputHeight * outputWidth);
                        var (row, column) = Math.DivRem(pixel, outputWidth);
                        var inside = Inside(window, row, column, height, width).ToArray();
                        double divisor = countPadding ? window.Vertical.Kernel * window.Horizontal.Kernel : inside.Length;
                        foreach (var (_, source) in inside)
                        {
                            expected[i] += x[plane * height * width + source] / divisor;
                            expectedDx[plane * height * width + source] += dy[i] / divisor;
                        }
                    }

                    using var source0 = new MapBuffer(input, images, x);
                    using var pooled = new MapBuffer(output, images);
                    Everywhere.Run(images, w => AveragePoolKernel.Create(source0.Map, pooled.Map, window, countPadding, w), pooled);
                    // At most 15 numbers below one, and the rounding of 1 / n.
                    Numbers.Near(expected, pooled.ToNchw(), 1e-6);
                    using var gradient = new MapBuffer(output with { Halo = haloX }, images, dy);
                    using var dx = new MapBuffer(input with { Halo = haloY }, images);
                    Everywhere.Run(images, w => AveragePoolGradientKernel.Create(gradient.Map, dx.Map, window, countPadding, w), dx);
                    Numbers.Near(expectedDx, dx.ToNchw(), 1e-6);
                }
    }

    [Fact]
    public void Max_pooling_passes_nan_and_minus_infinity_on()
    {
        var window = PoolWindow.Square(2, 2, 0);
        using var x = new MapBuffer(new Layout(2, 2, 2), 1,
            [1, float.NaN, 3, 2, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity]);
        using var y = new MapBuffer(new Layout(2, 1, 1), 1);
        using var positions = new MapBuffer(new Layout(2, 1, 1), 1);
        Everywhere.Run(1, w => MaxPoolKernel.Create(x.Map, y.Map, positions.Map, window, w), y, positions);
        Assert.Equal([float.NaN, float.NegativeInfinity], y.ToNchw());
        Assert.Equal([1, 0], PositionsOf(positions, new Layout(2, 1, 1), 1));
    }

    [Fact]
    public void Windows_wholly_outside_are_refused()
    {
        using var x = new MapBuffer(new Layout(1, 4, 4), 1);
        using var y = new MapBuffer(new Layout(1, 3, 3), 1);
        Assert.Throws<ArgumentException>(() => MaxPoolKernel.Create(x.Map, y.Map, Map.None, PoolWindow.Square(2, 2, 0)));
        Assert.Throws<ArgumentException>(() => AveragePoolKernel.Create(x.Map, y.Map, PoolWindow.Square(2, 2, 2), true));
    }

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Global_average_pooling_and_its_gradient_match_double_precision(int channels, int height, int width, int images)
    {
        foreach (var halo in new[] { 0, 1 })
        {
            var layout = new Layout(channels, height, width, halo);
            var (numbers, upstream) = (Numbers.Random(layout, images, 1), Numbers.Random(channels * images, 2));
            var pixels = height * width;
            using var x = new MapBuffer(layout, images, numbers);
            using var rows = new GuardedBuffer(channels * images);
            Everywhere.Run(images, w => GlobalAveragePoolKernel.Create(x.Map, rows.Address, w), rows);
            // Averages of numbers below one: their roundings shrink with the average.
            Numbers.Near([.. numbers.Chunk(pixels).Select(plane => plane.Average(number => (double)number))], rows.Raw(), 3e-7);

            using var gradient = new GuardedBuffer(upstream);
            using var dx = new MapBuffer(layout, images);
            Everywhere.Run(images, w => GlobalAveragePoolGradientKernel.Create(gradient.Address, dx.Map, w), dx);
            Numbers.Near([.. upstream.SelectMany(dy => Enumerable.Repeat((double)dy / pixels, pixels))], dx.ToNchw(), 1e-7);
        }
    }

    static PoolWindow Window(int[] sides) => new(new PoolSide(sides[0], sides[1], sides[2]), new PoolSide(sides[3], sides[4], sides[5]));

    static IEnumerable<(int Within, int Source)> Inside(PoolWindow window, int row, int column, int height, int width)
    {
        for (var y = 0; y < window.Vertical.Kernel; y++)
            for (var x = 0; x < window.Horizontal.Kernel; x++)
            {
                var (sourceRow, sourceColumn) = (row * window.Vertical.Stride - window.Vertical.Padding + y,
                    column * window.Horizontal.Stride - window.Horizontal.Padding + x);
                if (sourceRow >= 0 && sourceRow < height && sourceColumn >= 0 && sourceColumn < width)
                    yield return (y * window.Horizontal.Kernel + x, sourceRow * width + sourceColumn);
            }
    }

    static int[] PositionsOf(MapBuffer positions, Layout layout, int images)
    {
        using var dense = new GuardedBuffer(layout.Elements * images);
        new ThreadTeam(1).Run(new LayoutToNchw(positions.Map, dense.Address), images);
        return [.. dense.Raw().Select(BitConverter.SingleToInt32Bits)];
    }
}
