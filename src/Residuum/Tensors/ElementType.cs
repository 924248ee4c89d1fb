namespace Residuum.Tensors;

/// <summary>What one element of a tensor is.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32,
    /// <summary>IEEE 754 double precision, 8 bytes.</summary>
    Float64,
    /// <summary>IEEE 754 half precision, 2 bytes (<see cref="Half"/>).</summary>
    Float16,
    /// <summary>The upper half of a single-precision number, 2 bytes (held as <see cref="ushort"/>).</summary>
    BFloat16,
    /// <summary>Signed 64-bit integer.</summary>
    Int64,
    /// <summary>Signed 32-bit integer.</summary>
    Int32,
    /// <summary>Signed 16-bit integer.</summary>
    Int16,
    /// <summary>Signed 8-bit integer.</summary>
    Int8,
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,
    /// <summary>Boolean, one byte, 0 or 1.</summary>
    Bool,
}

/// <summary>Sizes of element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 => 8,
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
        _ => 1,
    };
}
