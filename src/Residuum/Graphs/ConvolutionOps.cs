using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// Convolution (cross-correlation, as every framework has it): y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c,i*s+u-p,j*s+v-p].
/// Inputs: x (N x C x H x W), w (O x C x KH x KW), optionally b (O). Output: y.
/// </summary>
public sealed record Conv2d(Window Window) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 3);
        return [InferOutput(inputs[0], inputs[1], inputs.Length > 2 ? inputs[2] : null)];
    }

    internal TensorType InferOutput(TensorType x, TensorType w, TensorType? bias)
    {
        ExpectRank(x, 4, "image");
        ExpectShape(w, new Tensors.Shape(w.Shape.Rank > 0 ? w.Shape[0] : 0, x.Shape[1], Window.KernelHeight, Window.KernelWidth), "weight");
        if (Window.Complaint(x.Shape[2], x.Shape[3]) is { } complaint) throw Mismatch(complaint);
        if (bias is { } b) ExpectShape(b, new Tensors.Shape(w.Shape[0]), "bias");
        return x.With(x.Shape[0], w.Shape[0], Window.OutputHeight(x.Shape[2]), Window.OutputWidth(x.Shape[3]));
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        inputs[1].Shape.Count * outputs[0].Shape[2] * outputs[0].Shape[3];
}

/// <summary>
/// The gradient of <see cref="Conv2d"/> with respect to its image of the given size. Inputs: dy, w. Output: dx.
/// </summary>
public sealed record ConvInputGradient(Window Window, int InputHeight, int InputWidth) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "gradient");
        ExpectRank(inputs[1], 4, "weight");
        var (height, width) = (Window.OutputHeight(InputHeight), Window.OutputWidth(InputWidth));
        ExpectShape(inputs[0], new Tensors.Shape(inputs[0].Shape[0], inputs[1].Shape[0], height, width), "gradient");
        return [inputs[0].With(inputs[0].Shape[0], inputs[1].Shape[1], InputHeight, InputWidth)];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        inputs[1].Shape.Count * inputs[0].Shape[2] * inputs[0].Shape[3];
}

/// <summary>
/// The gradient of <see cref="Conv2d"/> with respect to its weight, summed over the batch. Inputs: x, dy. Output: dw.
/// </summary>
public sealed record ConvWeightGradient(Window Window) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "image");
        ExpectRank(inputs[1], 4, "gradient");
        var (x, dy) = (inputs[0].Shape, inputs[1].Shape);
        ExpectShape(inputs[1], new Tensors.Shape(x[0], dy[1], Window.OutputHeight(x[2]), Window.OutputWidth(x[3])), "gradient");
        return [inputs[0].With(dy[1], x[1], Window.KernelHeight, Window.KernelWidth)];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        outputs[0].Shape.Count * inputs[1].Shape[2] * inputs[1].Shape[3];
}
