using Google.Protobuf;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>How an ONNX file is written. Immutable.</summary>
/// <param name="Opset">The version of ONNX's operators, 13 to 21.</param>
/// <param name="Batch">The number of images of a run; null leaves it free.</param>
sealed record OnnxTarget(int Opset = OnnxWriter.UsualOpset, int? Batch = null);

/// <summary>Writes networks as ONNX files. The same network and numbers give the same bytes. Safe from several threads.</summary>
static class OnnxWriter
{
    public const int UsualOpset = 17;
    public const int OldestOpset = 13;
    public const int NewestOpset = 21;

    const int LargestFile = int.MaxValue - (1 << 20);

    /// <summary>Writes a file; it is replaced whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="graph">The network, as it is described: no gradients, nothing that passes made.</param>
    /// <param name="tensors">All its parameters and state.</param>
    /// <param name="metadata">Free text that the file carries.</param>
    /// <param name="target">Version and batch.</param>
    /// <exception cref="ResiduumException">The graph holds what ONNX cannot say, the file would be larger than 2 GB, or it cannot be
    /// written.</exception>
    public static void Write(
        string path, Graph graph, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata,
            OnnxTarget target)
    {
        var model = Describe(graph, target);
        foreach (var (key, value) in metadata) model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        var bytes = (long)model.CalculateSize();
        foreach (var initializer in model.Graph.Initializer)
        {
            if (graph.Find(initializer.Name)?.Op is not (Parameter or State)) continue;
            var tensor = tensors[initializer.Name].ToFloat32();
            initializer.RawData = UnsafeByteOperations.UnsafeWrap(tensor.Memory);
            bytes += tensor.Memory.Length + 16;
        }
        if (bytes > LargestFile)
            throw new ResiduumException($"The network cannot be written to '{path}': it would take {bytes:N0} bytes, and an ONNX file "
                + "holds 2 GB; write .safetensors.");
        AtomicFile.Write(path, stream =>
        {
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            model.WriteTo(output);
        });
    }

    /// <summary>The messages of a file but for the numbers of parameters and state.</summary>
    public static ModelProto Describe(Graph graph, OnnxTarget target)
    {
        if (target.Opset is < OldestOpset or > NewestOpset)
            throw new ResiduumException($"Version {target.Opset} of ONNX's operators cannot be written; {OldestOpset} "
                + $"to {NewestOpset} can.");
        return new ModelProto
        {
            // The version of the file format that came with the operators.
            IrVersion = target.Opset switch { <= 18 => 8, <= 20 => 9, _ => 10 },
            ProducerName = "residuum",
            OpsetImport = { new OperatorSetIdProto { Version = target.Opset } },
            Graph = new OnnxExport(graph, target).Run(),
        };
    }

    /// <summary>Whether a file that was read is what is written here for this graph, but for the numbers of parameters and state.</summary>
    public static bool IsOf(Graph graph, OnnxFileFacts file)
    {
        if (file.Opset is < OldestOpset or > NewestOpset) return false;
        var expected = Describe(graph, new OnnxTarget(file.Opset, file.Batch)).Graph;
        var found = file.Model.Graph;
        return expected.Node.Equals(found.Node) && expected.Input.Equals(found.Input) && expected.Output.Equals(found.Output)
            && expected.Initializer.Count == found.Initializer.Count
            && expected.Initializer.Zip(found.Initializer)
            .All(pair => pair.First.Name == pair.Second.Name && pair.First.Dims.Equals(pair.Second.Dims)
                && (graph.Find(pair.First.Name)?.Op is Parameter or State || pair.First.Equals(pair.Second)));
    }
}
