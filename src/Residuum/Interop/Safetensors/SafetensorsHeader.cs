using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>One tensor of a safetensors header; offsets count from the header's end.</summary>
sealed record SafetensorsEntry(string Name, ElementType ElementType, Shape Shape, long Begin, long End);

/// <summary>A safetensors header that has been checked against the length of its file; entries are in the order of their data.</summary>
sealed class SafetensorsHeader
{
    public const string Kind = "safetensors file";
    public const string MetadataKey = "__metadata__";
    public const int LengthLimit = 100_000_000;

    // The format sets no limit for these two; ours keep a header of empty tensors from taking many times its own size in memory.
    const int EntryLimit = 65_536;
    const int RankLimit = 64;

    static readonly (string Name, ElementType Type)[] ElementTypeNames =
    [
        ("F64", ElementType.Float64), ("F32", ElementType.Float32), ("F16", ElementType.Float16), ("BF16", ElementType.BFloat16),
        ("I64", ElementType.Int64), ("I32", ElementType.Int32), ("I16", ElementType.Int16), ("I8", ElementType.Int8),
        ("U8", ElementType.UInt8), ("BOOL", ElementType.Bool),
    ];

    readonly Refusal _refusal;

    SafetensorsHeader(Refusal refusal) => _refusal = refusal;

    /// <summary>The tensors in the order of their data.</summary>
    public List<SafetensorsEntry> Entries { get; } = [];

    /// <summary>The string map.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>What the format calls an element type.</summary>
    public static string NameOf(ElementType type) => Array.Find(ElementTypeNames, entry => entry.Type == type).Name;

    /// <summary>Reads and checks the header of a seekable stream, and leaves the stream at the first byte of data.</summary>
    public static SafetensorsHeader Read(Stream stream, Refusal refusal)
    {
        stream.Position = 0;
        if (stream.Length < 8)
            throw refusal.Because($"it has {stream.Length} bytes, too few for the length of a header; it is cut off or no safetensors "
                + "file");
        Span<byte> lengthBytes = stackalloc byte[8];
        stream.ReadExactly(lengthBytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > LengthLimit)
            throw refusal.Because($"it declares a header of {length} bytes, more than the {LengthLimit} allowed; it is probably no "
                + "safetensors file");
        if ((long)length > stream.Length - 8)
            throw refusal.Because($"it declares a header of {length} bytes but only {stream.Length - 8} follow; it is cut off or no "
                + "safetensors file");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        var header = new SafetensorsHeader(refusal);
        header.Parse(bytes);
        header.CheckOffsets(stream.Length - 8 - bytes.Length);
        return header;
    }

    void Parse(byte[] bytes)
    {
        if (bytes.Length == 0 || bytes[0] != (byte)'{')
            throw _refusal.Because("its header does not begin with a brace; it is no safetensors file");
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)' ') + 1;
        if (bytes[end - 1] != (byte)'}')
            throw _refusal.Because("its header goes on after the closing brace with something other than spaces, or is cut off");
        if (!Utf8.IsValid(bytes)) throw _refusal.Because("its header is not valid UTF-8");
        try
        {
            var json = new Utf8JsonReader(bytes.AsSpan(0, end), new JsonReaderOptions { MaxDepth = 16 });
            json.Read();
            ReadObject(ref json);
            json.Read(); // Anything after the closing brace is an error of JSON here.
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how an escaped half of a surrogate pair ends.
            throw _refusal.Because($"its header is not valid JSON: {Printable.Quote(error.Message)}", error);
        }
    }

    void ReadObject(ref Utf8JsonReader json)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!names.Add(name)) throw _refusal.Because($"the name {Printable.Quote(name)} occurs twice in its header");
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
                throw _refusal.Because($"the header's value for {Printable.Quote(name)} is not an object");
            if (name == MetadataKey) ReadMetadata(ref json);
            else if (Entries.Count == EntryLimit) throw _refusal.Because($"it holds more than {EntryLimit} tensors");
            else ReadEntry(ref json, name);
        }
    }

    void ReadMetadata(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String) throw _refusal.Because($"the metadata {Printable.Quote(key)} is not a string");
            if (!Metadata.TryAdd(key, json.GetString()!)) throw _refusal.Because($"the metadata {Printable.Quote(key)} occurs twice");
        }
    }

    void ReadEntry(ref Utf8JsonReader json, string name)
    {
        ElementType? type = null;
        List<long>? shape = null, offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = json.GetString()!;
            json.Read();
            switch (field)
            {
                case "dtype" when type is null: type = ReadElementType(ref json, name); break;
                case "shape" when shape is null: shape = ReadIntegers(ref json, name, field, RankLimit); break;
                case "data_offsets" when offsets is null: offsets = ReadIntegers(ref json, name, field, 2); break;
                case "dtype" or "shape" or "data_offsets":
                    throw _refusal.Because($"the tensor {Printable.Quote(name)} has two values for {field}");
                default: throw _refusal.Because($"the tensor {Printable.Quote(name)} has an unknown field {Printable.Quote(field)}");
            }
        }
        if (type is null || shape is null || offsets is not { Count: 2 })
            throw _refusal.Because($"the tensor {Printable.Quote(name)} lacks one of dtype, shape and two data_offsets");
        Entries.Add(new SafetensorsEntry(name, type.Value, ToShape(name, type.Value, shape, offsets[1] - offsets[0]), offsets[0],
            offsets[1]));
    }

    ElementType ReadElementType(ref Utf8JsonReader json, string name)
    {
        if (json.TokenType != JsonTokenType.String)
            throw _refusal.Because($"the dtype of the tensor {Printable.Quote(name)} is not a string");
        var text = json.GetString()!;
        foreach (var (known, type) in ElementTypeNames)
            if (known == text) return type;
        throw _refusal.Because($"the tensor {Printable.Quote(name)} has the dtype {Printable.Quote(text)}, which is not one of "
            + string.Join(", ", ElementTypeNames.Select(entry => entry.Name)));
    }

    List<long> ReadIntegers(ref Utf8JsonReader json, string name, string field, int limit)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw _refusal.Because($"the {field} of the tensor {Printable.Quote(name)} is not a list");
        var values = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var value) || value < 0)
                throw _refusal.Because($"the {field} of the tensor {Printable.Quote(name)} holds something other than whole numbers from "
                    + $"0 to {long.MaxValue}");
            if (values.Count == limit)
                throw _refusal.Because($"the {field} of the tensor {Printable.Quote(name)} has more than {limit} numbers");
            values.Add(value);
        }
        return values;
    }

    /// <summary>The shape, once its checked product agrees with the bytes between the offsets.</summary>
    Shape ToShape(string name, ElementType type, List<long> dimensions, long bytes)
    {
        if (!Elements.TryCount(dimensions, out var count) || count > long.MaxValue / type.Size())
            throw _refusal.Because($"the tensor {Printable.Quote(name)} has a shape whose size overflows");
        if (count * type.Size() != bytes)
            throw _refusal.Because($"the tensor {Printable.Quote(name)} takes {count * type.Size()} bytes by its shape but {bytes} by "
                + "its data_offsets");
        return Elements.ToShape(dimensions, bytes)
            ?? throw _refusal.Because($"the tensor {Printable.Quote(name)} is larger than 2 GB (or has a dimension above "
                + $"{int.MaxValue}), which is the most that one tensor may hold");
    }

    void CheckOffsets(long dataLength)
    {
        Entries.Sort(InOrderOfData);
        long expected = 0;
        foreach (var entry in Entries)
        {
            if (entry.Begin != expected)
                throw _refusal.Because($"the data of the tensor {Printable.Quote(entry.Name)} begins at {entry.Begin} where {expected} "
                    + "was expected, "
                    + (entry.Begin < expected ? "so it overlaps another tensor's" : "which leaves a gap"));
            expected = entry.End;
        }
        if (expected != dataLength)
            throw _refusal.Because($"its tensors take {expected} bytes but {dataLength} follow the header; "
                + (expected > dataLength ? "it is cut off" : "something was appended to it"));
    }

    static int InOrderOfData(SafetensorsEntry left, SafetensorsEntry right)
    {
        var order = left.Begin.CompareTo(right.Begin);
        if (order == 0) order = left.End.CompareTo(right.End);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }
}
