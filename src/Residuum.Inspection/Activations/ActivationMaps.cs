using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Inference;

namespace Residuum.Inspection;

/// <summary>
/// What layers of a network hold for a picture: their feature maps, and how these respond. With running statistics, as in inference.
/// Immutable, safe to share among threads.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Layers">The layers in the order they were asked for.</param>
public sealed record ActivationMaps(string Network, ImmutableArray<LayerActivations> Layers)
{
    /// <summary>How many maps of a layer a sheet shows unless told otherwise.</summary>
    public const int UsualTop = 32;

    /// <summary>The feature maps of some layers for a picture.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">The picture, of any size; the model's preparation makes it fit.</param>
    /// <param name="layers">
    /// Names of nodes, or of parts and blocks, which mean what they hand on (<c>stage1</c>, <c>stage1.block2</c>); null for
    /// <see cref="UsualLayers"/>.
    /// </param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <exception cref="ResiduumException">There is no such layer; the sentence names the nearest.</exception>
    public static ActivationMaps Of(InspectedModel model, RgbImage image, IReadOnlyList<string>? layers = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        var names = layers ?? UsualLayers(model);
        if (names.Count == 0) throw new ResiduumException($"{model.Name} has no feature maps; name a layer of it.");
        using var probe = new Probe(model, names, 1, threads);
        probe.Run(model.Prepare(image));
        return new ActivationMaps(model.Name, [.. names.Select(name =>
            LayerActivations.Of(name, probe.Value(NamedFeatures.NodeName(model.Graph, name, model.Name))))]);
    }

    /// <summary>The ends of a network's parts that are maps: stem and stages, or, in a network without stages, its layers.</summary>
    public static ImmutableArray<string> UsualLayers(InspectedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = model.Graph;
        return
        [
            .. NetworkOutline.Of(graph).Parts.Where(part => part.Kind != PartKind.Head)
                .Select(part => part.Nodes.LastOrDefault(node => IsMap(graph, node), -1)).Where(node => node >= 0)
                .Select(node => graph.Nodes[node].Name),
        ];
    }

    /// <summary>One JSON object: <c>network</c>, and for each of <c>layers</c> its numbers and those of its maps, best first.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ActivationsJsonContext.Default.ActivationMaps);

    /// <summary>A line of statistics for each layer, as plain text.</summary>
    public string ToText() => ActivationSheet.Text(this);

    /// <summary>The maps that respond most as a sheet of pictures, as SVG.</summary>
    /// <param name="top">How many maps of a layer at most.</param>
    public string ToSvg(int top = UsualTop) => ActivationSheet.Of(this, top).ToSvg();

    /// <summary>The same as a PNG picture.</summary>
    /// <inheritdoc cref="ToSvg"/>
    public byte[] ToPng(int top = UsualTop) => ActivationSheet.Of(this, top).ToPng();

    static bool IsMap(Graph graph, int node) =>
        graph.Nodes[node].Outputs[0].Shape is { HasFreeBatch: true, Rank: 4 } shape && shape[2] * shape[3] > 1;
}

/// <summary>The JSON of activations, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ActivationMaps))]
sealed partial class ActivationsJsonContext : JsonSerializerContext;
