using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>What a value in a graph is: the type of its elements and its shape, whose first dimension may be a free batch.</summary>
public sealed record TensorType(ElementType ElementType, Shape Shape)
{
    /// <summary>A single-precision type of these dimensions; <see cref="Shape.Batch"/> for a free batch.</summary>
    public static TensorType Float(params ReadOnlySpan<int> dimensions) => new(ElementType.Float32, new Shape(dimensions));

    /// <summary>The same element type with another shape.</summary>
    public TensorType With(params ReadOnlySpan<int> dimensions) => this with { Shape = new Shape(dimensions) };

    /// <summary>For example <c>f32 Nx64x56x56</c>.</summary>
    public override string ToString() => $"{ShortName} {Shape}";

    string ShortName => ElementType switch
    {
        ElementType.Float32 => "f32",
        ElementType.Float64 => "f64",
        ElementType.Int32 => "i32",
        var other => other.ToString(),
    };
}
