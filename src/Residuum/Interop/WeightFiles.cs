using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>Reads and writes files of weights of any format that is known here. Safe from several threads.</summary>
public static class WeightFiles
{
    const string Kind = "weight file";

    /// <summary>The extensions of files that <see cref="Write"/> can write.</summary>
    public static IReadOnlyList<string> WrittenExtensions { get; } = [".safetensors", ".pth", ".pt"];

    static readonly string[] CheckpointExtensions = [".pth", ".pt", ".th", ".bin", ".ckpt"];

    /// <summary>
    /// Reads a safetensors file or a PyTorch checkpoint. The extension decides where it is one of <c>.safetensors</c>, <c>.pth</c>,
    /// <c>.pt</c>, <c>.th</c>, <c>.bin</c> and <c>.ckpt</c> and the content does not contradict it; otherwise the content decides.
    /// The prefixes <c>module.</c> and <c>_orig_mod.</c> are taken off the names.
    /// </summary>
    /// <exception cref="ResiduumException">The file is of no known format, or its reader refuses it.</exception>
    public static TensorFile Read(string path)
    {
        var form = InputFile.Read(Kind, path, FileSignature.Of);
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (form == FileForm.Safetensors || form == FileForm.Unknown && extension == ".safetensors")
            return StateDicts.StripPrefixes(Safetensors.Read(path), new Refusal(Kind, path));
        if (form == FileForm.Onnx) throw OnnxRefusal(path);
        if (form != FileForm.Unknown || CheckpointExtensions.Contains(extension)) return PyTorchCheckpoint.Read(path);
        throw new Refusal(Kind, path).Because("its format is unknown; known are safetensors files (.safetensors) and PyTorch checkpoints "
            + $"({string.Join(", ", CheckpointExtensions)})");
    }

    /// <summary>
    /// Writes a file in the format that its extension names: <c>.safetensors</c>, or <c>.pth</c> and <c>.pt</c> for a PyTorch checkpoint
    /// of the zip form, which has no place for the metadata. The same content gives the same bytes; the file is replaced whole or not at
    /// all.
    /// </summary>
    /// <exception cref="ResiduumException">The extension is none of these, or the file cannot be written.</exception>
    public static void Write(string path, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".safetensors": Safetensors.Write(path, file); break;
            case ".pth" or ".pt": PyTorchCheckpoint.Write(path, file); break;
            default: throw CannotWrite(path, WrittenExtensions);
        }
    }

    /// <summary>The error for a path whose extension is none of those that can be written.</summary>
    internal static ResiduumException CannotWrite(string path, IReadOnlyList<string> written)
    {
        var extension = Path.GetExtension(path);
        var known = $"{string.Join(", ", written.SkipLast(1))} or {written[^1]}";
        return new ResiduumException(extension.Length == 0
            ? $"The file '{path}' has no extension that tells its format; name it with {known}."
            : $"Files of the kind {Printable.Quote(extension)} cannot be written; write {known}.");
    }

    /// <summary>Reads the same formats from a stream, from its beginning where it is seekable, and leaves it open; the content
    /// decides.</summary>
    /// <param name="stream">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ResiduumException">The content is of no known format, larger than 2 GB, or its reader refuses it.</exception>
    public static TensorFile Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = new MemoryStream();
        if (stream.CanSeek) stream.Position = 0;
        if (stream.CanSeek) CheckSize(stream.Length, name);
        var part = new byte[1 << 16];
        for (int read; (read = stream.Read(part)) > 0; bytes.Write(part, 0, read)) CheckSize(bytes.Length + read, name);
        return FileSignature.Of(bytes) switch
        {
            FileForm.Safetensors => StateDicts.StripPrefixes(Safetensors.Read(bytes, name), new Refusal(Kind, name)),
            FileForm.Onnx => throw OnnxRefusal(name),
            FileForm.Unknown => throw new Refusal(Kind, name)
                .Because("its format is unknown; known are safetensors files and PyTorch checkpoints"),
            _ => PyTorchCheckpoint.Read(bytes.ToArray(), name),
        };
    }

    static ResiduumException OnnxRefusal(string path) =>
        new Refusal(Kind, path).Because("it is an ONNX file, which holds a whole network; open it as a model by its path");

    static void CheckSize(long size, string name)
    {
        if (size > Array.MaxLength) throw new Refusal(Kind, name)
            .Because("it is larger than 2 GB, and a stream may not be; read it by a file's path");
    }
}
