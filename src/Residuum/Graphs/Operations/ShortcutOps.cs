using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// Every strideHeight-th row and strideWidth-th column, from the first: the spatial half of shortcut A ([He15] 3.3).
/// Input: x (N x C x H x W). Output: N x C x ceil(H / sh) x ceil(W / sw).
/// </summary>
public sealed record Subsample(int StrideHeight, int StrideWidth) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        if (StrideHeight < 1 || StrideWidth < 1) throw Mismatch($"a stride of {StrideHeight}x{StrideWidth} must be at least 1");
        var shape = inputs[0].Shape;
        return [inputs[0].With(shape[0], shape[1], (shape[2] + StrideHeight - 1) / StrideHeight,
            (shape[3] + StrideWidth - 1) / StrideWidth)];
    }
}

/// <summary>The gradient of <see cref="Subsample"/>: dy on the pixels taken, zero elsewhere. Input: dy. Output: dx of the given
/// size.</summary>
public sealed record SubsampleGradient(int StrideHeight, int StrideWidth, int InputHeight, int InputWidth) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "gradient");
        var shape = inputs[0].Shape;
        var (height, width) = ((InputHeight + StrideHeight - 1) / StrideHeight, (InputWidth + StrideWidth - 1) / StrideWidth);
        ExpectShape(inputs[0], new Tensors.Shape(shape[0], shape[1], height, width), "gradient");
        return [inputs[0].With(shape[0], shape[1], InputHeight, InputWidth)];
    }
}

/// <summary>
/// Channels of zeros before and after the map's own: the other half of shortcut A. Input: x. Output: N x (before + C + after) x H x W.
/// </summary>
public sealed record PadChannels(int Before, int After) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        if (Before < 0 || After < 0) throw Mismatch($"the paddings {Before} and {After} must be 0 or more");
        var shape = inputs[0].Shape;
        return [inputs[0].With(shape[0], Before + shape[1] + After, shape[2], shape[3])];
    }
}

/// <summary>Some neighbouring channels of a map: the gradient of <see cref="PadChannels"/>. Input: x. Output: N x count x H x W.</summary>
public sealed record SliceChannels(int Start, int Count) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        var shape = inputs[0].Shape;
        if (Start < 0 || Count < 1 || Start + Count > shape[1])
            throw Mismatch($"channels {Start} to {Start + Count - 1} are not within {shape[1]}");
        return [inputs[0].With(shape[0], Count, shape[2], shape[3])];
    }
}
