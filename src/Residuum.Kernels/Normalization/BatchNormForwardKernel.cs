namespace Residuum.Kernels;

/// <summary>
/// Batch normalization by the batch's own statistics: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, the variance biased, then
/// + residual and ReLU where asked for. Reads x once if its moments were gathered where it was written, else twice; writes y once.
/// </summary>
internal static class BatchNormForwardKernel
{
    /// <summary>Floats of scratch that a run on at most this many images needs; nothing in it outlives a run.</summary>
    public static long ScratchLength(Layout x, int maximumImages, bool hasMoments = false) =>
        2L * x.Blocks * Lanes.Block + (hasMoments ? 0 : BatchNormMoments.Length(x, maximumImages));

    /// <summary>
    /// Writes y, the mean and inverse deviation (padded to whole blocks) and updates the running statistics, running =
    /// (1 - momentum) running + momentum batch, with the unbiased variance. The residual may be <see cref="Map.None"/>; the moments
    /// are what <see cref="BatchNormMoments"/> gathered of x, or none.
    /// </summary>
    public static Kernel Create(Map x, Map residual, Map y, Address moments, BatchNormVectors vectors, Address scratch, double epsilon,
        double momentum, bool relu, int width = 0)
    {
        var padded = x.Layout.Blocks * Lanes.Block;
        var scale = vectors.Scale.IsNone ? scratch : vectors.Scale;
        var shift = vectors.Shift.IsNone ? scratch + padded : vectors.Shift;
        var partials = moments.IsNone ? scratch + 2 * padded : moments;
        var statistics = new BatchNormStatistics(x.Layout, partials, vectors, scale, shift, epsilon, momentum);
        var application = ScaleShiftKernel.Create(x, residual, y, scale, shift, relu, width);
        return moments.IsNone
            ? KernelSequence.Of("batch_norm", new ChunkPass(BatchNormMoments.Create(x, partials, width)), statistics, application)
            : KernelSequence.Of("batch_norm", statistics, application);
    }
}
