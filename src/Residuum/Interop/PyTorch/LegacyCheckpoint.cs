using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>The form before PyTorch 1.6: five pickles one after another, then the storages, each behind its number of elements.</summary>
static class LegacyCheckpoint
{
    const long ProtocolVersion = 1001;

    static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Reads the state dictionary.</summary>
    public static TensorFile Read(Stream stream, Refusal refusal)
    {
        var budget = new MemoryBudget(stream.Length, refusal);
        var objects = new TorchObjects(legacy: true, refusal, budget);
        stream.Position = 0;
        if (Next() is not BigInteger magic || magic != Magic)
            throw refusal.Because("it is a pickle but no PyTorch checkpoint; save model.state_dict() with torch.save");
        if (Next() is not ProtocolVersion) throw refusal.Because($"its protocol version is not {ProtocolVersion}");
        if (Next() is not PickleDict system || system.Find("little_endian") is not bool littleEndian)
            throw refusal.Because("it does not say its byte order, so it is damaged");
        if (!littleEndian)
            throw refusal.Because("its byte order is not little-endian; load it in PyTorch and save it again on an ordinary machine");
        var root = Next();
        if (Next() is not PickleList keys) throw refusal.Because("its list of storages is missing");
        var places = FindStorages(stream, keys, objects, refusal);
        return TensorViews.Materialise(StateDicts.Extract(root, refusal), Load, refusal, budget);

        object? Next() => PickleMachine.Read(stream, objects, refusal, budget);

        byte[] Load(TorchStorage storage)
        {
            var length = storage.Count * storage.ElementType.Size();
            if (length > Array.MaxLength)
                throw refusal.Because($"its storage {Printable.Quote(storage.Key)} is larger than 2 GB, which is the most that one "
                    + "tensor may hold");
            var bytes = new byte[length];
            stream.Position = places[storage.Key];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>Where each storage's elements begin; together they must fill the file to its end.</summary>
    static Dictionary<string, long> FindStorages(Stream stream, PickleList keys, TorchObjects objects, Refusal refusal)
    {
        var storages = objects.Roots.ToDictionary(storage => storage.Key, StringComparer.Ordinal);
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        Span<byte> declared = stackalloc byte[8];
        var position = stream.Position;
        foreach (var item in keys.Items)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage))
                throw refusal.Because("its list of storages names one that no tensor uses");
            if (!places.TryAdd(key, position + 8)) throw refusal.Because($"its list of storages names {Printable.Quote(key)} twice");
            var length = storage.Count * storage.ElementType.Size();
            if (stream.Length - position < 8) throw refusal.Because("it is cut off before the end of its storages");
            stream.Position = position;
            stream.ReadExactly(declared);
            var count = BinaryPrimitives.ReadInt64LittleEndian(declared);
            if (count != storage.Count)
                throw refusal.Because($"its storage {Printable.Quote(key)} declares {count} elements where {storage.Count} were expected");
            position += 8;
            if (length > stream.Length - position) throw refusal.Because("it is cut off before the end of its storages");
            position += length;
        }
        if (places.Count != storages.Count) throw refusal.Because("its list of storages lacks one that a tensor uses");
        if (position != stream.Length) throw refusal.Because($"{stream.Length - position} bytes follow its last storage");
        return places;
    }
}
