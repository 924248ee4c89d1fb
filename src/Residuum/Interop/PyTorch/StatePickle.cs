using System.Buffers.Binary;
using System.Text;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Writes the pickle of a state dictionary, protocol 2, opcode by opcode as Python's pickler writes it for <c>torch.save</c>: an
/// <c>OrderedDict</c> of tensors, each rebuilt by <c>torch._utils._rebuild_tensor_v2</c> from a storage of its own that is named by its
/// place.
/// </summary>
sealed class StatePickle
{
    // So many pairs at a time go into a dictionary in Python's pickler.
    const int BatchSize = 1000;

    readonly List<byte> _bytes = [];
    readonly Dictionary<string, int> _memo = new(StringComparer.Ordinal);
    int _remembered;

    /// <summary>The pickle for these tensors; the elements of the first are storage 0, of the second storage 1, and so on.</summary>
    public static byte[] Write(IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        var pickle = new StatePickle();
        pickle.Dictionary(tensors);
        return [.. pickle._bytes];
    }

    void Dictionary(IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        Put(PickleOpcode.Proto);
        _bytes.Add(2);
        EmptyOrderedDict();
        for (var first = 0; first < tensors.Count; first += BatchSize)
        {
            var end = Math.Min(first + BatchSize, tensors.Count);
            if (end - first > 1) Put(PickleOpcode.Mark);
            for (var i = first; i < end; i++)
            {
                NewText(tensors[i].Key);
                Tensor(tensors[i].Value, i);
            }
            Put(end - first > 1 ? PickleOpcode.SetItems : PickleOpcode.SetItem);
        }
        Put(PickleOpcode.Stop);
    }

    void Tensor(Tensor tensor, int place)
    {
        Global("torch._utils", "_rebuild_tensor_v2");
        Put(PickleOpcode.Mark);
        Storage(tensor, place);
        Integer(0); // offset
        var dimensions = tensor.Shape.Dimensions;
        var strides = new int[dimensions.Length];
        for (int i = strides.Length - 1, stride = 1; i >= 0; stride *= Math.Max(dimensions[i], 1), i--) strides[i] = stride;
        Integers(dimensions.AsSpan());
        Integers(strides);
        Put(PickleOpcode.NewFalse); // requires_grad
        EmptyOrderedDict(); // hooks
        Put(PickleOpcode.Tuple);
        Remember();
        Put(PickleOpcode.Reduce);
        Remember();
    }

    void Storage(Tensor tensor, int place)
    {
        Put(PickleOpcode.Mark);
        Text("storage");
        Global("torch", TorchGlobals.StorageOf(tensor.ElementType));
        NewText($"{place}");
        Text("cpu");
        Integer(tensor.Count);
        Put(PickleOpcode.Tuple);
        Remember();
        Put(PickleOpcode.BinPersId);
    }

    void EmptyOrderedDict()
    {
        Global("collections", "OrderedDict");
        Put(PickleOpcode.EmptyTuple);
        Put(PickleOpcode.Reduce);
        Remember();
    }

    void Integers(ReadOnlySpan<int> values)
    {
        if (values.Length > 3) Put(PickleOpcode.Mark);
        foreach (var value in values) Integer(value);
        Put(values.Length switch
        {
            0 => PickleOpcode.EmptyTuple,
            1 => PickleOpcode.Tuple1,
            2 => PickleOpcode.Tuple2,
            3 => PickleOpcode.Tuple3,
            _ => PickleOpcode.Tuple,
        });
        // There is but one empty tuple in Python, which need not be remembered.
        if (values.Length > 0) Remember();
    }

    void Integer(int value)
    {
        if (value <= byte.MaxValue)
        {
            Put(PickleOpcode.BinInt1);
            _bytes.Add((byte)value);
        }
        else if (value <= ushort.MaxValue)
        {
            Put(PickleOpcode.BinInt2);
            _bytes.Add((byte)value);
            _bytes.Add((byte)(value >> 8));
        }
        else
        {
            Put(PickleOpcode.BinInt);
            Int32(value);
        }
    }

    void Global(string module, string name)
    {
        if (Recalled($"{module}.{name}")) return;
        Put(PickleOpcode.Global);
        _bytes.AddRange(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        Remember($"{module}.{name}");
    }

    // A text that Python holds once, such as "cpu".
    void Text(string text)
    {
        if (Recalled(text)) return;
        var place = _remembered;
        NewText(text);
        _memo[text] = place;
    }

    void NewText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Put(PickleOpcode.BinUnicode);
        Int32(bytes.Length);
        _bytes.AddRange(bytes);
        Remember();
    }

    bool Recalled(string key)
    {
        if (!_memo.TryGetValue(key, out var place)) return false;
        Numbered(PickleOpcode.BinGet, PickleOpcode.LongBinGet, place);
        return true;
    }

    void Remember(string? key = null)
    {
        if (key is not null) _memo[key] = _remembered;
        Numbered(PickleOpcode.BinPut, PickleOpcode.LongBinPut, _remembered++);
    }

    void Numbered(PickleOpcode narrow, PickleOpcode wide, int place)
    {
        Put(place <= byte.MaxValue ? narrow : wide);
        if (place <= byte.MaxValue) _bytes.Add((byte)place);
        else Int32(place);
    }

    void Put(PickleOpcode opcode) => _bytes.Add((byte)opcode);

    void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }
}
