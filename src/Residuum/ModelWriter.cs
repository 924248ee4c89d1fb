using System.Text.Json;
using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Tensors;

namespace Residuum;

/// <summary>Writes a model in the format that a path's extension names: the one place that knows which there are.</summary>
static class ModelWriter
{
    static readonly (string Extension, Action<Model, string, WeightScheme> Write)[] s_formats =
    [
        (".safetensors", WriteSafetensors),
        (".pth", WriteCheckpoint),
        (".pt", WriteCheckpoint),
        (OnnxModelFile.Extension, (model, path, _) => OnnxModelFile.Write(path, model, new OnnxOptions())),
    ];

    /// <summary>The extensions that can be written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. s_formats.Select(format => format.Extension)];

    /// <summary>Refuses a path whose extension is unknown, before anything is computed.</summary>
    public static void Check(string path) => Find(path);

    /// <summary>Whether a file of that extension says itself what network it is of and how images are prepared for it.</summary>
    public static bool Describes(string path) =>
        OnnxModelFile.Is(path) || Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the model.</summary>
    public static void Write(Model model, string path, WeightScheme? names)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (names is not null && OnnxModelFile.Is(path))
            throw new ResiduumException($"The weights in '{path}' have our own names, as in every ONNX file written here; "
                + "leave other names out.");
        // torchvision's VGGs and MobileNetV2 have schemes of their own.
        if (names == WeightNames.Torchvision && ModelDefaults.TorchvisionsName(model.Network) is not null) names = null;
        Find(path)(model, path, names ?? ModelDefaults.NamesFor(model.Network));
    }

    static Action<Model, string, WeightScheme> Find(string path)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        var format = Array.Find(s_formats, format => format.Extension == extension);
        return format.Write ?? throw WeightFiles.CannotWrite(path, Extensions);
    }

    /// <summary>Writes the model as safetensors to a stream, and leaves it open.</summary>
    public static void Write(Model model, Stream stream) =>
        Safetensors.Write(stream, Described(model, ModelDefaults.NamesFor(model.Network)));

    static void WriteSafetensors(Model model, string path, WeightScheme names) => Safetensors.Write(path, Described(model, names));

    static TensorFile Described(Model model, WeightScheme names)
    {
        var file = StateWriter.Name(State(model), names, batchCounts: false);
        Say(file.Metadata, model);
        return file;
    }

    /// <summary>Writes what a model says of itself into a file's free text.</summary>
    public static void Say(SortedDictionary<string, string> metadata, Model model)
    {
        metadata[ModelMetadata.FormatKey] = ModelMetadata.Format;
        metadata[ModelMetadata.NetworkKey] = model.Network.ToJson(indented: false);
        metadata[ModelMetadata.PreprocessingKey] = model.Preprocessing.ToJson();
        metadata[ModelMetadata.LabelsKey] = JsonSerializer.Serialize([.. model.Labels], RootJson.Default.StringArray);
        if (model.HasRandomWeights) metadata[ModelMetadata.WeightsKey] = ModelMetadata.RandomWeights;
    }

    static void WriteCheckpoint(Model model, string path, WeightScheme names) =>
        PyTorchCheckpoint.Write(path, StateWriter.Name(State(model), names, batchCounts: true));

    static IEnumerable<KeyValuePair<string, Tensor>> State(Model model) => model.Graph.Nodes
        .Where(node => node.Op is Parameter or Graphs.State).Select(node => KeyValuePair.Create(node.Name, model.Weights[node.Name]));
}
