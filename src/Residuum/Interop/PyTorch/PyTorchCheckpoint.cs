using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>
/// Reads and writes PyTorch checkpoints: state dictionaries in the zip form (since PyTorch 1.6) and, when reading, in the legacy form
/// before it; the content decides which. The pickle inside is read as data: only tensors, parameters, containers and plain values exist,
/// nothing is imported or executed. The dictionary may lie under <c>state_dict</c>, <c>model_state_dict</c>, <c>net</c> or
/// <c>model</c>; the prefixes <c>module.</c> and <c>_orig_mod.</c> are taken off the names; entries that are no tensors are passed over.
/// Views become dense tensors. Memory is bounded by the file's size and 64 MiB, and, while a strided view is made dense, its storage.
/// Safe from several threads.
/// </summary>
public static class PyTorchCheckpoint
{
    internal const string Kind = "PyTorch checkpoint";

    /// <summary>Reads a file.</summary>
    /// <returns>The tensors in the order of the state dictionary; the metadata is empty.</returns>
    /// <exception cref="ResiduumException">The file cannot be opened, is damaged, is of a form that is not supported, holds no state
    /// dictionary, or asks for a Python global other than those of tensors and dictionaries.</exception>
    public static TensorFile Read(string path) => InputFile.Read(Kind, path, stream => Read(stream, path));

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

    /// <summary>
    /// Writes a state dictionary in the zip form, so that <c>torch.load</c> reads it since PyTorch 1.6, with <c>weights_only</c> too:
    /// tensors in their order, element types kept, elements aligned to 64 bytes. The format has no place for metadata, which is not
    /// written. The same tensors give the same bytes. The file is replaced whole or not at all.
    /// </summary>
    /// <exception cref="ResiduumException">The file cannot be written, a name is not valid Unicode, or there are more than 32,768
    /// tensors.</exception>
    public static void Write(string path, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(file);
        AtomicFile.Write(path, CheckpointWriter.Prepare(file, path));
    }

    /// <summary>Writes the same bytes to a stream, and leaves it open.</summary>
    /// <exception cref="ResiduumException">A name is not valid Unicode, or there are more than 32,768 tensors.</exception>
    public static void Write(Stream stream, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(file);
        CheckpointWriter.Prepare(file, "in memory")(stream);
    }

    static TensorFile Read(Stream stream, string name)
    {
        var refusal = new Refusal(Kind, name);
        return FileSignature.Of(stream) switch
        {
            FileForm.Zip => ZipCheckpoint.Read(stream, refusal),
            FileForm.Pickle => LegacyCheckpoint.Read(stream, refusal),
            FileForm.Tar => throw refusal.Because("it is of the tar form of PyTorch before 0.1.10; load it in a PyTorch of that time and "
                + "save it again"),
            _ => throw refusal.Because("it begins neither like a zip file nor like a pickle, so it is no checkpoint"),
        };
    }
}
