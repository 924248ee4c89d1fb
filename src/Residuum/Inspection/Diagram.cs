using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// Pictures of networks: what they are made of and how it is joined, read off their graphs, whoever made them. Each picture is SVG that
/// suits light and dark paper, text for Mermaid and for Graphviz's <c>dot</c>, and JSON.
/// </summary>
/// <example>
/// <code>
/// var graph = Networks.ResNet34.Build();
/// File.WriteAllText("resnet34.svg", Diagram.Volumes("resnet34", graph).ToSvg());
/// </code>
/// </example>
public static class Diagram
{
    /// <summary>
    /// The network as volumes in perspective, to scale: depth by channels, height and width by the size of the maps, coloured by stage, with
    /// shortcuts as arcs.
    /// </summary>
    /// <param name="name">What the picture calls the network.</param>
    /// <param name="graph">The network, without gradients.</param>
    public static VolumeDiagram Volumes(string name, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(graph);
        return new VolumeDiagram(LayerSequence.Of(name, graph));
    }
}
