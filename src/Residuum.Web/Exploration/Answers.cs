using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Residuum.Inference;
using Residuum.Inspection;
using Residuum.Training;

namespace Residuum.Web.Exploration;

/// <summary>The network, before its weights are there; of each node with parameters their names.</summary>
sealed record NetworkAnswer(
    string Name, IReadOnlyList<int> Input, long Parameters, long TotalParameters, long MultiplyAdds, IReadOnlyList<PartAnswer> Parts,
    IReadOnlyList<NodeSummary> Nodes, IReadOnlyDictionary<string, string[]> Weights, IReadOnlyList<EpochAnswer> Epochs, string? Image);

/// <summary>A part: its size, the node whose value it hands on, its blocks and all its nodes.</summary>
sealed record PartAnswer(string Name, string Kind, int[] Output, string End, IReadOnlyList<BlockAnswer> Blocks, string[] Nodes);

/// <summary>A block: how its shortcut goes, its size, the node whose value it hands on, and its nodes.</summary>
sealed record BlockAnswer(string Name, string Shortcut, int[] Output, string End, string[] Nodes);

/// <summary>A snapshot of a training run, with what its epoch brought.</summary>
sealed record EpochAnswer(int Epoch, EpochMetrics? Metrics);

/// <summary>The picture of the architecture.</summary>
sealed record DiagramAnswer(string Svg);

/// <summary>That the weights are there, and what is to be said of them.</summary>
sealed record ModelAnswer(bool RandomWeights);

/// <summary>A picture that was given, as it is and as the network sees it; pictures are addresses of the kind <c>data:</c>.</summary>
sealed record PictureAnswer(string Id, string Name, int Width, int Height, string Source, string Seen);

/// <summary>The most probable classes; none where the network has no classifier.</summary>
sealed record ClassesAnswer(IReadOnlyList<Prediction> Classes);

/// <summary>Where the picture speaks for a class: the map of <paramref name="Layer"/> over what the network sees.</summary>
sealed record HeatAnswer(int Class, string Label, string Layer, string Picture);

/// <summary>What went wrong, in one sentence.</summary>
sealed record ErrorAnswer(string Error);

/// <summary>The JSON between page and server, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(NetworkAnswer))]
[JsonSerializable(typeof(DiagramAnswer))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(PictureAnswer))]
[JsonSerializable(typeof(ClassesAnswer))]
[JsonSerializable(typeof(MapsAnswer))]
[JsonSerializable(typeof(HeatAnswer))]
[JsonSerializable(typeof(FiltersAnswer))]
[JsonSerializable(typeof(LayerStatistics))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(string))]
sealed partial class AnswersContext : JsonSerializerContext;

/// <summary>Writes answers.</summary>
static class AnswersJson
{
    // Drawings are mostly signs that a stricter encoder would write in six letters each; answers are never part of a page as they are.
    static readonly AnswersContext s_context =
        new(new JsonSerializerOptions(AnswersContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>An answer as UTF-8.</summary>
    public static byte[] Write<T>(T answer) =>
        JsonSerializer.SerializeToUtf8Bytes(answer, (JsonTypeInfo<T>)s_context.GetTypeInfo(typeof(T))!);
}
