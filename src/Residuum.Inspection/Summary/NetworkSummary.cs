using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// What a network is made of, layer by layer and stage by stage, and what that costs for one image: the numbers of the papers' tables.
/// It is read off a graph and holds no weights. Immutable, safe to share among threads.
/// </summary>
/// <param name="Name">The network's name.</param>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="TotalParameters">These and the running statistics.</param>
/// <param name="MultiplyAdds">Multiply-adds of convolutions and linear layers for one image.</param>
/// <param name="Input">Channels, height and width of the images.</param>
/// <param name="Stages">The network as a table like the papers': stem, stages, head.</param>
/// <param name="Nodes">Every node in order, without the parameters and the state themselves.</param>
/// <param name="Estimate">What it takes on this machine, where that was asked for (<see cref="CostEstimate"/>); else null.</param>
public sealed record NetworkSummary(
    string Name, long Parameters, long TotalParameters, long MultiplyAdds, ImmutableArray<int> Input,
    ImmutableArray<StageSummary> Stages, ImmutableArray<NodeSummary> Nodes, CostEstimate? Estimate = null)
{
    /// <summary>Bytes of what all nodes together make of one image, in single precision, without sharing or fusing.</summary>
    public long ActivationBytes => Nodes.Sum(node => node.ActivationBytes);

    /// <summary>The summary of a graph, whose first input holds the images.</summary>
    public static NetworkSummary Of(string name, Graph graph)
    {
        var nodes = SummaryTables.Nodes(graph);
        return new NetworkSummary(name, graph.ParameterCount, graph.TotalParameterCount, graph.MultiplyAdds,
            graph.Inputs.FirstOrDefault() is { } input ? SummaryTables.OneImage(input.Outputs[0].Shape) : [],
            SummaryTables.Stages(graph, nodes), nodes);
    }

    /// <summary>One JSON object with these members in camel case; members that a node does not have are left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SummaryJsonContext.Default.NetworkSummary);

    /// <summary>A heading and two tables as plain text: the stages, then the nodes.</summary>
    public string ToText() => SummaryText.Write(this);
}

/// <summary>A row of the papers' table.</summary>
/// <param name="Name">The stem, its pooling, a stage or the head; in a network without stages a layer's own name.</param>
/// <param name="Output">What it hands on: channels, height and width, or features.</param>
/// <param name="Layers">For example <c>[1x1, 64; 3x3, 64; 1x1, 256] x 3</c>.</param>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="MultiplyAdds">Multiply-adds for one image.</param>
public sealed record StageSummary(string Name, ImmutableArray<int> Output, string Layers, long Parameters, long MultiplyAdds);

/// <summary>A row of the table of nodes.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Kind">Its operation.</param>
/// <param name="Output">What it makes of one image: channels, height and width, or features.</param>
/// <param name="Parameters">Numbers of its own that training changes.</param>
/// <param name="MultiplyAdds">Multiply-adds for one image.</param>
/// <param name="Kernel">Its window in pixels, such as <c>3x3</c>, or null.</param>
/// <param name="Stride">Its stride, such as <c>2</c>, or null.</param>
/// <param name="Padding">Its padding, such as <c>1</c>, or null.</param>
/// <param name="ReceptiveField">
/// Side in pixels of the square of the image that one number can depend on, borders aside; null where it is the whole image.
/// </param>
/// <param name="Groups">The groups of a convolution that has several, or null.</param>
/// <param name="ActivationBytes">Bytes of what it makes of one image, in single precision.</param>
/// <param name="Stage">
/// The part of the network that it belongs to (<see cref="NetworkOutline"/>): stem, a stage, head, or a layer of a network without stages.
/// </param>
/// <param name="Block">Which block of its stage it belongs to, from 1; null where it stands in none.</param>
public sealed record NodeSummary(
    string Name, string Kind, ImmutableArray<int> Output, long Parameters, long MultiplyAdds,
    string? Kernel, string? Stride, string? Padding, long? ReceptiveField, int? Groups, long ActivationBytes, string? Stage, int? Block);

/// <summary>The summary's JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(NetworkSummary))]
sealed partial class SummaryJsonContext : JsonSerializerContext;
