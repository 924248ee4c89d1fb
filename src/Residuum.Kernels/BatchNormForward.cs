namespace Residuum.Kernels;

/// <summary>
/// Batch normalization by the batch's own statistics: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, the variance biased, then
/// + residual and ReLU where asked for. Reads x twice and writes y once.
/// </summary>
internal static class BatchNormForward
{
    /// <summary>Floats of scratch that a run on at most this many images needs; nothing in it outlives a run.</summary>
    public static long ScratchLength(Layout x, int maximumImages) =>
        BatchNormStatistics.ScratchLength(x, maximumImages) + 2L * x.Blocks * Lanes.Block;

    /// <summary>
    /// Writes y, the mean and inverse deviation (padded to whole blocks) and updates the running statistics, running =
    /// (1 - momentum) running + momentum batch, with the unbiased variance. The residual may be <see cref="Map.None"/>.
    /// </summary>
    public static Kernel Create(
        Map x, Map residual, Map y, BatchNormVectors vectors, Address scratch, double epsilon, double momentum, bool relu, int width = 0)
    {
        var padded = x.Layout.Blocks * Lanes.Block;
        var (scale, shift) = (scratch, scratch + padded);
        var statistics = BatchNormStatistics.Create(x, vectors, scale, shift, scratch + 2 * padded, epsilon, momentum, width);
        var application = ScaleShift.Create(x, residual, y, scale, shift, relu, width);
        return new KernelSequence($"batch_norm: {statistics.Name}, {application.Name}", statistics, application);
    }
}
