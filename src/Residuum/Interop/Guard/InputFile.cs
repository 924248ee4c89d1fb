using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>Opens a stranger's file for reading and turns what the system says about it into the one error.</summary>
static class InputFile
{
    /// <summary>Opens the file, hands it to <paramref name="read"/> and closes it; the stream is seekable and at its beginning.</summary>
    /// <param name="kind">What the file is meant to be, as the error sentence names it.</param>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="ResiduumException">The file cannot be opened, is no regular file, or fails while it is read.</exception>
    public static T Read<T>(string kind, string path, Func<Stream, T> read)
    {
        ArgumentNullException.ThrowIfNull(path);
        var refusal = new Refusal(kind, path);
        try
        {
            if (Directory.Exists(path)) throw refusal.Because("it is a folder; name a file");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            if (!stream.CanSeek) throw refusal.Because("it is a pipe or a device; name a regular file");
            return read(stream);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw refusal.Because("it does not exist; check the path", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw refusal.Because("access to it is denied; check its permissions", error);
        }
        catch (EndOfStreamException error)
        {
            throw refusal.Because("it became shorter while it was read; try again", error);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw refusal.Because($"the system says {Printable.Quote(error.Message)}; check the path", error);
        }
    }
}
