namespace Residuum.Interop;

/// <summary>
/// Reads ONNX files: <see cref="Read(Stream, string, string?)"/> makes a graph of ours and its tensors of the bytes of a whole file, or
/// refuses them with one <see cref="ResiduumException"/>. Memory is bounded by four times the file's size (and that of files beside it that
/// are read) and 64 MiB, and the weights of layers that are given as one number everywhere are not written out. Safe from several threads.
/// </summary>
static class OnnxReader
{
    public const string Kind = "ONNX file";

    // Numbers that are packed as variable-length integers or single elements grow in memory; weights, which are raw, do not.
    const int MemoryFactor = 4;

    /// <summary>Reads a file; numbers in other files beside it only if <paramref name="externalData"/>.</summary>
    /// <exception cref="ResiduumException">The file cannot be read, is damaged, or holds what is not supported; the sentence names the
    /// node.</exception>
    public static OnnxNetwork Read(string path, bool externalData = false) =>
        InputFile.Read(Kind, path, stream => Read(stream, path, externalData ? Path.GetDirectoryName(Path.GetFullPath(path)) : null));

    /// <summary>Reads a seekable stream that holds a whole file.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">What error messages call the file.</param>
    /// <param name="folder">The folder that numbers in other files may be read from; null to refuse them.</param>
    /// <exception cref="ResiduumException">As for a path.</exception>
    public static OnnxNetwork Read(Stream stream, string name, string? folder = null)
    {
        var refusal = new Refusal(Kind, name);
        var budget = new MemoryBudget(stream.Length, refusal, MemoryFactor);
        var model = OnnxMessages.Read(stream, refusal, budget);
        return new OnnxImport(model, new OnnxTensors(refusal, budget, folder is null ? null : new OnnxExternalData(folder, budget)), budget,
            refusal).Run();
    }
}
