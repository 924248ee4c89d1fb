using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// A convolution with what follows it: y = act(conv(x, w) + b + residual). Made by passes, not by hand.
/// Inputs: x, w, then b if <see cref="HasBias"/>, then the residual if <see cref="HasResidual"/>. Outputs: y and, if
/// <see cref="HasMoments"/>, the moments of y, which a batch normalization by the batch's statistics may read instead of y itself:
/// N x C x 2, the mean and the sum of squared deviations from it over the pixels of each image's channel. A plan keeps finer parts of
/// them, so they cannot be handed out.
/// </summary>
public sealed record FusedConv2d(
    Window Window, bool HasBias, bool HasResidual, bool HasRelu, int Groups = 1, bool HasMoments = false) : Op
{
    /// <summary>Index of the output that holds the moments.</summary>
    public const int Moments = 1;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        var count = 2 + (HasBias ? 1 : 0) + (HasResidual ? 1 : 0);
        Expect(inputs, count, count);
        var y = new Conv2d(Window, Groups).InferOutput(inputs[0], inputs[1], HasBias ? inputs[2] : null);
        if (HasResidual) ExpectShape(inputs[^1], y.Shape, "residual");
        return HasMoments ? [y, y.With(y.Shape[0], y.Shape[1], 2)] : [y];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        new Conv2d(Window, Groups).MultiplyAdds(inputs, outputs);
}

/// <summary>
/// A batch normalization with what follows it: y = act(norm(x) + residual). Made by passes. Inputs: those of
/// <see cref="BatchNorm"/>, then the residual if <see cref="HasResidual"/>, then the moments of x if <see cref="HasMoments"/> (see
/// <see cref="FusedConv2d"/>; with the batch's statistics only). Outputs: those of <see cref="BatchNorm"/>.
/// </summary>
public sealed record FusedBatchNorm(BatchNorm Norm, bool HasResidual, bool HasRelu, bool HasMoments = false) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        var count = 5 + (HasResidual ? 1 : 0) + (HasMoments ? 1 : 0);
        Expect(inputs, count, count);
        if (HasResidual) ExpectShape(inputs[5], inputs[0].Shape, "residual");
        if (HasMoments)
        {
            if (Norm.Statistics != Statistics.Batch) throw Mismatch("moments serve the batch's statistics, not the running ones");
            ExpectShape(inputs[^1], new Tensors.Shape(inputs[0].Shape[0], inputs[0].Shape[1], 2), "moments");
        }
        return Norm.Infer(inputs[..5]);
    }
}

/// <summary>
/// <see cref="ScaleShift"/> with what follows it: y = act(scale x + shift + residual). Made by passes. Inputs: x, scale, shift, then the
/// residual if <see cref="HasResidual"/>. Output: y.
/// </summary>
public sealed record FusedScaleShift(bool HasResidual, bool HasRelu) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        var count = 3 + (HasResidual ? 1 : 0);
        Expect(inputs, count, count);
        if (HasResidual) ExpectShape(inputs[3], inputs[0].Shape, "residual");
        return new ScaleShift().Infer(inputs[..3]);
    }
}

/// <summary>
/// A <see cref="ScaleChannels"/> with what follows it: y = act(x s + residual). Made by passes. Inputs: x, s, residual. Output: y.
/// </summary>
public sealed record FusedScaleChannels(bool HasRelu) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 3, 3);
        ExpectShape(inputs[2], inputs[0].Shape, "residual");
        return new ScaleChannels().Infer(inputs[..2]);
    }
}

/// <summary>
/// The gradient of a convolution to its image with what follows it. Made by passes. Inputs: dy, w, then the residual if
/// <see cref="HasResidual"/>, then x, mean and y of a batch normalization with ReLU if <see cref="HasSums"/>. Outputs: dx = the
/// gradient + residual, made zero where y is not above zero if <see cref="HasSums"/>; and then the sums of it that the normalization's
/// gradient needs: N x C x 2, the sums of dx and of dx (x - mean) over the pixels of each image's channel. A plan keeps finer
/// parts of them, so they cannot be handed out.
/// </summary>
public sealed record FusedConvInputGradient(ConvInputGradient Gradient, bool HasResidual, bool HasSums) : Op
{
    /// <summary>Index of the output that holds the sums.</summary>
    public const int Sums = 1;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        var count = 2 + (HasResidual ? 1 : 0) + (HasSums ? 3 : 0);
        Expect(inputs, count, count);
        var dx = Gradient.Infer(inputs[..2])[0];
        if (HasResidual) ExpectShape(inputs[2], dx.Shape, "residual");
        if (!HasSums) return [dx];
        ExpectShape(inputs[^3], dx.Shape, "normalization's input");
        ExpectShape(inputs[^2], new Tensors.Shape(dx.Shape[1]), "mean");
        ExpectShape(inputs[^1], dx.Shape, "normalization's output");
        return [dx, dx.With(dx.Shape[0], dx.Shape[1], 2)];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        Gradient.MultiplyAdds(inputs, outputs);
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
/// <see cref="BatchNormGradient"/> of a gradient whose sums are known (<see cref="FusedConvInputGradient"/>). Made by passes.
/// Inputs: x, dy, gamma, mean, inverse deviation, sums of dy. Outputs: dx, dgamma, dbeta.
/// </summary>
public sealed record SummedBatchNormGradient(Statistics Statistics) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 6, 6);
        ExpectShape(inputs[5], new Tensors.Shape(inputs[0].Shape[0], inputs[0].Shape[1], 2), "sums");
        return new BatchNormGradient(Statistics).Infer(inputs[..5]);
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
