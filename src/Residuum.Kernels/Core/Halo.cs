namespace Residuum.Kernels;

/// <summary>Writes the frame of zeros around maps.</summary>
internal static unsafe class Halo
{
    /// <summary>
    /// Zeroes what surrounds these rows of a block: left and right of them, above the first row of the map and below its last.
    /// </summary>
    public static void Clear(Layout layout, Address map, int image, int block, int firstRow, int endRow)
    {
        if (layout.Halo == 0) return;
        var start = map.Pointer + (long)image * layout.ImageStride + (long)block * layout.BlockStride;
        var side = layout.Halo * layout.Inner;
        if (firstRow == 0) new Span<float>(start, layout.Halo * layout.RowStride).Clear();
        for (var row = firstRow; row < endRow; row++)
        {
            var line = start + (long)(row + layout.Halo) * layout.RowStride;
            new Span<float>(line, side).Clear();
            new Span<float>(line + layout.RowStride - side, side).Clear();
        }
        if (endRow == layout.Height)
            new Span<float>(start + (long)(layout.Height + layout.Halo) * layout.RowStride, layout.Halo * layout.RowStride).Clear();
    }
}
