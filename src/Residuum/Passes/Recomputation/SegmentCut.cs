using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>Where <see cref="RecomputeActivations"/> cuts the forward part of a graph with gradients into segments.</summary>
static class SegmentCut
{
    /// <summary>
    /// A place between two nodes where a single batch of numbers leads on, which the backward part reads anyway; its size, and the size of
    /// all before.
    /// </summary>
    readonly record struct Border(int End, long Kept, long Before);

    /// <summary>The index after the last node of each segment but the last; none where cutting saves nothing.</summary>
    public static IReadOnlyList<int> Choose(Graph graph, int forwardNodes)
    {
        var (borders, total) = Borders(graph, forwardNodes);
        IReadOnlyList<int> best = [];
        var least = total;
        for (var segments = 2; segments <= borders.Count + 1; segments++)
        {
            var cut = Even(borders, total, segments);
            var size = cut.Sum(border => border.Kept) + Largest(cut, total);
            if (size < least) (best, least) = ([.. cut.Select(border => border.End)], size);
        }
        return best;
    }

    // Sizes are floats of an image of the values that the backward part reads.
    static (List<Border> Borders, long Total) Borders(Graph graph, int forwardNodes)
    {
        var lastReader = new Dictionary<Value, int>();
        var isReadBackward = new HashSet<Value>();
        foreach (var node in graph.Nodes)
            foreach (var value in node.Inputs.Where(value => value.Node < forwardNodes && IsComputed(graph, value)))
                if (node.Index < forwardNodes) lastReader[value] = node.Index;
                else isReadBackward.Add(value);
        var borders = new List<Border>();
        var alive = new HashSet<Value>();
        var before = 0L;
        foreach (var node in graph.Nodes.Take(forwardNodes))
        {
            alive.RemoveWhere(value => lastReader[value] <= node.Index);
            for (var output = 0; output < node.Outputs.Length; output++)
            {
                var value = node.Output(output);
                if (isReadBackward.Contains(value)) before += Size(graph, value);
                if (lastReader.ContainsKey(value)) alive.Add(value);
            }
            if (alive.Count == 1 && alive.Single() is var only && only.Node == node.Index && isReadBackward.Contains(only))
                borders.Add(new Border(node.Index + 1, Size(graph, only), before));
        }
        return (borders, before);
    }

    // Of all borders, those nearest behind the ends of equal parts.
    static List<Border> Even(List<Border> borders, long total, int segments)
    {
        var cut = new List<Border>();
        foreach (var border in borders)
            if (border.Before >= (double)total * (cut.Count + 1) / segments && border.Before < total) cut.Add(border);
        return cut;
    }

    static long Largest(List<Border> cut, long total)
    {
        var (largest, start) = (0L, 0L);
        foreach (var border in cut)
        {
            largest = Math.Max(largest, border.Before - start);
            start = border.Before;
        }
        return Math.Max(largest, total - start);
    }

    static bool IsComputed(Graph graph, Value value) =>
        graph.Nodes[value.Node].Op is not SourceOp && graph.TypeOf(value).Shape.HasFreeBatch;

    static long Size(Graph graph, Value value) => graph.TypeOf(value).Shape.WithBatch(1).Count;
}
