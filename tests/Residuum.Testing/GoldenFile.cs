using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Residuum.Testing;

/// <summary>
/// Named arrays that a script under <c>tests/golden</c> wrote as safetensors, plain or compressed with gzip. A reader of its own, so
/// that the library's is not needed to test what lies below it; it takes F64, F32 and I32 and trusts the file.
/// </summary>
public sealed class GoldenFile
{
    readonly Dictionary<string, double[]> _arrays = [];
    readonly Dictionary<string, int[]> _shapes = [];

    GoldenFile(byte[] bytes)
    {
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            var offsets = entry.Value.GetProperty("data_offsets");
            var data = bytes.AsSpan(8 + headerLength)[offsets[0].GetInt32()..offsets[1].GetInt32()];
            _shapes[entry.Name] = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32())];
            _arrays[entry.Name] = entry.Value.GetProperty("dtype").GetString() switch
            {
                "F64" => MemoryMarshal.Cast<byte, double>(data).ToArray(),
                "F32" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), x => (double)x),
                "I32" => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(data).ToArray(), x => (double)x),
                var other => throw new ResiduumException($"A golden file holds '{entry.Name}' as {other}; only F64, F32 and I32 are read."),
            };
        }
    }

    /// <summary>The names, in the file's order.</summary>
    public IEnumerable<string> Names => _arrays.Keys;

    /// <summary>The elements of an array, exactly.</summary>
    public double[] this[string name] => _arrays[name];

    /// <summary>The dimensions of an array.</summary>
    public int[] Shape(string name) => _shapes[name];

    /// <summary>Whether there is such an array.</summary>
    public bool Has(string name) => _arrays.ContainsKey(name);

    /// <summary>Reads a file below the tests' folder, such as <c>Residuum.Tests/Golden/Gradients/basic-b.safetensors</c>.</summary>
    public static GoldenFile Read(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) continue;
            using var file = File.OpenRead(Path.Combine(folder.FullName, "tests", relativePath));
            var isPacked = relativePath.EndsWith(".gz", StringComparison.Ordinal);
            using var plain = isPacked ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            using var bytes = new MemoryStream();
            plain.CopyTo(bytes);
            return new GoldenFile(bytes.ToArray());
        }
        throw new ResiduumException(
            $"The golden file '{relativePath}' was not found above '{AppContext.BaseDirectory}'; run the tests in the repository.");
    }
}
