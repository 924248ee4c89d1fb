namespace Residuum.Kernels;

/// <summary>
/// Which algorithm computes a convolution: by a fixed rule on its shape alone, never on the batch or the number of threads, so that an
/// image's results do not depend on its company. The rule counts cycles of a processor with two multiply-adds a cycle.
/// </summary>
internal static class ConvAlgorithm
{
    // Cycles to transform a tile of 16 channels, in and out together, and 16 x 16 filters, measured on processors with 512-bit vectors.
    const double TransformFour = 250, TransformTwo = 110, FiltersFour = 3500, FiltersTwo = 1800;

    // Filters are transformed, or read in their larger form, once for some four images.
    const double ImagesOfFilters = 4;

    /// <summary>The size of Winograd's tile, or null for the definition.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="inner">Channels in a block of the input; narrow ones (colours) go by the definition.</param>
    public static WinogradSize? Choose(ConvShape shape, int inner = Lanes.Block)
    {
        if (!WinogradConv.Suits(shape) || inner != Lanes.Block) return null;
        var (inputs, outputs) = (Blocks(shape.InputChannels), Blocks(shape.OutputChannels));
        var direct = 9.0 * shape.OutputHeight * shape.OutputWidth * inputs * outputs * Lanes.Block / 2;
        var two = Cycles(shape, WinogradSize.Two, ImagesOfFilters) / ImagesOfFilters;
        var four = Cycles(shape, WinogradSize.Four, ImagesOfFilters) / ImagesOfFilters;
        return direct <= Math.Min(two, four) ? null : four <= two ? WinogradSize.Four : WinogradSize.Two;
    }

    /// <summary>About how many cycles a run takes by Winograd's filtering.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="size">The size of the tile.</param>
    /// <param name="images">Images of the run, which share the filters.</param>
    /// <param name="transformsFilters">Whether filters are transformed in the run, or were before.</param>
    public static double Cycles(ConvShape shape, WinogradSize size, double images, bool transformsFilters = true)
    {
        var (transform, filters) = size == WinogradSize.Four ? (TransformFour, FiltersFour) : (TransformTwo, FiltersTwo);
        var (inputs, outputs) = (Blocks(shape.InputChannels), Blocks(shape.OutputChannels));
        var tiles = ((shape.OutputHeight - 1) / (int)size + 1) * ((shape.OutputWidth - 1) / (int)size + 1);
        return images * tiles * ((double)size.Products() * inputs * outputs * Lanes.Block / 2 + transform * (inputs + outputs) / 2) +
            (transformsFilters ? filters * inputs * outputs : 0);
    }

    static int Blocks(int channels) => (channels + Lanes.Block - 1) / Lanes.Block;
}
