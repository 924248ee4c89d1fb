using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>
/// Transposed convolution, PyTorch's <c>ConvTranspose2d</c>: the gradient of a <see cref="Conv2d"/> to its image, as a layer of its own.
/// y[n,o,i s + u - p, j s + v - p] += w[c,o,u,v] x[n,c,i,j], plus b[o]. Output size = (size - 1) stride - both paddings + kernel +
/// output padding. Inputs: x (N x C x H x W), w (C x O/groups x KH x KW), optionally b (O). Output: y.
/// </summary>
/// <param name="Window">The window that slides over the output, as it does over the image in the convolution.</param>
/// <param name="OutputPaddingHeight">Further rows at the bottom, fewer than the stride.</param>
/// <param name="OutputPaddingWidth">Further columns at the right, fewer than the stride.</param>
/// <param name="Groups">As in <see cref="Conv2d"/>.</param>
public sealed record ConvTranspose2d(Window Window, int OutputPaddingHeight = 0, int OutputPaddingWidth = 0, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 3);
        ExpectRank(inputs[0], 4, "image");
        ExpectRank(inputs[1], 4, "weight");
        var (x, w) = (inputs[0].Shape, inputs[1].Shape);
        if (Conv2d.GroupsComplaint(Groups, x[1], Groups) is { } wrong) throw Mismatch(wrong);
        ExpectShape(inputs[1], new Shape(x[1], w[1], Window.KernelHeight, Window.KernelWidth), "weight");
        if (OutputPaddingHeight < 0 || OutputPaddingWidth < 0
            || OutputPaddingHeight >= Window.StrideHeight || OutputPaddingWidth >= Window.StrideWidth)
            throw Mismatch($"an output padding of {OutputPaddingHeight}x{OutputPaddingWidth} must be 0 or more and below the stride");
        var height = (long)(x[2] - 1) * Window.StrideHeight - Window.PadTop - Window.PadBottom + Window.KernelHeight + OutputPaddingHeight;
        var width = (long)(x[3] - 1) * Window.StrideWidth - Window.PadLeft - Window.PadRight + Window.KernelWidth + OutputPaddingWidth;
        if (height is < 1 or > int.MaxValue || width is < 1 or > int.MaxValue) throw Mismatch($"its output would be {height}x{width}");
        if (Window.Complaint((int)height, (int)width) is { } complaint) throw Mismatch(complaint);
        if (inputs.Length > 2) ExpectShape(inputs[2], new Shape(w[1] * Groups), "bias");
        return [inputs[0].With(x[0], w[1] * Groups, (int)height, (int)width)];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        inputs[1].Shape.Count * inputs[0].Shape[2] * inputs[0].Shape[3];
}
