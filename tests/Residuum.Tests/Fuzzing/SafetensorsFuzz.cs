using System.Text.Json;
using Residuum.Interop;
using Residuum.Tests.Interop;

namespace Residuum.Tests.Fuzzing;

static class SafetensorsFuzz
{
    public static FuzzFormat Format { get; } = new(
        "safetensors", [SafetensorsTests.Sample(), Small()], Mutate, HasHeader, bytes => Safetensors.Read(bytes),
        // The file once more, and its header's entries as objects.
        length => (64 << 10) + 40 * length);

    static byte[] Small()
    {
        var file = new TensorFile();
        file.Tensors.Add("w", Residuum.Tensors.Tensor.Of(new Residuum.Tensors.Shape(2, 2), [1f, 2, 3, 4]));
        using var stream = new MemoryStream();
        Safetensors.Write(stream, file);
        return stream.ToArray();
    }

    static byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(8) == 0) return Damage.Bytes(seed, random);
        var end = 8 + (int)BitConverter.ToInt64(seed);
        var (header, data) = (seed[8..end], seed[end..]);
        switch (random.Next(8))
        {
            case 0: header = Damage.Bytes(header, random); break;
            case 1: data = Damage.Bytes(data, random); break;
            default: header = JsonDamage.Text(header, random); break;
        }
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. data];
    }

    // The length lies within the file, and what it measures is a JSON object.
    static bool HasHeader(byte[] bytes)
    {
        if (bytes.Length < 8 || BitConverter.ToUInt64(bytes) > (ulong)bytes.Length - 8) return false;
        try
        {
            using var header = JsonDocument.Parse(bytes.AsMemory(8, BitConverter.ToInt32(bytes)));
            return header.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException) { return false; }
    }
}
