using System.IO.Compression;

namespace Residuum.Data;

/// <summary>A data set's file, read whole after its size was checked; every failure is one sentence that names the file.</summary>
static class DataFile
{
    /// <summary>The largest set that is kept in memory, in bytes: just below what one array holds.</summary>
    public const long LargestSet = 2_000_000_000;

    // Deflate cannot shrink data more than 1032 times, so a claim beyond that is refused before any memory is taken.
    const long LargestRatio = 1032;

    /// <summary>The first of some names that exists in a folder.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="set">What is missing when nothing is found, for example <c>MNIST's training images</c>.</param>
    /// <param name="names">The names in order of preference.</param>
    public static string Find(string folder, string set, params ReadOnlySpan<string> names)
    {
        if (!Directory.Exists(folder))
            throw new ResiduumException($"There is no folder '{folder}' to read {set} from; give the folder that holds {names[0]}.");
        foreach (var name in names)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path)) return path;
        }
        throw new ResiduumException($"{set} should be in '{Path.Combine(folder, names[0])}'"
            + (names.Length > 1 ? $" (or {string.Join(", ", names[1..].ToArray())})" : "") + ", but there is no such file; put it there.");
    }

    /// <summary>A file's length in bytes.</summary>
    public static long Length(string path) => Guard(path, () => new FileInfo(path).Length);

    /// <summary>Reads a file; a low-level failure becomes one sentence.</summary>
    public static void Read(string path, Action<Stream> read) => Guard(path, () =>
    {
        // Pipes and devices have no length either, and opening one could wait for ever.
        if (Length(path) == 0) throw new ResiduumException($"The file '{path}' is empty; it is truncated, so fetch it again.");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        if (path.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var inflated = new GZipStream(file, CompressionMode.Decompress);
            read(inflated);
        }
        else read(file);
        return 0;
    });

    /// <summary>The most bytes that can come out of a file.</summary>
    public static long Capacity(string path) =>
        path.EndsWith(".gz", StringComparison.Ordinal) ? Length(path) * LargestRatio : Length(path);

    static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (EndOfStreamException error)
        {
            throw new ResiduumException($"The file '{path}' ends too early; it is truncated, so fetch it again.", error);
        }
        catch (InvalidDataException error)
        {
            throw new ResiduumException($"The file '{path}' is not a sound gzip file; fetch it again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ResiduumException(
                $"The file '{path}' cannot be read ({error.Message.TrimEnd('.')}); check that it is there and readable.", error);
        }
    }
}
