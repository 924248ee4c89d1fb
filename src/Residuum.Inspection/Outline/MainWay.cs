using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>The way through a network that passes the most layers: what a drawing follows. Shortcuts and gates go beside it.</summary>
static class MainWay
{
    // A convolution or a dense layer outweighs anything else that a shortcut may hold.
    const long Layer = 1L << 20;

    /// <summary>The nodes of the way from the image to the graph's first output, without the image.</summary>
    public static List<Node> Of(Graph graph, NetworkOutline outline)
    {
        var before = Before(graph, outline);
        var way = new List<Node>();
        for (var index = graph.Outputs[0].Value.Node; index >= 0 && graph.Nodes[index].Op is not SourceOp; index = before[index])
            way.Add(graph.Nodes[index]);
        way.Reverse();
        return way;
    }

    /// <summary>Of each node that one of those that it reads which lies on the way to it, or -1 where it reads none.</summary>
    public static int[] Before(Graph graph, NetworkOutline outline)
    {
        var sums = outline.Blocks.Where(block => block.Sum is not null).ToDictionary(block => block.Sum!.Index);
        var lengths = new long[graph.Nodes.Length];
        var before = new int[graph.Nodes.Length];
        foreach (var node in graph.Nodes)
        {
            before[node.Index] = -1;
            var own = node.Op is Conv2d or FusedConv2d or ConvTranspose2d or Linear ? Layer : 1;
            foreach (var input in Ways(node))
                if (before[node.Index] < 0 || lengths[input] > lengths[before[node.Index]]) before[node.Index] = input;
            lengths[node.Index] = own + (before[node.Index] < 0 ? 0 : lengths[before[node.Index]]);
        }
        return before;

        IEnumerable<int> Ways(Node node) =>
            sums.TryGetValue(node.Index, out var block) ? [block.Branch!.Node] : DataInputs(graph, node).Select(value => value.Node);
    }

    /// <summary>What a node reads of the image, without weights; of scaled channels the map, and not its scales.</summary>
    static IEnumerable<Value> DataInputs(Graph graph, Node node) =>
        Read(graph, node).Take(node.Op is ScaleChannels or FusedScaleChannels ? 1 : int.MaxValue);

    /// <summary>All that a node reads that depends on the image, or is the image.</summary>
    public static IEnumerable<Value> Read(Graph graph, Node node) =>
        node.Inputs.Where(value => graph.Nodes[value.Node].Op is Input or not SourceOp);
}
