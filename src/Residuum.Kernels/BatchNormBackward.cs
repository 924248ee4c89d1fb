namespace Residuum.Kernels;

/// <summary>
/// The gradients of batch normalization. With xhat = (x - mean) / deviation and dy' = dy, or dy where the output y was above zero
/// if ReLU followed: dgamma = sum dy' xhat, dbeta = sum dy' and
/// dx = gamma / deviation (dy' - average(dy') - xhat average(dy' xhat)); by running statistics dx = gamma / deviation dy'.
/// </summary>
internal static class BatchNormBackward
{
    /// <summary>Floats of scratch that a run on at most this many images needs; nothing in it outlives a run.</summary>
    public static long ScratchLength(Layout x, int maximumImages) =>
        BatchNormGradientSums.ScratchLength(x, maximumImages) + (long)BatchNormGradientSums.Coefficients * x.Blocks * Lanes.Block;

    /// <summary>
    /// <paramref name="y"/> is the output after ReLU, or <see cref="Map.None"/> without one. Where <paramref name="masked"/> is given,
    /// dy' is written there too (it may be dy itself), for the shortcut's branch; that also spares the second pass reading y.
    /// dx may be dy, but where dy' is wanted as well it must not be the same map as that.
    /// </summary>
    public static Kernel Create(
        Map x, Map dy, Map y, Map masked, Map dx, BatchNormGradientVectors vectors, Address scratch, bool batchStatistics, int width = 0)
    {
        var sums = BatchNormGradientSums.Create(x, dy, y, masked, vectors, scratch,
            scratch + BatchNormGradientSums.Coefficients * x.Layout.Blocks * Lanes.Block, batchStatistics, width);
        var input = batchStatistics ? x : Map.None;
        var application = masked.IsNone
            ? BatchNormGradientApply.Create(input, dy, y, dx, vectors.Mean, scratch, width)
            : BatchNormGradientApply.Create(input, masked, Map.None, dx, vectors.Mean, scratch, width);
        return new KernelSequence($"batch_norm_backward: {sums.Name}, {application.Name}", sums, application);
    }
}
