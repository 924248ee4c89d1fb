namespace Residuum.Graphs;

/// <summary>
/// Checks what every graph must satisfy: nodes in order, names unique, types as the operations infer them, outputs and updates in
/// place. Runs whenever a graph is made, so also after every pass.
/// </summary>
static class Verifier
{
    public static void Verify(Graph graph)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (node.Index != i) throw Broken(node, $"it stands at place {i} and says {node.Index}");
            if (string.IsNullOrEmpty(node.Name) || !names.Add(node.Name)) throw Broken(node, "its name is empty or taken");
            foreach (var input in node.Inputs) CheckReference(graph, node, input, i);
            if (!node.Op.Infer(graph.InputTypes(node)).SequenceEqual(node.Outputs))
                throw Broken(node, "its types are not those that its operation infers");
        }
        foreach (var output in graph.Outputs) CheckReference(graph, null, output.Value, graph.Nodes.Length);
        if (graph.Outputs.Select(output => output.Name).Distinct().Count() != graph.Outputs.Length)
            throw new ResiduumException("The graph is broken: two of its outputs share a name.");
        foreach (var update in graph.Updates)
        {
            CheckReference(graph, null, update.Value, graph.Nodes.Length);
            if (update.State < 0 || update.State >= graph.Nodes.Length || graph.Nodes[update.State].Op is not State)
                throw new ResiduumException($"The graph is broken: it updates node {update.State}, which is no state.");
            if (graph.TypeOf(update.Value) != graph.Nodes[update.State].Outputs[0])
                throw Broken(graph.Nodes[update.State], "it is updated with a value of another type");
        }
    }

    static void CheckReference(Graph graph, Node? reader, Value value, int before)
    {
        if (value.Node < 0 || value.Node >= before || value.Output < 0 || value.Output >= graph.Nodes[value.Node].Outputs.Length)
            throw reader is null
                ? new ResiduumException($"The graph is broken: it hands out {value}, which does not exist.")
                : Broken(reader, $"it reads {value}, which does not exist before it");
    }

    static ResiduumException Broken(Node node, string why) =>
        new($"The graph is broken at node {node.Index} '{node.Name}' ({node.Op.Kind}): {why}.");
}
