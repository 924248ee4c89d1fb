using System.Buffers.Binary;
using System.Text;

namespace Residuum.Tests.Interop;

/// <summary>Writes pickles opcode by opcode, well formed or not.</summary>
sealed class PickleBytes
{
    readonly List<byte> _bytes = [];

    public PickleBytes() => Raw(0x80, 2);

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Raw(string ascii) => Raw(Encoding.Latin1.GetBytes(ascii));

    public PickleBytes Global(string module, string name) => Raw($"c{module}\n{name}\n");

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Raw("X").UInt32((uint)utf8.Length).Raw(utf8);
    }

    public PickleBytes Int(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBytes UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBytes Ints(params long[] values)
    {
        Raw("(");
        foreach (var value in values) Int(value);
        return Raw("t");
    }

    /// <summary>A persistent id, loaded.</summary>
    public PickleBytes Storage(string key, long count, string type = "FloatStorage", bool legacy = false, Action<PickleBytes>? view = null)
    {
        Raw("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Int(count);
        if (view is not null) view(this);
        else if (legacy) Raw("N");
        return Raw("tQ");
    }

    /// <summary>A tensor; the storage is written by the first argument.</summary>
    public PickleBytes Tensor(Action<PickleBytes> storage, long offset, long[] sizes, long[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Raw("(");
        storage(this);
        return Int(offset).Ints(sizes).Ints(strides).Raw([0x89]).Global("collections", "OrderedDict").Raw(")RtR");
    }

    public byte[] Stop() => [.. Raw(".")._bytes];

    /// <summary>The pickle of a dictionary with one tensor, <c>w</c>, of two elements in the storage <c>0</c>.</summary>
    public static byte[] State(long offset = 0, long[]? sizes = null, long[]? strides = null, long count = 2, string type = "FloatStorage",
        bool legacy = false) =>
        new PickleBytes().Raw("}").Text("w")
            .Tensor(pickle => pickle.Storage("0", count, type, legacy), offset, sizes ?? [2], strides ?? [1]).Raw("s").Stop();
}
