using System.Numerics;
using System.Runtime.InteropServices;

namespace Residuum.Tensors;

/// <summary>
/// A dense array of numbers with a shape, in row-major order (the last dimension is contiguous), in managed memory.
/// It carries weights, images and results across Residuum's borders; inside a plan numbers live in the plan's own memory.
/// The shape is fixed, the elements are not. Several threads may read one; writing needs the caller's own order.
/// </summary>
public sealed class Tensor
{
    readonly byte[] _bytes;

    /// <summary>A tensor of zeros.</summary>
    /// <exception cref="ResiduumException">The tensor would be larger than 2 GB.</exception>
    public Tensor(ElementType type, Shape shape)
    {
        ElementType = type;
        Shape = shape;
        _bytes = new byte[ByteCount(type, shape)];
    }

    Tensor(ElementType type, Shape shape, byte[] bytes)
    {
        ElementType = type;
        Shape = shape;
        _bytes = bytes;
    }

    /// <summary>What an element is.</summary>
    public ElementType ElementType { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => _bytes.Length / ElementType.Size();

    /// <summary>The elements as raw little-endian bytes.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>The same bytes for those who hand them on.</summary>
    internal ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>A single-precision tensor with a copy of these elements.</summary>
    public static Tensor Of(Shape shape, ReadOnlySpan<float> elements) => Of(ElementType.Float32, shape, elements);

    /// <summary>A double-precision tensor with a copy of these elements.</summary>
    public static Tensor Of(Shape shape, ReadOnlySpan<double> elements) => Of(ElementType.Float64, shape, elements);

    /// <summary>A 32-bit integer tensor with a copy of these elements.</summary>
    public static Tensor Of(Shape shape, ReadOnlySpan<int> elements) => Of(ElementType.Int32, shape, elements);

    /// <summary>A 64-bit integer tensor with a copy of these elements.</summary>
    public static Tensor Of(Shape shape, ReadOnlySpan<long> elements) => Of(ElementType.Int64, shape, elements);

    /// <summary>A tensor over bytes that the caller hands over and no longer touches.</summary>
    /// <exception cref="ResiduumException">The number of bytes does not match the shape.</exception>
    public static Tensor Over(ElementType type, Shape shape, byte[] bytes)
    {
        if (ByteCount(type, shape) != bytes.Length)
            throw new ResiduumException($"A tensor of shape {shape} and type {type} takes {ByteCount(type, shape)} bytes, but "
                + $"{bytes.Length} were given.");
        return new Tensor(type, shape, bytes);
    }

    /// <summary>The elements, viewed as <typeparamref name="T"/>; its type must be the tensor's own.</summary>
    /// <exception cref="ResiduumException">The tensor holds another type.</exception>
    public Span<T> Span<T>() where T : unmanaged
    {
        var fits = ElementType switch
        {
            ElementType.Float32 => typeof(T) == typeof(float),
            ElementType.Float64 => typeof(T) == typeof(double),
            ElementType.Float16 => typeof(T) == typeof(Half),
            ElementType.BFloat16 => typeof(T) == typeof(ushort),
            ElementType.Int64 => typeof(T) == typeof(long),
            ElementType.Int32 => typeof(T) == typeof(int),
            ElementType.Int16 => typeof(T) == typeof(short),
            ElementType.Int8 => typeof(T) == typeof(sbyte),
            ElementType.UInt8 => typeof(T) == typeof(byte),
            _ => typeof(T) == typeof(byte) || typeof(T) == typeof(bool),
        };
        if (!fits) throw new ResiduumException($"A tensor of {ElementType} cannot be viewed as {typeof(T).Name}; convert it first.");
        return MemoryMarshal.Cast<byte, T>(_bytes.AsSpan());
    }

    /// <summary>The same numbers in single precision (this tensor itself if it already is), rounded to nearest even.</summary>
    public Tensor ToFloat32()
    {
        if (ElementType == ElementType.Float32) return this;
        var result = new Tensor(ElementType.Float32, Shape);
        var target = result.Span<float>();
        switch (ElementType)
        {
            case ElementType.Float64: Convert(Span<double>(), target); break;
            case ElementType.Float16: Convert(Span<Half>(), target); break;
            case ElementType.Int64: Convert(Span<long>(), target); break;
            case ElementType.Int32: Convert(Span<int>(), target); break;
            case ElementType.Int16: Convert(Span<short>(), target); break;
            case ElementType.Int8: Convert(Span<sbyte>(), target); break;
            case ElementType.BFloat16:
                var halves = Span<ushort>();
                for (var i = 0; i < halves.Length; i++) target[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                break;
            default: Convert<byte>(_bytes, target); break;
        }
        return result;
    }

    /// <summary>The same elements under another shape of the same number of elements; the memory is shared.</summary>
    public Tensor Reshape(Shape shape) => Over(ElementType, shape, _bytes);

    /// <summary>For example <c>Float32 64x3x7x7</c>.</summary>
    public override string ToString() => $"{ElementType} {Shape}";

    static Tensor Of<T>(ElementType type, Shape shape, ReadOnlySpan<T> elements) where T : unmanaged =>
        Over(type, shape, MemoryMarshal.AsBytes(elements).ToArray());

    static void Convert<T>(ReadOnlySpan<T> source, Span<float> target) where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < source.Length; i++) target[i] = float.CreateSaturating(source[i]);
    }

    static long ByteCount(ElementType type, Shape shape)
    {
        long bytes;
        try { bytes = checked(shape.Count * type.Size()); }
        catch (OverflowException) { bytes = long.MaxValue; }
        if (bytes > Array.MaxLength) throw new ResiduumException($"A tensor of shape {shape} is larger than 2 GB, which is the most that "
            + "one tensor may hold.");
        return bytes;
    }
}
