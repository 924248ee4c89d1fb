namespace Residuum.Kernels;

/// <summary>
/// The sums of dy' and of dy' (x - mean) of each channel from what <see cref="BatchNormGradientGather"/> gathered. They are the gradients
/// of beta and gamma, and give the coefficients of the second half of batch normalization's gradient, dx = a dy' + b (x - mean) + c.
/// With batch statistics mean and deviation depend on x; else b and c are zero.
/// </summary>
internal sealed unsafe class BatchNormGradientSums(
    Layout x, Address sums, BatchNormGradientVectors vectors, Address coefficients, bool batchStatistics)
    : ChunkTotals(x, BatchNormGradientGather.Sums, sums)
{
    /// <summary>Vectors of coefficients that are written, one after another, each padded to whole blocks.</summary>
    internal const int Coefficients = 3;

    readonly int _padded = x.Blocks * Lanes.Block;

    public override string Name => "batch_norm_gradient_sums_f32";

    protected override void Combine(int channel, int images)
    {
        var (sum, product) = (Total(0, channel, images), Total(1, channel, images));
        for (var i = 0; i < Together; i++) Finish(channel + i, sum[i], product[i], (double)images * Map.Height * Map.Width);
    }

    void Finish(int channel, double sum, double product, double count)
    {
        double a = 0, b = 0, c = 0, deviation = 0;
        if (channel < Map.Channels)
        {
            deviation = vectors.InverseDeviation.Pointer[channel];
            a = deviation * (vectors.Gamma.IsNone ? 1 : vectors.Gamma.Pointer[channel]);
            if (batchStatistics) (b, c) = (-a * deviation * deviation * product / count, -a * sum / count);
        }
        else (sum, product) = (0, 0);
        var target = coefficients.Pointer + channel;
        (target[0], target[_padded], target[2 * _padded]) = ((float)a, (float)b, (float)c);
        if (!vectors.GammaGradient.IsNone) vectors.GammaGradient.Pointer[channel] = (float)(product * deviation);
        if (!vectors.BetaGradient.IsNone) vectors.BetaGradient.Pointer[channel] = (float)sum;
    }
}
