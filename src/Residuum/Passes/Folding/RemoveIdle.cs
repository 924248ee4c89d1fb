using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>Leaves out dropout and stochastic depth that have no key and so do nothing: inference, frozen parts.</summary>
sealed class RemoveIdle(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) => graph.Nodes.Any(IsIdle) ? new RemoveIdle(graph).Run() : graph;

    protected override void Rewrite(Node node)
    {
        if (IsIdle(node)) Replace(node, Map(node.Inputs[0]));
        else Copy(node);
    }

    static bool IsIdle(Node node) => node.Op is RandomOp && node.Inputs.Length == 1;
}
