namespace Residuum.Kernels;

/// <summary>The sizes of a two-dimensional convolution without dilation; paddings may differ from side to side. Channels
/// may fall into groups: the outputs of a group see only the inputs of that group.</summary>
internal readonly record struct ConvShape(
    int InputChannels, int OutputChannels, int InputHeight, int InputWidth, int KernelHeight, int KernelWidth,
    int StrideHeight, int StrideWidth, int PadTop, int PadLeft, int PadBottom, int PadRight, int Groups = 1)
{
    /// <summary>A square kernel with the same stride and the same padding on all sides.</summary>
    public static ConvShape Square(int inputChannels, int outputChannels, int size, int kernel, int stride = 1, int pad = 0) =>
        new(inputChannels, outputChannels, size, size, kernel, kernel, stride, stride, pad, pad, pad, pad);

    public int OutputHeight => (InputHeight + PadTop + PadBottom - KernelHeight) / StrideHeight + 1;

    public int OutputWidth => (InputWidth + PadLeft + PadRight - KernelWidth) / StrideWidth + 1;

    /// <summary>Multiply-adds for an image, as papers count them: window x input channels of a group for every output number.</summary>
    public long MultiplyAdds => (long)OutputHeight * OutputWidth * OutputChannels * (InputChannels / Groups) * KernelHeight * KernelWidth;

    /// <summary>Zero pixels that the input must have around it.</summary>
    public int RequiredHalo => Math.Max(Math.Max(PadTop, PadBottom), Math.Max(PadLeft, PadRight));

    /// <summary>For a stride of 1: the convolution, with the window turned around, that takes gradients from the result back to the
    /// input.</summary>
    public ConvShape Reverse() => new(
        OutputChannels, InputChannels, OutputHeight, OutputWidth, KernelHeight, KernelWidth, StrideHeight, StrideWidth,
        KernelHeight - 1 - PadTop, KernelWidth - 1 - PadLeft, KernelHeight - 1 - PadBottom, KernelWidth - 1 - PadRight, Groups);

    /// <summary>How the weights are packed when an input pixel has this many numbers to a block.</summary>
    public WeightLayout Weights(int inner = Lanes.Block) =>
        new(OutputChannels, InputChannels / Groups, KernelHeight, KernelWidth, inner, Groups);

    /// <summary>How the weights are packed when they are turned around: each input sees the outputs of its group.</summary>
    public WeightLayout Backward => new(InputChannels, OutputChannels / Groups, KernelHeight, KernelWidth, Lanes.Block, Groups);

    /// <summary>Throws where a size makes no sense or a layout does not belong to this convolution.</summary>
    internal void Check(Layout input, Layout output)
    {
        if (Groups < 1 || InputChannels % Groups != 0 || OutputChannels % Groups != 0)
            throw new ArgumentException($"{InputChannels} input and {OutputChannels} output channels do not divide into {Groups} groups.");
        if (Math.Min(InputChannels, OutputChannels) < 1 || Math.Min(KernelHeight, KernelWidth) < 1
            || Math.Min(StrideHeight, StrideWidth) < 1 ||
            Math.Min(Math.Min(PadTop, PadBottom), Math.Min(PadLeft, PadRight)) < 0 ||
            InputHeight + PadTop + PadBottom < KernelHeight || InputWidth + PadLeft + PadRight < KernelWidth)
            throw new ArgumentException($"{this} is no convolution.");
        if (input.Channels != InputChannels || input.Height != InputHeight || input.Width != InputWidth ||
            output.Channels != OutputChannels || output.Height != OutputHeight || output.Width != OutputWidth)
            throw new ArgumentException($"{input} and {output} are not the maps of {this}.");
        if (output.Inner != Lanes.Block || (Groups > 1 && input.Inner != Lanes.Block)
            || (input.Inner != Lanes.Block && (input.Inner != InputChannels || input.Inner > Lanes.Block)))
            throw new ArgumentException($"{input} and {output}: blocks hold {Lanes.Block} channels, or in an input all of fewer.");
    }
}
