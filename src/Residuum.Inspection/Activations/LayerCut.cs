using Residuum.Gradients;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// A network cut behind one of its values: what leads there, and what leads from there to the logits with the gradient of a sum of logits.
/// The first part is folded and fused like any inference; the second is usually short, so that many classes cost little.
/// </summary>
/// <param name="Front">The network up to the cut; its outputs, named like their nodes, are the logits and all values that the rest
/// reads.</param>
/// <param name="Rest">
/// From the cut to the logits and back: the values of the cut are inputs named like their nodes, <see cref="SeedInput"/> holds what each
/// logit counts, the output is the gradient with respect to the layer's value.
/// </param>
/// <param name="Layer">The name of the node that makes the layer's value.</param>
/// <param name="Logits">The name of the node that makes the logits.</param>
sealed record LayerCut(Graph Front, Graph Rest, string Layer, string Logits)
{
    /// <summary>The input of <see cref="Rest"/> that holds a number for each logit.</summary>
    public const string SeedInput = "logits/seed";

    /// <summary>Cuts a network behind a value that the logits depend on; null where they do not.</summary>
    public static LayerCut? Behind(Graph graph, Value layer, Value logits)
    {
        var behind = new HashSet<int> { layer.Node };
        foreach (var node in graph.Nodes)
            if (node.Inputs.Any(input => behind.Contains(input.Node))) behind.Add(node.Index);
        if (!behind.Contains(logits.Node) || layer.Node == logits.Node) return null;
        behind.Remove(layer.Node);
        // What is behind the layer and before the logits; nodes are in an order in which inputs come first.
        var rest = new HashSet<int> { logits.Node };
        for (var i = logits.Node; i >= 0; i--)
            if (rest.Contains(i))
                foreach (var input in graph.Nodes[i].Inputs)
                    if (behind.Contains(input.Node)) rest.Add(input.Node);

        var builder = new GraphBuilder();
        var places = new Dictionary<Value, Value>();
        var cut = new List<Value>();
        foreach (var index in rest.Order())
        {
            var node = graph.Nodes[index];
            foreach (var input in node.Inputs)
                if (!rest.Contains(input.Node) && !places.ContainsKey(input)) places[input] = Outside(input);
            var made = builder.Add(node.Name, node.Op, [.. node.Inputs.Select(input => places[input])]);
            for (var i = 0; i < node.Outputs.Length; i++) places[node.Output(i)] = made with { Output = i };
        }
        var seed = builder.Input(SeedInput, graph.TypeOf(logits));
        var backward = Backward.Append(builder.Build(), [new Seed(places[logits], seed)], [places[layer]]);

        var front = new GraphBuilder();
        foreach (var node in graph.Nodes) front.Add(node.Name, node.Op, node.Inputs.AsSpan());
        foreach (var value in cut.Append(logits)) front.Output(graph.Nodes[value.Node].Name, value);
        return new LayerCut(front.Build(), backward, graph.Nodes[layer.Node].Name, graph.Nodes[logits.Node].Name);

        Value Outside(Value value)
        {
            var node = graph.Nodes[value.Node];
            if (node.Op is SourceOp and not Input) return builder.Add(node.Name, node.Op);
            cut.Add(value);
            return builder.Input(node.Name, graph.TypeOf(value));
        }
    }
}
