using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>
/// Reads and writes safetensors files: a JSON header with names, element types, shapes and offsets, then the raw elements.
/// Reading checks every rule of the format before it allocates, and takes no more memory than the file and its header's entries.
/// Writing gives the same bytes for the same content. Safe from several threads.
/// </summary>
public static class Safetensors
{
    /// <summary>Reads a file. It may be larger than 2 GB in all; a single tensor may not.</summary>
    /// <returns>The tensors in the order of their data in the file, and the file's metadata.</returns>
    /// <exception cref="ResiduumException">The file cannot be opened, breaks a rule of the format, or holds an element type or a size that
    /// is not supported.</exception>
    public static TensorFile Read(string path) => InputFile.Read(SafetensorsHeader.Kind, path, stream => Read(stream, path));

    /// <summary>Reads a file that is held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ResiduumException">As for <see cref="Read(string)"/>.</exception>
    public static TensorFile Read(byte[] bytes, string name = "in memory")
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var stream = new MemoryStream(bytes, writable: false);
        return Read(stream, name);
    }

    /// <summary>Reads a seekable stream from its beginning to its end, and leaves it open.</summary>
    /// <param name="stream">The whole file; its length is trusted as the amount of data that is really there.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="ResiduumException">As for <see cref="Read(string)"/>.</exception>
    public static TensorFile Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek) throw new ArgumentException("Reading safetensors needs a seekable stream.", nameof(stream));
        var header = SafetensorsHeader.Read(stream, new Refusal(SafetensorsHeader.Kind, name));
        var file = new TensorFile();
        foreach (var (key, value) in header.Metadata) file.Metadata.Add(key, value);
        var tensors = SafetensorsData.Read(stream, header.Entries);
        for (var i = 0; i < tensors.Length; i++) file.Tensors.Add(header.Entries[i].Name, tensors[i]);
        return file;
    }

    /// <summary>
    /// Writes a file: tensors by size of element, largest first, then by name; the header padded with spaces to a multiple of 8 bytes;
    /// no time stamp. It is written to a temporary sibling, flushed and renamed, so a file of that name is whole at any moment.
    /// </summary>
    /// <exception cref="ResiduumException">The file cannot be written, a name cannot stand in such a file, or the header would be larger
    /// than 100,000,000 bytes.</exception>
    public static void Write(string path, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(file);
        AtomicFile.Write(path, SafetensorsWriter.Prepare(file, path));
    }

    /// <summary>Writes the same bytes to a stream, and leaves it open.</summary>
    /// <exception cref="ResiduumException">A name cannot stand in such a file, or the header would be larger than 100,000,000
    /// bytes.</exception>
    public static void Write(Stream stream, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(file);
        SafetensorsWriter.Prepare(file, "in memory")(stream);
    }
}
