using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>
/// Softmax cross-entropy, averaged over the batch: for each image - sum over k of t[k] log softmax(z)[k], where t is 1 - smoothing on
/// the label's class plus smoothing / K on every class (Szegedy 2016, section 7). Inputs: logits (N x K), labels (N, 32-bit integers).
/// Outputs: the mean loss (scalar); the loss of each image (N).
/// </summary>
public sealed record SoftmaxCrossEntropy(float LabelSmoothing = 0) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        CheckLogitsAndLabels(this, inputs);
        if (LabelSmoothing is < 0 or >= 1) throw Mismatch($"a label smoothing of {LabelSmoothing} must be at least 0 and below 1");
        return [inputs[0].With(), inputs[0].With(inputs[0].Shape[0])];
    }

    internal static void CheckLogitsAndLabels(Op op, ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0].Shape.Rank != 2 || inputs[1].Shape != new Shape(inputs[0].Shape[0]) || inputs[1].ElementType != ElementType.Int32)
            throw new ResiduumException(
                $"{op.Kind} cannot be applied: it takes logits N x K and integer labels N, and was given {inputs[0]} and {inputs[1]}.");
    }
}

/// <summary>
/// The gradient of <see cref="SoftmaxCrossEntropy"/>'s mean: dz = (softmax(z) - t) / N times the gradient of the mean.
/// Inputs: logits, labels, the gradient of the mean (scalar). Output: N x K.
/// </summary>
public sealed record SoftmaxCrossEntropyGradient(float LabelSmoothing = 0) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 3, 3);
        SoftmaxCrossEntropy.CheckLogitsAndLabels(this, inputs);
        ExpectShape(inputs[2], default, "gradient");
        return [inputs[0]];
    }
}

/// <summary>
/// The mean of (x - target)^2 over all elements and images: what an autoencoder minimizes. Inputs: x (N x C x H x W, or N x F), target
/// of the same shape. Outputs: the mean (scalar); the mean of each image (N).
/// </summary>
public sealed record MeanSquaredError : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        if (inputs[0].Shape.Rank is not (2 or 4))
            throw Mismatch($"its input must have 2 or 4 dimensions and has the shape {inputs[0].Shape}");
        ExpectShape(inputs[1], inputs[0].Shape, "target");
        return [inputs[0].With(), inputs[0].With(inputs[0].Shape[0])];
    }
}

/// <summary>
/// The gradient of <see cref="MeanSquaredError"/>'s mean: dx = 2 (x - target) / (number of elements) times the gradient of the mean.
/// Inputs: x, target, the gradient of the mean (scalar). Output: dx.
/// </summary>
public sealed record MeanSquaredErrorGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 3, 3);
        ExpectShape(inputs[1], inputs[0].Shape, "target");
        ExpectShape(inputs[2], default, "gradient");
        return [inputs[0]];
    }
}
