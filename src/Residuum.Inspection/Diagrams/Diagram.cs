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
    /// The network as volumes in perspective, to scale: depth by channels, height and width by the size of the maps, coloured by stage,
    /// with shortcuts as arcs.
    /// </summary>
    /// <param name="name">What the picture calls the network.</param>
    /// <param name="graph">The network, without gradients.</param>
    public static VolumeDiagram Volumes(string name, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(graph);
        return new VolumeDiagram(LayerSequence.Of(name, graph));
    }

    /// <summary>
    /// The operations of a whole network in the order of its graph, with kernels, widths and strides, a column for each part and shortcuts
    /// beside; equal neighbouring blocks once, with their number.
    /// </summary>
    /// <param name="name">What the picture calls the network.</param>
    /// <param name="graph">The network, without gradients.</param>
    public static BlockDiagram Blocks(string name, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(graph);
        return new BlockDiagram(PanelReader.Network(name, graph));
    }

    /// <summary>The operations of one block, or of the first block of each kind that the network has.</summary>
    /// <param name="name">What the picture calls the network.</param>
    /// <param name="graph">The network, without gradients.</param>
    /// <param name="block">The block, such as <c>stage2.block1</c> (<see cref="NetworkOutline.Blocks"/>); null for each kind.</param>
    /// <exception cref="ResiduumException">There is no such block, or the network has no blocks.</exception>
    public static BlockDiagram Block(string name, Graph graph, string? block = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(graph);
        return new BlockDiagram(PanelReader.Blocks(name, graph, block));
    }

    /// <summary>Networks side by side as columns of layers, aligned where their maps have one size ([He15] figure 3).</summary>
    /// <param name="networks">The networks from left to right, each with what the picture calls it; at least one.</param>
    public static ColumnDiagram Columns(params IEnumerable<(string Name, Graph Graph)> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ColumnDiagram diagram = new([.. networks.Select(network => LayerSequence.Of(network.Name, network.Graph))]);
        return diagram.Networks.Length > 0 ? diagram : throw new ArgumentException("There is no network to draw.", nameof(networks));
    }
}
