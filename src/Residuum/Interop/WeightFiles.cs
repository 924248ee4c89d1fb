namespace Residuum.Interop;

/// <summary>Reads a file of weights of any format that is known here. Safe from several threads.</summary>
public static class WeightFiles
{
    const string Kind = "weight file";

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
        if (form != FileForm.Unknown || CheckpointExtensions.Contains(extension)) return PyTorchCheckpoint.Read(path);
        throw new Refusal(Kind, path).Because("its format is unknown; known are safetensors files (.safetensors) and PyTorch checkpoints "
            + $"({string.Join(", ", CheckpointExtensions)})");
    }
}
