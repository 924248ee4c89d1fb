using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>Drops the nodes that no output and no update needs; what the caller provides stays.</summary>
static class RemoveUnused
{
    public static Graph Apply(Graph graph)
    {
        var needed = new bool[graph.Nodes.Length];
        foreach (var output in graph.Outputs) needed[output.Value.Node] = true;
        foreach (var update in graph.Updates) needed[update.Value.Node] = needed[update.State] = true;
        for (var i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            if (graph.Nodes[i].Op is Input) needed[i] = true;
            if (needed[i])
                foreach (var input in graph.Nodes[i].Inputs) needed[input.Node] = true;
        }
        if (needed.All(used => used)) return graph;
        var builder = new GraphBuilder();
        var places = new int[graph.Nodes.Length];
        Value Map(Value value) => value with { Node = places[value.Node] };
        foreach (var node in graph.Nodes)
            if (needed[node.Index]) places[node.Index] = builder.Add(node.Name, node.Op, [.. node.Inputs.Select(Map)]).Node;
        foreach (var output in graph.Outputs) builder.Output(output.Name, Map(output.Value));
        foreach (var update in graph.Updates) builder.Update(Map(new Value(update.State)), Map(update.Value));
        return builder.Build();
    }
}
