using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>y = max(x, 0). Input: x, any shape. Output: y.</summary>
public sealed record Relu : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        return [inputs[0]];
    }
}

/// <summary>The gradient of <see cref="Relu"/> from its output: dx = dy where y > 0, else 0. Inputs: y, dy. Output: dx.</summary>
public sealed record ReluGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectShape(inputs[1], inputs[0].Shape, "gradient");
        return [inputs[0]];
    }
}

/// <summary>The sum of two values of one shape: a residual block's addition, or the sum of two gradients.</summary>
public sealed record Add : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectShape(inputs[1], inputs[0].Shape, "second summand");
        return [inputs[0]];
    }
}
