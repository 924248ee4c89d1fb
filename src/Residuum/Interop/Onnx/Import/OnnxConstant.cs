using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Numbers in an ONNX graph that no image changes: a weight, or a piece of the arithmetic on shapes that exporters write. Either whole
/// numbers, or single-precision ones, or one number everywhere, which takes no memory however many elements there are.
/// </summary>
sealed class OnnxConstant : OnnxValue
{
    /// <summary>Stands among whole numbers for the number of images where that is free.</summary>
    public const long FreeBatch = long.MinValue;

    OnnxConstant(string name, ImmutableArray<int> dimensions) : base(name) => Dimensions = dimensions;

    /// <summary>The dimensions; none for a scalar.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Product(Dimensions);

    /// <summary>Whole numbers in row-major order, or null.</summary>
    public long[]? Integers { get; private init; }

    /// <summary>Single-precision numbers, or null.</summary>
    public Tensor? Numbers { get; private init; }

    /// <summary>The number that all elements have, or null; set only where neither of the others is.</summary>
    public float? Everywhere { get; private init; }

    public static OnnxConstant Of(string name, ImmutableArray<int> dimensions, long[] integers) =>
        new(name, dimensions) { Integers = integers };

    public static OnnxConstant Of(string name, Tensor numbers) => new(name, numbers.Shape.Dimensions) { Numbers = numbers };

    public static OnnxConstant Filled(string name, ImmutableArray<int> dimensions, float value) =>
        new(name, dimensions) { Everywhere = value };

    /// <summary>A list of whole numbers.</summary>
    public static OnnxConstant List(string name, params long[] integers) => Of(name, [integers.Length], integers);

    /// <summary>The number of elements of these dimensions.</summary>
    public static long Product(IEnumerable<int> dimensions) =>
        dimensions.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>Whether it holds whole numbers.</summary>
    public bool IsInteger => Integers is not null;

    /// <summary>The one number that all elements have, or null where they differ.</summary>
    public float? Uniform()
    {
        if (Everywhere is { } value) return value;
        if (Numbers is null || Numbers.Count == 0) return null;
        var numbers = Numbers.Span<float>();
        return numbers.IndexOfAnyExcept(numbers[0]) < 0 ? numbers[0] : null;
    }

    /// <summary>All single-precision elements; made anew where one number stands for all.</summary>
    public float[] ToFloats()
    {
        if (Numbers is not null) return Numbers.Span<float>().ToArray();
        var numbers = new float[Count];
        Array.Fill(numbers, Everywhere ?? throw new InvalidOperationException("These are whole numbers."));
        return numbers;
    }

    /// <summary>The same numbers under another name.</summary>
    public OnnxConstant Named(string name) => new(name, Dimensions) { Integers = Integers, Numbers = Numbers, Everywhere = Everywhere };

    /// <summary>The same numbers in the same order with other dimensions of the same product.</summary>
    public OnnxConstant Reshaped(string name, ImmutableArray<int> dimensions) => new(name, dimensions)
    {
        Integers = Integers,
        Everywhere = Everywhere,
        Numbers = Numbers?.Reshape(new Shape(dimensions.AsSpan())),
    };

    /// <summary>
    /// The elements offset + sum of index times stride, for all indices below the dimensions: a transposition, or a slice, which may run
    /// backwards.
    /// </summary>
    public OnnxConstant Strided(string name, ImmutableArray<int> dimensions, ReadOnlySpan<long> strides, long offset)
    {
        if (Everywhere is { } value) return Filled(name, dimensions, value);
        var count = (int)Product(dimensions);
        var places = new int[count];
        var indices = new int[dimensions.Length];
        for (var i = 0; i < count; i++)
        {
            var place = offset;
            for (var d = 0; d < indices.Length; d++) place += indices[d] * strides[d];
            places[i] = (int)place;
            for (var d = indices.Length - 1; d >= 0 && ++indices[d] == dimensions[d]; d--) indices[d] = 0;
        }
        if (Integers is { } integers) return Of(name, dimensions, Array.ConvertAll(places, place => integers[place]));
        var numbers = ToFloats();
        return Of(name, Tensor.Of(new Shape(dimensions.AsSpan()), Array.ConvertAll(places, place => numbers[place])));
    }

    /// <summary>How far apart neighbours along each dimension lie.</summary>
    public long[] Strides()
    {
        var strides = new long[Dimensions.Length];
        var stride = 1L;
        for (var d = strides.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= Dimensions[d];
        }
        return strides;
    }

    /// <summary>For example <c>64x3x7x7</c>.</summary>
    public string ShapeText => Dimensions.Length == 0 ? "scalar" : string.Join('x', Dimensions);
}
