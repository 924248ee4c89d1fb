using Residuum.Graphs;
using Residuum.Images;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tensors;

namespace Residuum;

/// <summary>Reads models from files: what a file says of itself, and its weights under our names.</summary>
static class ModelFile
{
    /// <inheritdoc cref="Model.Load(string, NetworkSpec?)"/>
    public static Model Read(string path, NetworkSpec? network) =>
        IsOnnx(path) ? OnnxModelFile.Read(path, network) : Read(WeightFiles.Read(path), path, network);

    /// <inheritdoc cref="Model.Load(Stream, NetworkSpec?, string)"/>
    public static Model Read(Stream stream, NetworkSpec? network, string name) => Read(WeightFiles.Read(stream, name), name, network);

    /// <summary>The parameters and state of a network out of a file, by our names.</summary>
    /// <exception cref="ResiduumException">The file cannot be read or does not fit the network.</exception>
    public static OrderedDictionary<string, Tensor> ReadWeights(string path, NetworkSpec network) =>
        IsOnnx(path) ? OnnxModelFile.ReadWeights(path, network) : Match(WeightFiles.Read(path), network.Build(), path);

    // The extension decides only where the content tells nothing.
    static bool IsOnnx(string path) =>
        !File.Exists(path) ? OnnxModelFile.Is(path) : InputFile.Read("model file", path, FileSignature.Of) switch
        {
            FileForm.Onnx => true,
            FileForm.Unknown => OnnxModelFile.Is(path),
            _ => false,
        };

    static Model Read(TensorFile file, string path, NetworkSpec? network)
    {
        var metadata = file.Metadata;
        if (metadata.TryGetValue(ModelMetadata.FormatKey, out var format) && format != ModelMetadata.Format)
            throw new ResiduumException($"'{path}' has format version {format}, but this program reads version {ModelMetadata.Format}; "
                + "use a newer program.");
        var described = metadata.TryGetValue(ModelMetadata.NetworkKey, out var json) ? NetworkSpec.FromJson(json, $"'{path}'") : null;
        if (network is null && described is null)
            throw new ResiduumException($"'{path}' does not say which network its weights are of; name it (--model NAME with convert, or "
                + $"the network with --weights '{path}').");
        var spec = network ?? described!;
        // What the file says of images and labels holds for its own network only.
        var own = described is not null && (network is null || network == described);
        var (preprocessing, labels) = own ? Saying(metadata, path) : (null, null);
        var graph = spec.Build();
        return new Model(spec, graph, Match(file, graph, path), preprocessing, labels)
        {
            SaysPreprocessing = preprocessing is not null,
            HasRandomWeights = ModelMetadata.SaysRandomWeights(metadata)
        };
    }

    /// <summary>Whether a path is that of a file of weights that does not say what network they are of.</summary>
    /// <exception cref="ResiduumException">The file cannot be read.</exception>
    public static bool IsBare(string path) =>
        File.Exists(path) && InputFile.Read("model file", path, stream => FileSignature.Of(stream) switch
    {
        FileForm.Safetensors =>
            !SafetensorsHeader.Read(stream, new Refusal(SafetensorsHeader.Kind, path)).Metadata.ContainsKey(ModelMetadata.NetworkKey),
        FileForm.Zip or FileForm.Pickle => true,
        _ => false,
    });

    /// <summary>What a file's free text says of images and labels; null for what it does not.</summary>
    public static (Preprocessing? Preprocessing, string[]? Labels) Saying(IReadOnlyDictionary<string, string> metadata, string path)
    {
        var preprocessing = metadata.TryGetValue(ModelMetadata.PreprocessingKey, out var prepare) ? Preprocessing.FromJson(prepare) : null;
        var labels = metadata.TryGetValue(ModelMetadata.LabelsKey, out var names)
            ? ModelMetadata.ReadTexts(names, ModelMetadata.LabelsKey, path) : null;
        if (labels is not null && labels.Contains(null))
            throw new ResiduumException($"The entry '{ModelMetadata.LabelsKey}' of '{path}' has a label that is null; the file is damaged "
                + "or was made by something else.");
        return (preprocessing, labels);
    }

    /// <summary>The parameters and state of a network out of what a file holds, by our names.</summary>
    /// <exception cref="ResiduumException">They do not fit the network.</exception>
    public static OrderedDictionary<string, Tensor> Match(TensorFile file, Graph network, string path)
    {
        var wanted = new List<KeyValuePair<string, Shape>>();
        foreach (var node in network.Nodes)
            if (node.Op is Parameter or State) wanted.Add(KeyValuePair.Create(node.Name, node.Outputs[0].Shape));
        return StateLoader.Load(file, wanted, path);
    }
}
