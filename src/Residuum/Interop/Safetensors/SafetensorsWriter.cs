using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>Lays out a safetensors file: order, offsets, header, padding.</summary>
static class SafetensorsWriter
{
    /// <summary>Makes the header, which is where a file can be refused, and returns what writes header and data to a stream.</summary>
    public static Action<Stream> Prepare(TensorFile file, string name)
    {
        var entries = file.Tensors.OrderByDescending(entry => entry.Value.ElementType.Size())
            .ThenBy(entry => entry.Key, StringComparer.Ordinal).ToArray();
        var header = Header(file, entries, name);
        return stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor) in entries) stream.Write(tensor.Bytes);
        };
    }

    static byte[] Header(TensorFile file, KeyValuePair<string, Tensor>[] entries, string name)
    {
        foreach (var text in file.Tensors.Keys.Concat(file.Metadata.Keys).Concat(file.Metadata.Values))
            WrittenText.Check(text, SafetensorsHeader.Kind, name);
        if (file.Tensors.ContainsKey(SafetensorsHeader.MetadataKey))
            throw new ResiduumException(
                $"The safetensors file {name} cannot be written: no tensor may be called {SafetensorsHeader.MetadataKey}; rename it.");
        var buffer = new ArrayBufferWriter<byte>();
        // The relaxed encoder keeps JSON within the metadata readable: \" and not \u0022.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (file.Metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, value) in file.Metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var (key, tensor) in entries)
            {
                json.WriteStartObject(key);
                json.WriteString("dtype", SafetensorsHeader.NameOf(tensor.ElementType));
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape.Dimensions) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        buffer.WrittenSpan.CopyTo(header);
        header.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        if (header.Length > SafetensorsHeader.LengthLimit)
            throw new ResiduumException($"The safetensors file {name} cannot be written: its names and metadata take {header.Length} "
                + $"bytes, more than the {SafetensorsHeader.LengthLimit} that the format allows; shorten the metadata.");
        return header;
    }
}
