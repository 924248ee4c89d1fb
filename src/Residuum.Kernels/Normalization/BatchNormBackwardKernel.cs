namespace Residuum.Kernels;

/// <summary>
/// The gradients of batch normalization. With xhat = (x - mean) / deviation and dy' = dy, or dy where the output y was above zero
/// if ReLU followed: dgamma = sum dy' xhat, dbeta = sum dy' and
/// dx = gamma / deviation (dy' - average(dy') - xhat average(dy' xhat)); by running statistics dx = gamma / deviation dy'.
/// </summary>
internal static class BatchNormBackwardKernel
{
    /// <summary>Floats of scratch that a run on at most this many images needs; nothing in it outlives a run.</summary>
    public static long ScratchLength(Layout x, int maximumImages, bool hasSums = false) =>
        (long)BatchNormGradientSums.Coefficients * x.Blocks * Lanes.Block
        + (hasSums ? 0 : BatchNormGradientGather.Length(x, maximumImages));

    /// <summary>
    /// <paramref name="y"/> is the output after ReLU, or <see cref="Map.None"/> without one. Where <paramref name="masked"/> is given,
    /// dy' is written there too (it may be dy itself), for the shortcut's branch; that also spares the second pass reading y.
    /// dx may be dy, but where dy' is wanted as well it must not be the same map as that.
    /// </summary>
    public static Kernel Create(
        Map x, Map dy, Map y, Map masked, Map dx, BatchNormGradientVectors vectors, Address scratch, bool batchStatistics, int width = 0)
    {
        var partials = scratch + BatchNormGradientSums.Coefficients * x.Layout.Blocks * Lanes.Block;
        var gather = BatchNormGradientGather.Create(x, dy, y, masked, vectors.Mean, partials, width);
        var sums = new BatchNormGradientSums(x.Layout, partials, vectors, scratch, batchStatistics);
        var input = batchStatistics ? x : Map.None;
        var application = masked.IsNone
            ? BatchNormGradientApply.Create(input, dy, y, dx, vectors.Mean, scratch, width)
            : BatchNormGradientApply.Create(input, masked, Map.None, dx, vectors.Mean, scratch, width);
        return KernelSequence.Of("batch_norm_backward", [new ChunkPass(gather), sums, application]);
    }

    /// <summary>
    /// The second half alone: dy' is written, and <paramref name="sums"/> is what <see cref="BatchNormGradientGather"/> gathered of it.
    /// </summary>
    public static Kernel Create(
        Map x, Map masked, Map dx, Address sums, BatchNormGradientVectors vectors, Address scratch, bool batchStatistics, int width = 0) =>
        KernelSequence.Of("batch_norm_backward",
        [
            new BatchNormGradientSums(x.Layout, sums, vectors, scratch, batchStatistics),
            BatchNormGradientApply.Create(batchStatistics ? x : Map.None, masked, Map.None, dx, vectors.Mean, scratch, width),
        ]);
}
