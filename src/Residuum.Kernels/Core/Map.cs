namespace Residuum.Kernels;

/// <summary>A batch of maps in memory: how they lie and where they begin.</summary>
internal readonly unsafe struct Map(Layout layout, Address address)
{
    public readonly Layout Layout = layout;
    public readonly Address Address = address;

    /// <summary>No map: an optional operand that is absent.</summary>
    public static Map None => default;

    public bool IsNone => Address.IsNone;

    /// <summary>Whether the pixels of a block follow one another without a halo between the rows.</summary>
    public bool IsContiguous => Layout.Halo == 0;

    /// <summary>The start of a block of channels, at its halo.</summary>
    public float* Block(int image, int block) =>
        Address.Pointer + (long)image * Layout.ImageStride + (long)block * Layout.BlockStride;

    /// <summary>The first pixel inside the halo of a row.</summary>
    public float* Row(int image, int block, int row) =>
        Block(image, block) + Layout.Interior + (long)row * Layout.RowStride;

    /// <summary>
    /// Writes the halo beside these rows, and the halo above or below where they are the first or the last of the block. Rows that
    /// are shared out among pieces thus cover the whole halo, each part once.
    /// </summary>
    public void ClearHalo(int image, int block, int firstRow, int rows)
    {
        var halo = Layout.Halo;
        if (halo == 0) return;
        var start = Block(image, block);
        var stride = Layout.RowStride;
        var side = halo * Layout.Inner;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var line = start + (long)(halo + row) * stride;
            new Span<float>(line, side).Clear();
            new Span<float>(line + stride - side, side).Clear();
        }
        if (firstRow == 0) new Span<float>(start, halo * stride).Clear();
        if (firstRow + rows == Layout.Height) new Span<float>(start + (long)(halo + Layout.Height) * stride, halo * stride).Clear();
    }

    /// <summary>Throws unless the map is in blocks of 16 channels.</summary>
    public Map Blocked(string name) => Layout.Inner == Lanes.Block
        ? this
        : throw new ArgumentException($"The map must be in blocks of {Lanes.Block} channels, not of {Layout.Inner}.", name);

    /// <summary>Throws unless both maps have the same channels, height and width, in blocks of the same size.</summary>
    public Map Like(Map other, string name)
    {
        var (a, b) = (Layout, other.Layout);
        return (a.Channels, a.Height, a.Width, a.Inner) == (b.Channels, b.Height, b.Width, b.Inner)
            ? this
            : throw new ArgumentException($"The map is {a}, which does not match {b}.", name);
    }
}
