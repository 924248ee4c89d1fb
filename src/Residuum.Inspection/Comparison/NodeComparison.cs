using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Compares the nodes of two graphs, but for parameters and state.</summary>
static class NodeComparison
{
    const string Output = "output: ", Reads = "reads: ";

    /// <summary>Whether a node differs only because others before it do: in the size of its output.</summary>
    public static bool IsConsequence(NodeDifference difference) =>
        difference.Change == DifferenceKind.Changed
        && difference.Details.All(detail => detail.StartsWith(Output, StringComparison.Ordinal));

    /// <summary>The nodes that differ: the first graph's in its order, then what only the second has.</summary>
    public static ImmutableArray<NodeDifference> Of(NodeAlignment pairs)
    {
        var differences = ImmutableArray.CreateBuilder<NodeDifference>();
        foreach (var node in pairs.Left.Nodes)
        {
            if (node.Op is Parameter or State) continue;
            if (pairs.RightOf(node) is not { } twin)
            {
                differences.Add(new NodeDifference(DifferenceKind.Removed, node.Name, null, [GraphPrinter.Describe(node.Op)]));
                continue;
            }
            var details = Details(pairs, node, twin);
            if (!details.IsEmpty || node.Name != twin.Name)
                differences.Add(new NodeDifference(
                    details.IsEmpty ? DifferenceKind.Renamed : DifferenceKind.Changed, node.Name, twin.Name, details));
        }
        foreach (var node in pairs.Right.Nodes)
            if (node.Op is not (Parameter or State) && !pairs.IsPaired(node))
                differences.Add(new NodeDifference(DifferenceKind.Added, null, node.Name, [GraphPrinter.Describe(node.Op)]));
        return differences.ToImmutable();
    }

    static ImmutableArray<string> Details(NodeAlignment pairs, Node left, Node right)
    {
        var details = ImmutableArray.CreateBuilder<string>();
        if (left.Op.Kind != right.Op.Kind) details.Add($"{GraphPrinter.Describe(left.Op)} -> {GraphPrinter.Describe(right.Op)}");
        else if (GraphPrinter.Describe(left.Op) != GraphPrinter.Describe(right.Op)) Attributes(details, left.Op, right.Op);
        for (var i = 0; i < Math.Max(left.Outputs.Length, right.Outputs.Length); i++)
            if (left.Outputs.ElementAtOrDefault(i) is var ours && right.Outputs.ElementAtOrDefault(i) is var theirs && ours != theirs)
                details.Add($"{Output}{ours?.ToString() ?? "none"} -> {theirs?.ToString() ?? "none"}");
        var same = left.Inputs.Length == right.Inputs.Length && left.Inputs.Zip(right.Inputs)
            .All(pair => pair.First.Output == pair.Second.Output
                && pairs.RightOf(pairs.Left.Nodes[pair.First.Node])?.Index == pair.Second.Node);
        if (!same) details.Add($"{Reads}{Inputs(pairs.Left, left)} -> {Inputs(pairs.Right, right)}");
        return details.ToImmutable();
    }

    static void Attributes(ImmutableArray<string>.Builder details, Op left, Op right)
    {
        var (ours, theirs) = (Split(GraphPrinter.Describe(left)), Split(GraphPrinter.Describe(right)));
        foreach (var name in ours.Keys.Union(theirs.Keys))
            if (ours.GetValueOrDefault(name) is var value && theirs.GetValueOrDefault(name) is var other && value != other)
                details.Add($"{name}: {value ?? "none"} -> {other ?? "none"}");
    }

    // "Conv2d[Window = 3x3 p1, Groups = 1]" into its attributes; commas within brackets belong to a value.
    static OrderedDictionary<string, string> Split(string described)
    {
        var attributes = new OrderedDictionary<string, string>();
        var open = described.IndexOf('[');
        if (open < 0) return attributes;
        var (start, depth) = (open + 1, 0);
        for (var i = start; i < described.Length; i++)
        {
            if ("[({".Contains(described[i])) depth++;
            var ends = depth == 0 && (i == described.Length - 1 || described.AsSpan(i).StartsWith(", "));
            if ("])}".Contains(described[i])) depth--;
            if (!ends) continue;
            var (text, equals) = (described[start..i], described.IndexOf(" = ", start, i - start, StringComparison.Ordinal));
            attributes[equals < 0 ? "value" : described[start..equals]] = equals < 0 ? text : described[(equals + 3)..i];
            start = i + 2;
        }
        return attributes;
    }

    static string Inputs(Graph graph, Node node) => string.Join(", ", node.Inputs.Select(input => graph.Nodes[input.Node].Name));
}
