using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>The passes that a graph goes through on its way to a plan, in order; the verifier runs after each.</summary>
static class Pipeline
{
    /// <summary>
    /// For inference: leave out what does nothing, fold batch normalization, then fuse what follows convolutions and the normalizations
    /// that remain.
    /// </summary>
    public static Graph ForInference(Graph graph) =>
        FuseScaleChannels.Apply(FuseBatchNorm.Apply(
            FuseConvolutions.Apply(FoldBatchNorm.Apply(RemoveIdle.Apply(RemoveUnused.Apply(graph))))));

    /// <summary>
    /// For a graph with gradients: leave out what does nothing; fuse convolutions, normalizations and squeeze-and-excitation with addition
    /// and ReLU, ReLU's gradient with the normalization's, and a convolution's gradient with the addition behind it; then let convolutions
    /// and their gradients take the sums that normalizations need of what they write. What a gradient node reads besides its own pattern
    /// is kept, since the passes look at all readers.
    /// </summary>
    public static Graph ForGradients(Graph graph)
    {
        Func<Graph, Graph>[] passes =
        [
            RemoveUnused.Apply, RemoveIdle.Apply, FuseConvolutions.Apply, FuseBatchNorm.Apply, FuseScaleChannels.Apply,
            FuseBatchNormGradient.Apply, FuseGradientAdd.Apply, GatherGradientSums.Apply, GatherMoments.Apply,
        ];
        return passes.Aggregate(graph, (rewritten, pass) => pass(rewritten));
    }
}
