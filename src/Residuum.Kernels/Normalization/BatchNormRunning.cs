namespace Residuum.Kernels;

/// <summary>
/// Batch normalization by the running statistics, which stay as they are: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, then
/// + residual and ReLU where asked for.
/// </summary>
internal static class BatchNormRunning
{
    /// <summary>Floats of scratch that a run needs; nothing in it outlives a run.</summary>
    public static long ScratchLength(Layout x) => 2L * x.Blocks * Lanes.Block;

    /// <summary>
    /// Reads the running mean and variance; writes y, and mean and inverse deviation (padded to whole blocks) where they are given.
    /// The residual may be <see cref="Map.None"/>.
    /// </summary>
    public static Kernel Create(
        Map x, Map residual, Map y, BatchNormVectors vectors, Address scratch, double epsilon, bool relu, int width = 0)
    {
        var scale = vectors.Scale.IsNone ? scratch : vectors.Scale;
        var shift = vectors.Shift.IsNone ? scratch + x.Layout.Blocks * Lanes.Block : vectors.Shift;
        var application = ScaleShiftKernel.Create(x, residual, y, scale, shift, relu, width);
        return new KernelSequence($"batch_norm_running: {application.Name}",
            new Preparation(x.Layout, vectors, scale, shift, epsilon), application);
    }

    /// <summary>Scale and shift from the running statistics.</summary>
    sealed unsafe class Preparation(Layout x, BatchNormVectors vectors, Address scale, Address shift, double epsilon) : Kernel
    {
        public override string Name => "batch_norm_running_scale_f32";

        public override int Pieces(int phase, int images) => 1;

        public override void Run(int phase, int piece, int images)
        {
            for (var channel = 0; channel < x.Blocks * Lanes.Block; channel++)
                if (channel < x.Channels)
                    BatchNormChannel.Write(vectors, scale, shift, channel, vectors.RunningMean.Pointer[channel],
                        1 / Math.Sqrt(vectors.RunningVariance.Pointer[channel] + epsilon),
                        vectors.Gamma.IsNone ? 1 : vectors.Gamma.Pointer[channel], vectors.Beta.IsNone ? 0 : vectors.Beta.Pointer[channel]);
                else BatchNormChannel.Write(vectors, scale, shift, channel, 0, 0, 0, 0);
        }
    }
}
