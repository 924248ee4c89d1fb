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

/// <summary>The product of two values of one shape, element by element.</summary>
public sealed record Multiply : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectShape(inputs[1], inputs[0].Shape, "second factor");
        return [inputs[0]];
    }
}

/// <summary>y = scale x + shift with one scale and one shift for all elements. Input: x, any shape. Output: y.</summary>
public sealed record Affine(float Scale, float Shift) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        if (!float.IsFinite(Scale) || !float.IsFinite(Shift)) throw Mismatch($"scale {Scale} and shift {Shift} must be finite");
        return [inputs[0]];
    }
}

/// <summary>y = 1 / (1 + exp(-x)). Input: x, any shape. Output: y.</summary>
public sealed record Sigmoid : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        return [inputs[0]];
    }
}

/// <summary>The gradient of <see cref="Sigmoid"/> from its output: dx = dy y (1 - y). Inputs: y, dy. Output: dx.</summary>
public sealed record SigmoidGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectShape(inputs[1], inputs[0].Shape, "gradient");
        return [inputs[0]];
    }
}

/// <summary>y = min(max(x, least), greatest); ReLU6 is 0 to 6. Input: x, any shape. Output: y.</summary>
public sealed record Clip(float Least, float Greatest) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        if (!(Least < Greatest)) throw Mismatch($"the least value {Least} must be below the greatest, {Greatest}");
        return [inputs[0]];
    }
}

/// <summary>
/// The gradient of <see cref="Clip"/> from its output: dx = dy where least &lt; y &lt; greatest, else 0, as in PyTorch's ReLU6.
/// Inputs: y, dy. Output: dx.
/// </summary>
public sealed record ClipGradient(float Least, float Greatest) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectShape(inputs[1], inputs[0].Shape, "gradient");
        return [inputs[0]];
    }
}
