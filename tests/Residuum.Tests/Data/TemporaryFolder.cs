using System.IO.Compression;

namespace Residuum.Tests.Data;

/// <summary>A folder for one test's files, deleted afterwards.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("residuum-").FullName;

    /// <summary>The path of a file in it.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, params byte[][] parts)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, [.. parts.SelectMany(part => part)]);
        return path;
    }

    public static byte[] Gzip(params byte[][] parts)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionMode.Compress))
            foreach (var part in parts) gzip.Write(part);
        return memory.ToArray();
    }

    /// <summary>Runs what must fail, and checks that it says so in one sentence that names every part given.</summary>
    public static string Fails(Action action, params string[] named)
    {
        var message = Assert.Throws<ResiduumException>(action).Message;
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        foreach (var part in named) Assert.Contains(part, message, StringComparison.Ordinal);
        return message;
    }

    public void Dispose() => Directory.Delete(Path, true);
}
