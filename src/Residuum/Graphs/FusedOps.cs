using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// A convolution with what follows it: y = act(conv(x, w) + b + residual). Made by passes, not by hand.
/// Inputs: x, w, then b if <see cref="HasBias"/>, then the residual if <see cref="HasResidual"/>. Output: y.
/// </summary>
public sealed record FusedConv2d(Window Window, bool HasBias, bool HasResidual, bool HasRelu, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        var count = 2 + (HasBias ? 1 : 0) + (HasResidual ? 1 : 0);
        Expect(inputs, count, count);
        var y = new Conv2d(Window, Groups).InferOutput(inputs[0], inputs[1], HasBias ? inputs[2] : null);
        if (HasResidual) ExpectShape(inputs[^1], y.Shape, "residual");
        return [y];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        new Conv2d(Window, Groups).MultiplyAdds(inputs, outputs);
}

/// <summary>
/// A batch normalization with what follows it: y = act(norm(x) + residual). Made by passes. Inputs: those of
/// <see cref="BatchNorm"/>, then the residual if <see cref="HasResidual"/>. Outputs: those of <see cref="BatchNorm"/>.
/// </summary>
public sealed record FusedBatchNorm(BatchNorm Norm, bool HasResidual, bool HasRelu) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, HasResidual ? 6 : 5, HasResidual ? 6 : 5);
        if (HasResidual) ExpectShape(inputs[5], inputs[0].Shape, "residual");
        return Norm.Infer(inputs[..5]);
    }
}

/// <summary>
/// The gradient of ReLU and batch normalization in one: dz = dy where y > 0, then <see cref="BatchNormGradient"/> of dz. Made by passes.
/// Inputs: x, dy, gamma, mean, inverse deviation, y. Outputs: dx, dgamma, dbeta, dz (which the shortcut's branch may need).
/// </summary>
public sealed record FusedBatchNormGradient(Statistics Statistics) : Op
{
    /// <summary>Index of the output that holds dz.</summary>
    public const int Masked = 3;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 6, 6);
        ExpectShape(inputs[5], inputs[0].Shape, "output");
        var three = new BatchNormGradient(Statistics).Infer(inputs[..5]);
        return three.Add(inputs[0]);
    }
}

/// <summary>
/// The weight of a convolution into which the batch normalization behind it is folded: w' = w gamma / sqrt(variance + epsilon).
/// Made by passes; a plan computes it once for its weights. Inputs: w, gamma, running variance. Output: w'.
/// </summary>
public sealed record FoldedWeight(float Epsilon) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 3, 3);
        ExpectRank(inputs[0], 4, "weight");
        foreach (var vector in inputs[1..]) ExpectShape(vector, new Tensors.Shape(inputs[0].Shape[0]), "vector");
        return [inputs[0]];
    }
}

/// <summary>
/// The bias that goes with <see cref="FoldedWeight"/>: b' = beta + (b - mean) gamma / sqrt(variance + epsilon).
/// Inputs: gamma, beta, running mean, running variance, optionally the convolution's own b. Output: b'.
/// </summary>
public sealed record FoldedBias(float Epsilon) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 4, 5);
        ExpectRank(inputs[0], 1, "vector");
        foreach (var vector in inputs[1..]) ExpectShape(vector, inputs[0].Shape, "vector");
        return [inputs[0]];
    }
}
