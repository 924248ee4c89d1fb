using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>y = x w^T + b. Inputs: x (N x features), w (outputs x features), optionally b (outputs). Output: N x outputs.</summary>
public sealed record Linear : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 3);
        ExpectRank(inputs[0], 2, "input");
        ExpectRank(inputs[1], 2, "weight");
        ExpectShape(inputs[1], new Tensors.Shape(inputs[1].Shape[0], inputs[0].Shape[1]), "weight");
        if (inputs.Length > 2) ExpectShape(inputs[2], new Tensors.Shape(inputs[1].Shape[0]), "bias");
        return [inputs[0].With(inputs[0].Shape[0], inputs[1].Shape[0])];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) => inputs[1].Shape.Count;
}

/// <summary>The gradient of <see cref="Linear"/> with respect to x: dx = dy w. Inputs: dy, w. Output: N x features.</summary>
public sealed record LinearInputGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 2, "gradient");
        ExpectRank(inputs[1], 2, "weight");
        ExpectShape(inputs[0], new Tensors.Shape(inputs[0].Shape[0], inputs[1].Shape[0]), "gradient");
        return [inputs[0].With(inputs[0].Shape[0], inputs[1].Shape[1])];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) => inputs[1].Shape.Count;
}

/// <summary>
/// The gradient of <see cref="Linear"/> with respect to w, summed over the batch: dw = dy^T x. Inputs: x, dy. Output: outputs x features.
/// </summary>
public sealed record LinearWeightGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 2, "input");
        ExpectRank(inputs[1], 2, "gradient");
        ExpectShape(inputs[1], new Tensors.Shape(inputs[0].Shape[0], inputs[1].Shape[1]), "gradient");
        return [inputs[0].With(inputs[1].Shape[1], inputs[0].Shape[1])];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) => outputs[0].Shape.Count;
}

/// <summary>All numbers of an image in one row, channel by channel. Input: N x C x H x W. Output: N x (C H W).</summary>
public sealed record Flatten : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        var shape = inputs[0].Shape;
        return [inputs[0].With(shape[0], shape[1] * shape[2] * shape[3])];
    }
}

/// <summary>Rows back into images, the gradient of <see cref="Flatten"/>. Input: N x (C H W). Output: N x C x H x W.</summary>
public sealed record Unflatten(int Channels, int Height, int Width) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectShape(inputs[0], new Tensors.Shape(inputs[0].Shape[0], Channels * Height * Width), "input");
        return [inputs[0].With(inputs[0].Shape[0], Channels, Height, Width)];
    }
}

/// <summary>y[n,i] = exp(x[n,i]) / sum over j of exp(x[n,j]). Input: x (N x features). Output: y.</summary>
public sealed record Softmax : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 2, "input");
        return [inputs[0]];
    }
}

/// <summary>
/// The gradient of <see cref="Softmax"/> from its output: dx = y (dy - the row's sum of y dy). Inputs: y, dy. Output: dx.
/// </summary>
public sealed record SoftmaxGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 2, "output");
        ExpectShape(inputs[1], inputs[0].Shape, "gradient");
        return [inputs[0]];
    }
}
