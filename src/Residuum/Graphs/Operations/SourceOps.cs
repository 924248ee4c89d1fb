using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>An operation without inputs: what a graph starts from.</summary>
public abstract record SourceOp(TensorType Type) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 0, 0);
        return [Type];
    }
}

/// <summary>Something that the caller provides for each run: images (N x C x H x W), labels (N), or a gradient to start from.</summary>
public sealed record Input(TensorType Type) : SourceOp(Type);

/// <summary>What a parameter is for; decides its initial value, and whether weight decay may be kept off it.</summary>
public enum ParameterRole
{
    /// <summary>The kernel of a convolution, outputChannels x inputChannels x height x width.</summary>
    ConvWeight,
    /// <summary>The bias of a convolution, outputChannels.</summary>
    ConvBias,
    /// <summary>The scale (gamma) of a normalization, channels.</summary>
    NormScale,
    /// <summary>The scale of the last normalization in a residual branch, which may start at zero.</summary>
    LastNormScale,
    /// <summary>The shift (beta) of a normalization, channels.</summary>
    NormShift,
    /// <summary>The matrix of a linear layer, outputs x inputs.</summary>
    LinearWeight,
    /// <summary>The bias of a linear layer, outputs.</summary>
    LinearBias,
}

/// <summary>A tensor that training changes and that a model file holds under the node's name.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Initial">What the elements of a convolution's bias start at; 0 by default. Other roles have a rule of their own.</param>
public sealed record Parameter(TensorType Type, ParameterRole Role, float Initial = 0) : SourceOp(Type);

/// <summary>
/// A tensor that a run may update without gradients (running statistics); a model file holds it under the node's name.
/// </summary>
/// <param name="Type">Its type.</param>
/// <param name="Initial">What every element starts at: 0 for means, 1 for variances.</param>
public sealed record State(TensorType Type, float Initial) : SourceOp(Type);

/// <summary>A tensor whose elements all have one value that never changes; for example the 1 from which gradients start.</summary>
public sealed record Constant(TensorType Type, float Value) : SourceOp(Type);
