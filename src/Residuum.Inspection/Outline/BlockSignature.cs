using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>What two blocks must have in common to be the same for a drawing. Names and rates of random operations do not count.</summary>
static class BlockSignature
{
    /// <summary>Operations, how they are joined, and all sizes.</summary>
    public static string Exact(Graph graph, OutlineBlock block) =>
        Of(graph, block, node => $"{(node.Op is RandomOp ? node.Op.Kind : node.Op)} "
            + $"{string.Join(' ', graph.InputTypes(node).Select(type => type.Shape))}");

    /// <summary>Operations, kernels, strides and how they are joined, without widths and sizes.</summary>
    public static string Kind(Graph graph, OutlineBlock block) =>
        Of(graph, block, node => node.Op switch
        {
            Conv2d conv => $"{conv.Window} {Grouping(conv.Groups, node)}",
            FusedConv2d conv => $"{conv.Window} {Grouping(conv.Groups, node)}",
            RandomOp or PadChannels or Affine => node.Op.Kind,
            _ => $"{node.Op}",
        });

    static string Grouping(int groups, Node node) => groups == 1 ? "" : groups == LayerText.Width(node) ? "depthwise" : "grouped";

    static string Of(Graph graph, OutlineBlock block, Func<Node, string> text)
    {
        var places = new Dictionary<int, string>();
        var outside = 0;
        var parts = new List<string>();
        for (var i = 0; i < block.Nodes.Length; i++)
        {
            var node = graph.Nodes[block.Nodes[i]];
            foreach (var input in MainWay.Read(graph, node))
                if (!places.ContainsKey(input.Node)) places[input.Node] = $"outside{outside++}";
            parts.Add($"{node.Op.Kind} {text(node)} ({string.Join(',', MainWay.Read(graph, node).Select(input => places[input.Node]))})");
            places[node.Index] = $"{i}";
        }
        return string.Join(';', parts);
    }
}
