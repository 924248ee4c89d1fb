using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// Finds residual blocks in a graph whose names do not tell: what lies between a sum and the last node through which everything that it
/// reads must pass (its immediate dominator).
/// </summary>
static class JoinedWays
{
    /// <summary>The nodes of each block, in order; none that lies in another. A sum over whole blocks is none.</summary>
    public static List<Node[]> Blocks(Graph graph)
    {
        var blocks = new List<Node[]>();
        var taken = new HashSet<int>();
        var readers = graph.Readers();
        foreach (var sum in graph.Nodes.Where(node => node.Op is Add or Concat && node.Inputs.Length == 2))
        {
            var cone = Cone(graph, sum);
            if (cone is null || cone.Any(taken.Contains)) continue;
            // The activation of a sum that nothing else reads belongs to the block ([He15] figure 2).
            if (readers[sum.Output()].ToArray() is [{ Op: Relu or Clip } activation]) cone.Add(activation.Index);
            taken.UnionWith(cone);
            blocks.Add([.. cone.Order().Select(index => graph.Nodes[index])]);
        }
        return blocks;
    }

    /// <summary>The nodes that a node depends on, with itself, without sources; of some alone where these are given.</summary>
    public static HashSet<int> Ancestors(Graph graph, int node, HashSet<int>? within = null)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>([node]);
        while (open.TryPop(out var index))
            if (graph.Nodes[index].Op is not SourceOp && (within is null || within.Contains(index)) && found.Add(index))
                foreach (var input in graph.Nodes[index].Inputs) open.Push(input.Node);
        return found;
    }

    // Everything between the sum and its dominator, with the sum; null where there is none but the image or where one way is empty of work.
    static HashSet<int>? Cone(Graph graph, Node sum)
    {
        // What is open is read by the cone and not in it; when one is left, everything passes through it.
        var cone = new HashSet<int> { sum.Index };
        var open = new SortedSet<int>(Read(sum));
        while (open.Count > 1)
        {
            var last = open.Max;
            open.Remove(last);
            if (graph.Nodes[last].Op is SourceOp) return null;
            cone.Add(last);
            open.UnionWith(Read(graph.Nodes[last]));
        }
        return cone.Count > 1 ? cone : null;

        IEnumerable<int> Read(Node node) =>
            node.Inputs.Select(input => input.Node).Where(index => graph.Nodes[index].Op is Input or not SourceOp);
    }
}
