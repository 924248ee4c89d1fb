using System.Buffers;

namespace Residuum.Foundation;

/// <summary>
/// Writes files whole or not at all: into a temporary sibling, flushed to the disk, then renamed over the target,
/// so that a crash, a full disk or a cancellation never leaves a half-written file under the real name.
/// Safe from several threads; of several writers of one path the last to finish wins.
/// </summary>
public static class AtomicFile
{
    static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes a file through <paramref name="write"/>; an existing file is replaced only once the new one is complete.</summary>
    /// <param name="path">The file to create or replace; its folder must exist.</param>
    /// <param name="write">Writes the content into the stream, and leaves it open.</param>
    /// <exception cref="ResiduumException">
    /// The file cannot be written (missing or read-only folder, full disk, the path is a folder, ...). Whatever
    /// <paramref name="write"/> itself throws beyond input-output errors passes through. No temporary file is left behind.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0'))
            throw new ResiduumException("A file cannot be written to an empty or malformed path; name a file.");
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new ResiduumException($"The file {path} cannot be written because that is a folder; name a file inside it.");
        string? temporary = null;
        try
        {
            var full = Path.GetFullPath(path);
            // A link keeps pointing where it did: the file behind it is replaced, not the link.
            var file = new FileInfo(full);
            if (file.LinkTarget is not null) full = file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
            if (IsDevice(full))
            {
                using var device = new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1 << 16);
                write(device);
                return;
            }
            temporary = TemporarySibling(full);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception error)
        {
            Delete(temporary);
            if (error is IOException or UnauthorizedAccessException)
                throw new ResiduumException($"The file {path} could not be written: {Reason(error)}.", error);
            throw;
        }
    }

    /// <summary>Deletes from a folder the temporary siblings that writes which were killed left behind; every other file stays.</summary>
    /// <remarks>Leftovers do no harm, so one that cannot be deleted, or a folder that is not there, is passed over in silence.</remarks>
    internal static void ClearTemporaries(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            foreach (var file in Directory.EnumerateFiles(folder, ".*.tmp"))
                if (IsTemporary(Path.GetFileName(file))) Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be listed.
        }
    }

    /// <summary>
    /// Whether the path is one such as /dev/stdout, which must be written straight: renaming would replace the device itself.
    /// </summary>
    static bool IsDevice(string full) =>
        !OperatingSystem.IsWindows() && full.StartsWith("/dev/", StringComparison.Ordinal)
        && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(full);

    /// <summary>A name in the same folder (so that renaming stays within one disk), short enough for any file system.</summary>
    static string TemporarySibling(string full)
    {
        var name = Path.GetFileName(full);
        if (name.Length > 100) name = name[..100];
        return Path.Combine(Path.GetDirectoryName(full)!, $".{name}.{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Whether <see cref="TemporarySibling"/> makes such names; a user's own .notes.tmp is none.</summary>
    static bool IsTemporary(string name)
    {
        const string end = ".tmp";
        const int digits = 32;
        var start = name.Length - end.Length - digits;
        // A dot, at least one letter of a name, another dot.
        return start >= 3 && name[0] == '.' && name[start - 1] == '.' && name.EndsWith(end, StringComparison.Ordinal)
            && name.AsSpan(start, digits).IndexOfAnyExcept(s_digits) < 0;
    }

    static string Reason(Exception error) => error switch
    {
        DirectoryNotFoundException => "its folder does not exist; create the folder first",
        PathTooLongException => "the path is too long; choose a shorter one",
        UnauthorizedAccessException => "the folder or file is not writable; choose another folder or change its permissions",
        IOException when IsFull(error) => "the disk is full; free some space or choose another disk",
        IOException when IsReadOnlyDisk(error) => "the disk is mounted read-only; choose another folder",
        _ => error.Message.TrimEnd('.'),
    };

    // ENOSPC (28) and EDQUOT (122 on Linux, 69 on macOS) on Unix; ERROR_DISK_FULL (112) and ERROR_HANDLE_DISK_FULL (39) on Windows.
    static bool IsFull(Exception error) => OperatingSystem.IsWindows()
        ? error.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027)
        : error.HResult == 28 || error.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    // EROFS, the same number on Linux and macOS.
    static bool IsReadOnlyDisk(Exception error) => !OperatingSystem.IsWindows() && error.HResult == 30;

    static void Delete(string? temporary)
    {
        if (temporary is null) return;
        try { File.Delete(temporary); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { /* a leftover does no harm */ }
    }
}
