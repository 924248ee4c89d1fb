using System.Collections.Immutable;
using System.Text.Json;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>
/// Operations in the order in which a graph has them, convolution, batch normalization, ReLU, addition, each with its kernel, width and
/// stride, and shortcuts beside them: of single blocks or of a whole network, where equal neighbouring blocks are drawn once with their
/// number. Immutable, safe to share among threads.
/// </summary>
public sealed class BlockDiagram
{
    internal BlockDiagram(PanelSequence sequence)
    {
        Sequence = sequence;
        Panels = [.. sequence.Panels.Select(panel => DiagramPanel.Of(sequence, panel))];
    }

    /// <summary>The network's name.</summary>
    public string Name => Sequence.Name;

    /// <summary>The groups of operations that are drawn, in order.</summary>
    public ImmutableArray<DiagramPanel> Panels { get; }

    internal PanelSequence Sequence { get; }

    /// <summary>The picture; parts that stand for a node carry its name as <c>data-node</c>.</summary>
    public string ToSvg() => BlockPainter.Draw(this).ToString();

    /// <summary>The operations as a flow chart for Mermaid, each panel a group.</summary>
    public string ToMermaid() => Mermaid.Write(PanelChart.Of(Sequence));

    /// <summary>The same in Graphviz's language.</summary>
    public string ToDot() => Dot.Write(PanelChart.Of(Sequence));

    /// <summary>One JSON object with these members in camel case; members that a panel does not have are left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DiagramJsonContext.Default.BlockDiagram);
}

/// <summary>Operations that a diagram shows together.</summary>
/// <param name="Part">The part of the network (<see cref="NetworkOutline"/>).</param>
/// <param name="Block">The block, or null where it is none.</param>
/// <param name="Shortcut">How the block's shortcut goes, or null.</param>
/// <param name="Copies">How many equal neighbouring blocks it stands for; 1 for itself.</param>
/// <param name="Operations">The operations in order.</param>
public sealed record DiagramPanel(
    string Part, string? Block, OutlineShortcut? Shortcut, int Copies, ImmutableArray<DiagramOperation> Operations)
{
    internal static DiagramPanel Of(PanelSequence sequence, OperationPanel panel)
    {
        var graph = sequence.Graph;
        return new DiagramPanel(sequence.Outline.Parts[panel.Part].Name, panel.Block?.Name, panel.Block?.Shortcut, panel.Copies,
        [
            .. panel.Nodes.Select(index => graph.Nodes[index]).Select(node => new DiagramOperation(
                node.Name, LayerText.Of(graph, node), SummaryTables.OneImage(node.Outputs[0].Shape),
                [.. MainWay.Read(graph, node).Select(value => graph.Nodes[value.Node].Name)])),
        ]);
    }
}

/// <summary>An operation of a diagram.</summary>
/// <param name="Node">The name of its node.</param>
/// <param name="Text">For example <c>3x3 conv, 64, /2</c>.</param>
/// <param name="Output">What it makes of one image: channels, height and width, or features.</param>
/// <param name="Inputs">The nodes that it reads, without weights.</param>
public sealed record DiagramOperation(string Node, string Text, ImmutableArray<int> Output, ImmutableArray<string> Inputs);
