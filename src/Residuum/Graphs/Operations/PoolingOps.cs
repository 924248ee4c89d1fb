using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>
/// The largest pixel of each window; padding never wins. Input: x (N x C x H x W). Outputs: y; for each its position in the window,
/// row * kernelWidth + column, as 32-bit integers (the first of equals).
/// </summary>
public sealed record MaxPool(Window Window) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        var shape = inputs[0].Shape;
        if (Window.Complaint(shape[2], shape[3]) is { } complaint) throw Mismatch(complaint);
        var y = inputs[0].With(shape[0], shape[1], Window.OutputHeight(shape[2]), Window.OutputWidth(shape[3]));
        return [y, y with { ElementType = ElementType.Int32 }];
    }
}

/// <summary>
/// The gradient of <see cref="MaxPool"/>: each pixel of dy goes to the pixel that won. Inputs: dy, positions. Output: dx of the given size.
/// </summary>
public sealed record MaxPoolGradient(Window Window, int InputHeight, int InputWidth) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "gradient");
        ExpectShape(inputs[1], inputs[0].Shape, "positions");
        var shape = inputs[0].Shape;
        ExpectShape(inputs[0], new Shape(shape[0], shape[1], Window.OutputHeight(InputHeight), Window.OutputWidth(InputWidth)), "gradient");
        return [inputs[0].With(shape[0], shape[1], InputHeight, InputWidth)];
    }
}

/// <summary>
/// The mean of each window: its sum divided by the pixels that lie inside the map or, with <see cref="CountPadding"/>, by the window's
/// area, the padding being zeros (PyTorch's <c>count_include_pad</c>). Sizes that are rounded up (<c>ceil_mode</c>) are a padding at the
/// bottom and right that does not count. Input: x (N x C x H x W). Output: y.
/// </summary>
public sealed record AveragePool(Window Window, bool CountPadding) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        var shape = inputs[0].Shape;
        if (Window.Complaint(shape[2], shape[3]) is { } complaint) throw Mismatch(complaint);
        return [inputs[0].With(shape[0], shape[1], Window.OutputHeight(shape[2]), Window.OutputWidth(shape[3]))];
    }
}

/// <summary>
/// The gradient of <see cref="AveragePool"/>: each pixel gathers its share of every window over it. Input: dy. Output: dx of the given
/// size.
/// </summary>
public sealed record AveragePoolGradient(Window Window, bool CountPadding, int InputHeight, int InputWidth) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "gradient");
        var shape = inputs[0].Shape;
        ExpectShape(inputs[0], new Shape(shape[0], shape[1], Window.OutputHeight(InputHeight), Window.OutputWidth(InputWidth)), "gradient");
        return [inputs[0].With(shape[0], shape[1], InputHeight, InputWidth)];
    }
}

/// <summary>The mean of each channel over all pixels. Input: x (N x C x H x W). Output: N x C.</summary>
public sealed record GlobalAveragePool : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        return [inputs[0].With(inputs[0].Shape[0], inputs[0].Shape[1])];
    }
}

/// <summary>The gradient of <see cref="GlobalAveragePool"/>: dy / (H W) on every pixel. Input: dy (N x C). Output: N x C x H x W.</summary>
public sealed record GlobalAveragePoolGradient(int InputHeight, int InputWidth) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 2, "gradient");
        return [inputs[0].With(inputs[0].Shape[0], inputs[0].Shape[1], InputHeight, InputWidth)];
    }
}
