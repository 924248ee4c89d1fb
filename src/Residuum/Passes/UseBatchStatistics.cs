using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Turns batch normalizations to the statistics of the current batch and lets each run update the running ones: what a graph
/// needs before gradients are appended for training. Normalizations that the choice leaves out stay as they are (frozen).
/// </summary>
static class UseBatchStatistics
{
    public static Graph Apply(Graph graph, Func<Node, bool>? choice = null)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            var chosen = node.Op is BatchNorm && (choice is null || choice(node));
            builder.Add(node.Name, chosen ? (BatchNorm)node.Op with { Statistics = Statistics.Batch } : node.Op, node.Inputs.AsSpan());
            if (!chosen) continue;
            builder.Update(node.Inputs[3], node.Output(BatchNorm.NewMean));
            builder.Update(node.Inputs[4], node.Output(BatchNorm.NewVariance));
        }
        foreach (var output in graph.Outputs) builder.Output(output.Name, output.Value);
        foreach (var update in graph.Updates) builder.Update(new Value(update.State), update.Value);
        return builder.Build();
    }
}
