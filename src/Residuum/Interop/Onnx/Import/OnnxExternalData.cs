using System.Globalization;
using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>
/// Numbers that an ONNX file keeps in files beside it, which its maker chose the names of: relative, inside the model's folder, regular
/// files, no links, and within their bounds. What is read may take as much memory as if those files were part of the model's.
/// </summary>
sealed class OnnxExternalData(string folder, MemoryBudget budget)
{
    readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The bytes of a tensor, of which so many are expected.</summary>
    public byte[] Read(TensorProto tensor, long expected, Func<string, Exception> wrong)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in tensor.ExternalData)
            if (!entries.TryAdd(entry.Key, entry.Value)) throw wrong($"its entry {Printable.Quote(entry.Key)} is given twice");
        var location = entries.GetValueOrDefault("location") ?? throw wrong("it does not say which file its numbers lie in");
        var offset = Number(entries, "offset", 0, wrong);
        var length = Number(entries, "length", expected, wrong);
        if (length != expected) throw wrong($"its shape needs {expected} bytes, and {length} are promised in {Printable.Quote(location)}");
        var path = Find(location, wrong);
        try
        {
            // Before it is opened, which would wait for a pipe's other end; a pipe has no length.
            var size = new FileInfo(path).Length;
            if (offset > size || expected > size - offset)
                throw wrong($"bytes {offset} to {offset + expected} do not lie in {Printable.Quote(location)}, which has {size}");
            if (expected == 0) return [];
            if (_used.Add(path)) budget.Extend(size);
            budget.Charge(expected);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!file.CanSeek) throw wrong($"{Printable.Quote(location)} is no regular file");
            file.Position = offset;
            var bytes = new byte[expected];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw wrong($"{Printable.Quote(location)} cannot be read ({Printable.Quote(error.Message)})");
        }
    }

    string Find(string location, Func<string, Exception> wrong)
    {
        var parts = location.Split('/');
        if (location.Contains('\\') || location.Contains('\0') || location.Contains(':') || parts.Any(part => part is "" or "." or ".."))
            throw wrong($"its numbers lie at {Printable.Quote(location)}, which is not simply a path inside the model's folder");
        var path = folder;
        for (var i = 0; i < parts.Length; i++)
        {
            path = Path.Combine(path, parts[i]);
            var entry = i < parts.Length - 1 ? (FileSystemInfo)new DirectoryInfo(path) : new FileInfo(path);
            if (!entry.Exists) throw wrong($"its numbers lie in {Printable.Quote(location)}, which is not there");
            if (entry.LinkTarget is not null) throw wrong($"its numbers lie in {Printable.Quote(location)}, which goes through a link");
            if ((entry.Attributes & FileAttributes.Device) != 0) throw wrong($"{Printable.Quote(location)} is a device");
        }
        return path;
    }

    static long Number(Dictionary<string, string> entries, string key, long otherwise, Func<string, Exception> wrong)
    {
        if (!entries.TryGetValue(key, out var text)) return otherwise;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / 2
            ? number : throw wrong($"its {key} is {Printable.Quote(text)} and must be a whole number");
    }
}
