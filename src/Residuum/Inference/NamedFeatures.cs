using Residuum.Foundation;
using Residuum.Graphs;

namespace Residuum.Inference;

/// <summary>Finds what a user means by the name of a network's inner value.</summary>
static class NamedFeatures
{
    /// <summary>The name for what the classifier reads.</summary>
    public const string Embedding = "embedding";

    /// <summary>All nodes that hold numbers of each image, in the graph's order.</summary>
    public static IEnumerable<string> All(Graph graph) => graph.Nodes.Where(node => IsFeature(node)).Select(node => node.Name);

    /// <summary>The network up to the value of this name, its only output.</summary>
    /// <exception cref="ResiduumException">There is no such value.</exception>
    public static Graph GraphFor(Graph graph, string name, string network)
    {
        var value = Find(graph, name, network);
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes) builder.Add(node.Name, node.Op, node.Inputs.AsSpan());
        if (name == Embedding && graph.TypeOf(value).Shape.Rank == 4)
            value = builder.Add(builder.Unused(Embedding), new GlobalAveragePool(), value);
        return builder.Output(name, value).Build();
    }

    /// <summary>The node that computes the logits: the classifier, whose weights belong to its classes. Null where there is none.</summary>
    public static Node? Classifier(Graph graph)
    {
        var node = graph.Nodes[graph.Outputs[0].Value.Node];
        // What stands behind the last linear layer, such as a softmax, has one input.
        while (node.Op is not (Linear or Input) && node.Inputs.Length == 1) node = graph.Nodes[node.Inputs[0].Node];
        return node.Op is Linear ? node : null;
    }

    /// <summary>The value of this name, or the last of those whose names begin with it and a dot.</summary>
    /// <exception cref="ResiduumException">There is no such value.</exception>
    public static Value Find(Graph graph, string name, string network)
    {
        if (graph.Find(name) is { } exact)
            return IsFeature(exact) ? exact.Output() : throw new ResiduumException(
                $"'{name}' of {network} is {Printed(exact.Op)}, not a value that it computes of an image; {Parts(graph)}.");
        if (name == Embedding) return Classifier(graph)?.Inputs[0] ?? graph.Outputs[0].Value;
        foreach (var output in graph.Outputs)
            if (output.Name == name) return output.Value;
        var last = graph.Nodes.LastOrDefault(
            node => IsFeature(node) && node.Name.Length > name.Length && node.Name[name.Length] == '.'
                && node.Name.StartsWith(name, StringComparison.Ordinal));
        return last?.Output() ?? throw Unknown(graph, name, network);
    }

    /// <summary>The whole name of the node that a name means.</summary>
    /// <exception cref="ResiduumException">There is no such value.</exception>
    public static string NodeName(Graph graph, string name, string network) => graph.Nodes[Find(graph, name, network).Node].Name;

    static bool IsFeature(Node node) => node.Op is not SourceOp && node.Outputs[0].Shape is { HasFreeBatch: true, Rank: 2 or 4 };

    static string Printed(Op op) => op is Input ? "the image itself" : "one of its weights";

    static ResiduumException Unknown(Graph graph, string name, string network)
    {
        var known = All(graph).Concat(All(graph).SelectMany(Prefixes)).Append(Embedding).Distinct();
        var nearest = EditDistance.Nearest(name, known);
        return new ResiduumException(
            $"{network} has no value {Printable.Quote(name)}{(nearest is null ? "" : $" (the nearest is {nearest})")}; {Parts(graph)}.");
    }

    static string Parts(Graph graph)
    {
        var parts = All(graph).Select(node => node.Split('.')[0]).Append(Embedding).Distinct().ToList();
        return $"its parts are {string.Join(", ", parts.Take(12))}{(parts.Count > 12 ? ", ..." : "")}, "
            + "and residuum summary lists every node (in C#: Model.FeatureNames)";
    }

    // Of stage1.block2.conv1: stage1 and stage1.block2.
    static IEnumerable<string> Prefixes(string name)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = name.IndexOf('.', dot + 1)) yield return name[..dot];
    }
}
