using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>The passes that a graph goes through on its way to a plan, in order; the verifier runs after each.</summary>
static class Pipeline
{
    /// <summary>For inference: fold batch normalization, then fuse what follows convolutions and the normalizations that remain.</summary>
    public static Graph ForInference(Graph graph) => FuseBatchNorm.Apply(FuseConvolutions.Apply(FoldBatchNorm.Apply(RemoveUnused.Apply(graph))));

    /// <summary>
    /// For a graph with gradients: fuse convolutions and normalizations with addition and ReLU, and ReLU's gradient with the
    /// normalization's. What a gradient node reads besides its own pattern is kept, since the passes look at all readers.
    /// </summary>
    public static Graph ForGradients(Graph graph) => FuseBatchNormGradient.Apply(FuseBatchNorm.Apply(FuseConvolutions.Apply(RemoveUnused.Apply(graph))));
}
