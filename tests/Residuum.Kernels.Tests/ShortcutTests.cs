namespace Residuum.Kernels.Tests;

public class ShortcutTests
{
    /// <summary>Input and output channels, shift, height, width, strides: shortcut A in both paddings, odd shifts, each part
    /// alone.</summary>
    public static TheoryData<int, int, int, int, int, int, int> Cases => new()
    {
        { 16, 32, 8, 8, 8, 2, 2 },
        { 16, 32, 0, 8, 8, 2, 2 },
        { 32, 64, 16, 7, 9, 2, 2 },
        { 16, 16, 0, 5, 7, 2, 3 },
        { 16, 32, 8, 5, 7, 1, 1 },
        { 3, 10, 5, 5, 7, 1, 1 },
        { 17, 64, 23, 3, 4, 3, 1 },
        { 1, 1, 0, 1, 1, 1, 1 },
        { 20, 70, 33, 4, 4, 2, 2 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pixels_are_taken_and_channels_moved_and_the_gradient_goes_back(
        int channels, int outputChannels, int shift, int height, int width, int strideHeight, int strideWidth)
    {
        const int images = 3;
        foreach (var (haloX, haloY, _) in Numbers.Halos)
        {
            var input = new Layout(channels, height, width, haloX);
            var output = new Layout(outputChannels, (height - 1) / strideHeight + 1, (width - 1) / strideWidth + 1, haloY);
            var (x, dy) = (Numbers.Random(input, images, 1), Numbers.Random(output, images, 2));
            var (expected, expectedDx) = (new float[dy.Length], new float[x.Length]);
            for (var i = 0; i < expected.Length; i++)
            {
                var (rest, column) = Math.DivRem(i, output.Width);
                (rest, var row) = Math.DivRem(rest, output.Height);
                var (image, channel) = Math.DivRem(rest, outputChannels);
                if (channel < shift || channel - shift >= channels) continue;
                var source = ((image * channels + channel - shift) * height + row * strideHeight) * width + column * strideWidth;
                expected[i] = x[source];
                expectedDx[source] = dy[i];
            }

            using var source0 = new MapBuffer(input, images, x);
            using var target = new MapBuffer(output, images);
            Everywhere.Run(images, _ => new SubsampleKernel(source0.Map, target.Map, strideHeight, strideWidth, shift), target);
            Numbers.Same(expected, target.ToNchw());
            using var gradient = new MapBuffer(output, images, dy);
            using var dx = new MapBuffer(input, images);
            Everywhere.Run(images, _ => new SubsampleGradientKernel(gradient.Map, dx.Map, strideHeight, strideWidth, shift), dx);
            Numbers.Same(expectedDx, dx.ToNchw());
            if (strideHeight != 1 || strideWidth != 1) continue;
            Everywhere.Run(images, _ => SubsampleKernel.PadChannels(source0.Map, target.Map, shift), target);
            Numbers.Same(expected, target.ToNchw());
            Everywhere.Run(images, _ => SubsampleKernel.SliceChannels(gradient.Map, dx.Map, shift), dx);
            Numbers.Same(expectedDx, dx.ToNchw());
        }
    }

    [Fact]
    public void Pixels_that_are_not_there_are_refused()
    {
        using var x = new MapBuffer(new Layout(16, 4, 4), 1);
        using var y = new MapBuffer(new Layout(16, 3, 3), 1);
        Assert.Throws<ArgumentException>(() => new SubsampleKernel(x.Map, y.Map, 2, 2));
        Assert.Throws<ArgumentException>(() => new SubsampleGradientKernel(y.Map, x.Map, 2, 2));
    }
}
