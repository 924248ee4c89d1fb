namespace Residuum.Interop;

/// <summary>Lays out a checkpoint in the zip form that PyTorch has read since 1.6.</summary>
static class CheckpointWriter
{
    // What PyTorch calls the folder of a checkpoint that is written to a stream; the file's own name would make bytes depend on it.
    const string Folder = "archive/";

    // Of so many tensors even the smallest are sure to be within the memory that reading them again may take.
    const int TensorLimit = 32_768;

    /// <summary>Makes the pickle, which is where a file can be refused, and returns what writes all records to a stream.</summary>
    public static Action<Stream> Prepare(TensorFile file, string name)
    {
        var tensors = file.Tensors.ToArray();
        foreach (var (key, _) in tensors) WrittenText.Check(key, PyTorchCheckpoint.Kind, name);
        if (tensors.Length > TensorLimit)
            throw new ResiduumException($"The {PyTorchCheckpoint.Kind} {name} cannot be written: it would hold {tensors.Length} tensors, "
                + $"more than the {TensorLimit} that can be read again; write .safetensors.");
        var pickle = StatePickle.Write(tensors);
        return stream =>
        {
            var zip = new ZipWriter(stream);
            zip.Add(Folder + ZipCheckpoint.PickleName, pickle);
            zip.Add(Folder + "byteorder", "little"u8);
            for (var i = 0; i < tensors.Length; i++) zip.Add($"{Folder}data/{i}", tensors[i].Value.Bytes);
            zip.Add(Folder + "version", "3\n"u8);
            zip.Finish();
        };
    }
}
