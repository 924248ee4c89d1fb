using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tensors;

namespace Residuum;

/// <summary>
/// Models in ONNX files. One that was written here comes back as the network that it was, with its labels and its preparation of images;
/// any other becomes a network described node by node (<see cref="GraphSpec"/>).
/// </summary>
static class OnnxModelFile
{
    public const string Extension = ".onnx";

    const int LongestName = 128;

    /// <summary>Whether a path is that of an ONNX file, by its extension.</summary>
    public static bool Is(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>The model in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What its weights are to be loaded into, by their names; null for the file's own network.</param>
    /// <param name="externalData">Whether numbers in other files in its folder are read.</param>
    /// <exception cref="ResiduumException">The file cannot be read, or holds what is not supported.</exception>
    public static Model Read(string path, NetworkSpec? network = null, bool externalData = false)
    {
        var file = OnnxReader.Read(path, externalData);
        var (own, isRandom) = (Own(file, path), ModelMetadata.SaysRandomWeights(file.Metadata));
        // What the file says of images and labels holds for its own network only.
        var (preprocessing, labels) = network is null || network == own ? ModelFile.Saying(file.Metadata, path) : (null, null);
        if (network is not null)
            return new Model(network, Match(file, network, path), preprocessing, labels)
            {
                SaysPreprocessing = preprocessing is not null,
                HasRandomWeights = isRandom
            };
        var spec = own ?? GraphSpec.Of(NameOf(path), file.Graph);
        IReadOnlyDictionary<string, Tensor> weights = own is null ? file.Tensors : file.File.Initializers;
        return new Model(spec, weights, preprocessing, labels)
        {
            SaysPreprocessing = preprocessing is not null,
            HasRandomWeights = isRandom
        };
    }

    /// <summary>The parameters and state of a network out of a file, by their names.</summary>
    /// <exception cref="ResiduumException">The file cannot be read or does not fit the network.</exception>
    public static OrderedDictionary<string, Tensor> ReadWeights(string path, NetworkSpec network) =>
        Match(OnnxReader.Read(path), network, path);

    /// <summary>Writes a model; the file is replaced whole or not at all.</summary>
    /// <exception cref="ResiduumException">The network cannot be said in ONNX, an option is out of range, or the file cannot be
    /// written.</exception>
    /// <returns>How many parameters the file has, which folding makes fewer.</returns>
    public static long Write(string path, Model model, OnnxOptions options)
    {
        if (!Is(path)) throw new ResiduumException($"The name '{path}' does not end in {Extension}, which tells what such a "
            + "file is; name it so.");
        if (options.Batch is < 1) throw new ResiduumException($"A batch of {options.Batch} images cannot be; give 1 or more, or "
            + "none to leave it free.");
        using var folded = options.Fold ? FoldedModel.Of(model) : null;
        var written = folded ?? model;
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        ModelWriter.Say(metadata, written);
        OnnxWriter.Write(path, written.Graph, written.Weights, metadata, new OnnxTarget(options.Opset, options.Batch));
        return written.Graph.ParameterCount;
    }

    static OrderedDictionary<string, Tensor> Match(OnnxNetwork file, NetworkSpec network, string path)
    {
        var tensors = new TensorFile();
        foreach (var (name, tensor) in file.File.Initializers) tensors.Tensors.Add(name, tensor);
        return ModelFile.Match(tensors, network.Build(), path);
    }

    // What the file says that it is counts only if it is just that: nodes that somebody changed since are the network.
    static NetworkSpec? Own(OnnxNetwork file, string path)
    {
        if (!file.Metadata.TryGetValue(ModelMetadata.NetworkKey, out var json)
            || file.Metadata.GetValueOrDefault(ModelMetadata.FormatKey) != ModelMetadata.Format)
            return null;
        try
        {
            var spec = NetworkSpec.FromJson(json, $"'{path}'");
            var graph = spec.Build();
            return OnnxWriter.IsOf(graph, file.File)
                && graph.Nodes.All(node => node.Op is not (Parameter or State) || file.File.Initializers.ContainsKey(node.Name)) ? spec
                : null;
        }
        catch (ResiduumException)
        {
            // A description from a later version, or a damaged one: the nodes say the same.
            return null;
        }
    }

    static string NameOf(string path)
    {
        var name = new string([.. Path.GetFileNameWithoutExtension(path).Where(character => !char.IsControl(character)).Take(LongestName)]);
        return string.IsNullOrWhiteSpace(name) ? "network" : name;
    }
}
