namespace Residuum.Kernels;

/// <summary>
/// How a convolution's weights lie in memory: [output block][input block][kernel row][kernel column x Inner + input channel][16 outputs],
/// so that a kernel walks through them once from front to back. Lanes past the last channel are zero.
/// </summary>
internal readonly record struct WeightLayout(int OutputChannels, int InputChannels, int KernelHeight, int KernelWidth, int Inner = Lanes.Block)
{
    public int OutputBlocks => (OutputChannels + Lanes.Block - 1) / Lanes.Block;

    public int InputBlocks => (InputChannels + Inner - 1) / Inner;

    /// <summary>Steps in a row of the window: numbers that lie side by side in the input.</summary>
    public int RowSteps => KernelWidth * Inner;

    /// <summary>Floats of a kernel row.</summary>
    public int RowStride => RowSteps * Lanes.Block;

    /// <summary>Floats of one pair of an output block and an input block.</summary>
    public int InputBlockStride => KernelHeight * RowStride;

    /// <summary>Floats of an output block.</summary>
    public int OutputBlockStride => InputBlocks * InputBlockStride;

    /// <summary>Floats in all.</summary>
    public long Length => (long)OutputBlocks * OutputBlockStride;

    /// <summary>Where one weight lies.</summary>
    public long Offset(int output, int input, int row, int column) =>
        (long)output / Lanes.Block * OutputBlockStride + input / Inner * InputBlockStride + row * RowStride +
        (column * Inner + input % Inner) * Lanes.Block + output % Lanes.Block;

    /// <summary>Packs weights given as [output][input][row][column]; padding lanes become zero.</summary>
    public void Pack(ReadOnlySpan<float> oihw, Span<float> packed)
    {
        packed[..checked((int)Length)].Clear();
        var from = 0;
        for (var output = 0; output < OutputChannels; output++)
            for (var input = 0; input < InputChannels; input++)
                for (var row = 0; row < KernelHeight; row++)
                    for (var column = 0; column < KernelWidth; column++)
                        packed[(int)Offset(output, input, row, column)] = oihw[from++];
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    public void Unpack(ReadOnlySpan<float> packed, Span<float> oihw)
    {
        var to = 0;
        for (var output = 0; output < OutputChannels; output++)
            for (var input = 0; input < InputChannels; input++)
                for (var row = 0; row < KernelHeight; row++)
                    for (var column = 0; column < KernelWidth; column++)
                        oihw[to++] = packed[(int)Offset(output, input, row, column)];
    }
}
