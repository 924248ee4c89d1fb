namespace Residuum.Kernels.Tests;

public class PixelTests
{
    /// <summary>Height and width before and after, rows and columns to move by: padding, cropping, both, nothing left in sight.</summary>
    public static TheoryData<int, int, int, int, int, int> Moves => new()
    {
        { 5, 4, 8, 9, 1, 3 },
        { 8, 9, 5, 4, -1, -3 },
        { 5, 9, 9, 5, 2, -1 },
        { 3, 3, 3, 3, 0, 0 },
        { 1, 1, 4, 4, 3, 0 },
        { 2, 2, 3, 3, 5, 1 },
        { 2, 2, 3, 3, 1, -2 },
    };

    [Theory]
    [MemberData(nameof(Moves))]
    public void Pixels_are_moved_and_zeros_come_in(int height, int width, int targetHeight, int targetWidth, int rows, int columns)
    {
        const int images = 2;
        foreach (var (channels, inner) in new[] { (3, 3), (3, 16), (33, 16) })
            foreach (var (haloX, haloY, _) in Numbers.Halos)
            {
                var (from, to) = (new Layout(channels, height, width, haloX, inner),
                    new Layout(channels, targetHeight, targetWidth, haloY, inner));
                var x = Numbers.Random(from, images, 1);
                var expected = new float[to.Elements * images];
                for (var i = 0; i < expected.Length; i++)
                {
                    var (rest, column) = Math.DivRem(i, targetWidth);
                    (var plane, var row) = Math.DivRem(rest, targetHeight);
                    var (sourceRow, sourceColumn) = (row - rows, column - columns);
                    if (sourceRow >= 0 && sourceRow < height && sourceColumn >= 0 && sourceColumn < width)
                        expected[i] = x[(plane * height + sourceRow) * width + sourceColumn];
                }
                using var source = new MapBuffer(from, images, x);
                using var target = new MapBuffer(to, images);
                Everywhere.Run(images, _ => new ShiftPixels(source.Map, target.Map, rows, columns), target);
                Numbers.Same(expected, target.ToNchw());
            }
    }

    [Theory]
    [InlineData(4, 3, 2, 2)]
    [InlineData(1, 1, 3, 2)]
    [InlineData(1, 5, 1, 4)]
    [InlineData(7, 7, 5, 3)]
    public void Maps_are_enlarged_and_the_gradient_is_gathered(int height, int width, int factorHeight, int factorWidth)
    {
        const int images = 2;
        foreach (var bilinear in new[] { false, true })
            foreach (var channels in new[] { 3, 33 })
                foreach (var (haloX, haloY, _) in Numbers.Halos)
                {
                    var small = new Layout(channels, height, width, haloX);
                    var large = new Layout(channels, height * factorHeight, width * factorWidth, haloY);
                    var (x, dy) = (Numbers.Random(small, images, 1), Numbers.Random(large, images, 2));
                    var (expected, expectedDx) = (new double[dy.Length], new double[x.Length]);
                    for (var i = 0; i < expected.Length; i++)
                    {
                        var (rest, column) = Math.DivRem(i, large.Width);
                        var (plane, row) = Math.DivRem(rest, large.Height);
                        foreach (var (sourceRow, rowWeight) in Sources(row, factorHeight, height, bilinear))
                            foreach (var (sourceColumn, columnWeight) in Sources(column, factorWidth, width, bilinear))
                            {
                                var source = (plane * height + sourceRow) * width + sourceColumn;
                                expected[i] += rowWeight * columnWeight * x[source];
                                expectedDx[source] += rowWeight * columnWeight * dy[i];
                            }
                    }
                    using var source0 = new MapBuffer(small, images, x);
                    using var target = new MapBuffer(large, images);
                    Everywhere.Run(images, w => UpsampleKernel.Create(source0.Map, target.Map, bilinear, w), target);
                    // Nearest copies; bilinear rounds a weight and three mixtures of numbers below one.
                    Numbers.Near(expected, target.ToNchw(), bilinear ? 5e-7 : 0);
                    using var gradient = new MapBuffer(large, images, dy);
                    using var dx = new MapBuffer(small, images);
                    Everywhere.Run(images, w => UpsampleGradientKernel.Create(gradient.Map, dx.Map, bilinear, w), dx);
                    Numbers.Near(expectedDx, dx.ToNchw(), 3e-7 * factorHeight * factorWidth);
                }
    }

    [Fact]
    public void Sizes_that_are_no_multiples_are_refused()
    {
        using var x = new MapBuffer(new Layout(16, 4, 4), 1);
        using var y = new MapBuffer(new Layout(16, 8, 6), 1);
        Assert.Throws<ArgumentException>(() => UpsampleKernel.Create(x.Map, y.Map, bilinear: false));
        Assert.Throws<ArgumentException>(() => UpsampleGradientKernel.Create(y.Map, x.Map, bilinear: true));
    }

    static IEnumerable<(int Place, double Weight)> Sources(int output, int factor, int length, bool bilinear)
    {
        if (!bilinear) return [(output / factor, 1)];
        var place = Math.Clamp((output + 0.5) / factor - 0.5, 0, length - 1);
        var first = (int)place;
        return [(first, 1 - (place - first)), (Math.Min(first + 1, length - 1), place - first)];
    }
}
