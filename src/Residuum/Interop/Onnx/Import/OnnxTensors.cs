using System.Runtime.InteropServices;
using Google.Protobuf;
using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Makes numbers of ONNX's tensors: single, half and double precision and bfloat16 become single precision, whole numbers 64 bits.
/// Numbers in files beside the model are read only where that was asked for.
/// </summary>
sealed class OnnxTensors(Refusal refusal, MemoryBudget budget, OnnxExternalData? external)
{
    // Bytes up to which a message keeps its numbers: single ones, and lists such as pads.
    const int SmallTensor = 256;

    enum DataType { Float = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7, Text = 8, Bool = 9, Half = 10, Double = 11, BFloat16 = 16 }

    /// <summary>The numbers of a tensor; its message gives up what memory it can.</summary>
    /// <param name="tensor">The message.</param>
    /// <param name="name">What the tensor is called here; its own name where that is empty.</param>
    public OnnxConstant Read(TensorProto tensor, string name)
    {
        if (name.Length == 0) name = tensor.Name;
        var type = (DataType)tensor.DataType;
        var size = SizeOf(type);
        if (size == 0) throw Wrong(name,
            $"its elements are of the kind {TypeName(type)}, which is not supported; export it with single-precision numbers");
        var dimensions = new long[tensor.Dims.Count];
        for (var i = 0; i < dimensions.Length; i++)
            if ((dimensions[i] = tensor.Dims[i]) < 0) throw Wrong(name, $"it has a dimension of {dimensions[i]}");
        if (dimensions.Length > 8) throw Wrong(name, $"it has {dimensions.Length} dimensions, more than 8");
        if (!Elements.TryCount(dimensions, out var count) || count > Array.MaxLength / 8
            || Elements.ToShape(dimensions, count * size) is not { } shape)
            throw Wrong(name, $"it claims {string.Join('x', dimensions)} elements, which is more than one tensor may hold");
        var isFloat = type is DataType.Float or DataType.Half or DataType.Double or DataType.BFloat16;
        var bytes = Bytes(tensor, name, count * size);
        if (isFloat)
        {
            var numbers = bytes is { } raw ? Tensor.Over(ElementOf(type), shape, raw).ToFloat32()
                : Tensor.Of(shape, Floats(tensor, type, name, count));
            return OnnxConstant.Of(name, numbers);
        }
        budget.Charge(count * sizeof(long));
        return OnnxConstant.Of(name, shape.Dimensions, bytes is { } packed ? Integers(packed, type) : Integers(tensor, type, name, count));
    }

    byte[]? Bytes(TensorProto tensor, string name, long expected)
    {
        byte[] bytes;
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            if (external is null)
                throw Wrong(name, "its numbers lie in another file; allow that (--external-data with convert) if you trust where "
                    + "the model comes from");
            bytes = external.Read(tensor, expected, why => Wrong(name, why));
        }
        else if (tensor.RawData.Length > 0 || expected == 0)
        {
            // The message owns these bytes alone, and of large ones nothing is asked of it again.
            bytes = tensor.RawData.Length > SmallTensor && MemoryMarshal.TryGetArray(tensor.RawData.Memory, out var segment)
                && segment.Offset == 0 && segment.Array!.Length == segment.Count ? segment.Array : tensor.RawData.ToByteArray();
            if (tensor.RawData.Length > SmallTensor) tensor.RawData = ByteString.Empty;
        }
        else return null;
        if (bytes.Length != expected) throw Wrong(name, $"its shape needs {expected} bytes, and {bytes.Length} are there");
        return bytes;
    }

    float[] Floats(TensorProto tensor, DataType type, string name, long count)
    {
        var found = type switch
        {
            DataType.Float => tensor.FloatData.Count,
            DataType.Double => tensor.DoubleData.Count,
            _ => tensor.Int32Data.Count
        };
        if (found != count) throw Wrong(name, $"its shape needs {count} elements, and {found} are there");
        var numbers = new float[count];
        switch (type)
        {
            case DataType.Float:
                tensor.FloatData.CopyTo(numbers, 0);
                break;
            case DataType.Double:
                for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)tensor.DoubleData[i];
                break;
            case DataType.Half:
                for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)BitConverter.UInt16BitsToHalf((ushort)tensor.Int32Data[i]);
                break;
            default:
                for (var i = 0; i < numbers.Length; i++) numbers[i] = BitConverter.Int32BitsToSingle(tensor.Int32Data[i] << 16);
                break;
        }
        tensor.FloatData.Clear();
        return numbers;
    }

    long[] Integers(TensorProto tensor, DataType type, string name, long count)
    {
        var found = type == DataType.Int64 ? tensor.Int64Data.Count : tensor.Int32Data.Count;
        if (found != count) throw Wrong(name, $"its shape needs {count} elements, and {found} are there");
        return type == DataType.Int64 ? [.. tensor.Int64Data] : [.. tensor.Int32Data.Select(number => (long)number)];
    }

    static long[] Integers(byte[] bytes, DataType type)
    {
        switch (type)
        {
            case DataType.Int64:
                return MemoryMarshal.Cast<byte, long>(bytes).ToArray();
            case DataType.Int32:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), number => (long)number);
            case DataType.Int8:
                return Array.ConvertAll(bytes, number => (long)(sbyte)number);
            default:
                return Array.ConvertAll(bytes, number => (long)number);
        }
    }

    static int SizeOf(DataType type) => type switch
    {
        DataType.Double or DataType.Int64 => 8,
        DataType.Float or DataType.Int32 => 4,
        DataType.Half or DataType.BFloat16 => 2,
        DataType.UInt8 or DataType.Int8 or DataType.Bool => 1,
        _ => 0,
    };

    static ElementType ElementOf(DataType type) => type switch
    {
        DataType.Float => ElementType.Float32,
        DataType.Double => ElementType.Float64,
        DataType.Half => ElementType.Float16,
        _ => ElementType.BFloat16,
    };

    static string TypeName(DataType type) => Enum.IsDefined(type) ? type.ToString() : $"number {(int)type}";

    ResiduumException Wrong(string name, string why) => refusal.Because($"the tensor {Printable.Quote(name)} is wrong: {why}");
}
