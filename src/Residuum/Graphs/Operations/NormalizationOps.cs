using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>Which mean and variance a batch normalization uses.</summary>
public enum Statistics
{
    /// <summary>The running ones, gathered in training: inference, frozen layers, attribution.</summary>
    Running,
    /// <summary>Those of the current batch: training.</summary>
    Batch,
}

/// <summary>
/// Batch normalization (Ioffe and Szegedy 2015, algorithm 1): y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel.
/// Inputs: x (N x C x H x W), gamma, beta, running mean, running variance (C each). Outputs: y; mean and inverse deviation used; new
/// running mean and variance, r' = (1 - momentum) r + momentum s, with the unbiased variance as in PyTorch (unchanged for
/// <see cref="Statistics.Running"/>); scale = gamma / sqrt(variance + epsilon) and shift = beta - mean scale, for <see cref="ScaleShift"/>.
/// </summary>
public sealed record BatchNorm(float Epsilon, float Momentum, Statistics Statistics = Statistics.Running) : Op
{
    /// <summary>Index of the output that holds the mean used.</summary>
    public const int Mean = 1;
    /// <summary>Index of the output that holds 1 / sqrt(variance + epsilon).</summary>
    public const int InverseDeviation = 2;
    /// <summary>Index of the output that holds the new running mean.</summary>
    public const int NewMean = 3;
    /// <summary>Index of the output that holds the new running variance.</summary>
    public const int NewVariance = 4;
    /// <summary>Index of the output that holds what x was multiplied by.</summary>
    public const int Scale = 5;
    /// <summary>Index of the output that holds what was added to that.</summary>
    public const int Shift = 6;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 5, 5);
        ExpectRank(inputs[0], 4, "image");
        var channels = inputs[0].With(inputs[0].Shape[1]);
        foreach (var vector in inputs[1..]) ExpectShape(vector, channels.Shape, "vector");
        if (!(Epsilon > 0) || Momentum is < 0 or > 1)
            throw Mismatch($"epsilon {Epsilon} must be above 0 and momentum {Momentum} between 0 and 1");
        return [inputs[0], channels, channels, channels, channels, channels, channels];
    }
}

/// <summary>
/// y = scale x + shift for each channel: a normalization again, by the scale and shift of the first time. Inputs: x (N x C x H x W),
/// scale, shift (C each). Output: y.
/// </summary>
public sealed record ScaleShift : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 3, 3);
        ExpectRank(inputs[0], 4, "image");
        foreach (var vector in inputs[1..]) ExpectShape(vector, new Tensors.Shape(inputs[0].Shape[1]), "vector");
        return [inputs[0]];
    }
}

/// <summary>
/// The gradient of <see cref="BatchNorm"/>. Inputs: x, dy, gamma, mean, inverse deviation. Outputs: dx, dgamma, dbeta.
/// With batch statistics dx = gamma s (dy - mean(dy) - xhat mean(dy xhat)); with running ones dx = gamma s dy, where s is the inverse
/// deviation and xhat = (x - mean) s.
/// </summary>
public sealed record BatchNormGradient(Statistics Statistics) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 5, 5);
        ExpectRank(inputs[0], 4, "image");
        ExpectShape(inputs[1], inputs[0].Shape, "gradient");
        var channels = inputs[0].With(inputs[0].Shape[1]);
        foreach (var vector in inputs[2..]) ExpectShape(vector, channels.Shape, "vector");
        return [inputs[0], channels, channels];
    }
}

/// <summary>The sum of each channel over images and pixels: the gradient of a bias. Input: dy (N x C x H x W, or N x F). Output: C
/// (F).</summary>
public sealed record ChannelSum : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        if (inputs[0].Shape.Rank is not (2 or 4))
            throw Mismatch($"its input must have 2 or 4 dimensions and has the shape {inputs[0].Shape}");
        return [inputs[0].With(inputs[0].Shape[1])];
    }
}
