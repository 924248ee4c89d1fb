using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Mean and variance of each channel over a batch (Ioffe and Szegedy 2015) from what <see cref="BatchNormMoments"/> gathered, and what
/// follows from them: the inverse deviation, the scale and shift that normalize, and the running statistics, updated as PyTorch does
/// with the unbiased variance. Scale and shift are vectors padded to whole blocks: gamma / deviation and beta - mean gamma / deviation.
/// </summary>
internal sealed unsafe class BatchNormStatistics(
    Layout x, Address moments, BatchNormVectors vectors, Address scale, Address shift, double epsilon, double momentum)
    : ChunkTotals(x, BatchNormMoments.Sums, moments)
{
    public override string Name => "batch_norm_statistics_f32";

    // With n pixels, origin o, S = sum (x - o) and Q = sum (x - o)^2 of a chunk, and d = o - r for a point r near the mean:
    // A = sum (x - r) = sum (S + n d), B = sum (x - r)^2 = sum (Q + d (2 S + n d)); the mean is r + A / N, and
    // sum (x - mean)^2 = B - A^2 / N.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Combine(int channel, int images)
    {
        var (originLow, originHigh) = Vector256.Widen(Vector256.Load(First(0, channel)));
        Vector256<double> low = Vector256<double>.Zero, high = low, squaresLow = low, squaresHigh = low;
        for (var image = 0; image < images; image++)
        {
            var partial = First(image, channel);
            for (var chunk = 0; chunk < Chunks.InMap; chunk++, partial += Stride)
            {
                var pixels = Vector256.Create((double)Chunks.Pixels(chunk));
                var (distanceLow, distanceHigh) = Vector256.Widen(Vector256.Load(partial));
                var (sumLow, sumHigh) = Vector256.Widen(Vector256.Load(partial + Lanes.Block));
                var (squareLow, squareHigh) = Vector256.Widen(Vector256.Load(partial + 2 * Lanes.Block));
                distanceLow -= originLow;
                distanceHigh -= originHigh;
                var (shiftedLow, shiftedHigh) = (sumLow + pixels * distanceLow, sumHigh + pixels * distanceHigh);
                low += shiftedLow;
                high += shiftedHigh;
                squaresLow += squareLow + distanceLow * (sumLow + shiftedLow);
                squaresHigh += squareHigh + distanceHigh * (sumHigh + shiftedHigh);
            }
        }
        var count = (double)images * Map.Height * Map.Width;
        var (origin, sum, squares) = (
            new ChannelTotals(originLow, originHigh), new ChannelTotals(low, high), new ChannelTotals(squaresLow, squaresHigh));
        for (var i = 0; i < Together; i++)
            Finish(channel + i, origin[i] + sum[i] / count, squares[i] - sum[i] * sum[i] / count, count);
    }

    void Finish(int channel, double mean, double squares, double count)
    {
        if (channel >= Map.Channels)
        {
            BatchNormChannel.Write(vectors, scale, shift, channel, 0, 0, 0, 0);
            return;
        }
        squares = squares < 0 ? 0 : squares;
        BatchNormChannel.Write(vectors, scale, shift, channel, mean, 1 / Math.Sqrt(squares / count + epsilon),
            vectors.Gamma.IsNone ? 1 : vectors.Gamma.Pointer[channel], vectors.Beta.IsNone ? 0 : vectors.Beta.Pointer[channel]);
        if (!vectors.RunningMean.IsNone) Update(ref vectors.RunningMean.Pointer[channel], mean);
        if (!vectors.RunningVariance.IsNone) Update(ref vectors.RunningVariance.Pointer[channel], squares / Math.Max(count - 1, 1));
    }

    void Update(ref float running, double batch) => running = (float)((1 - momentum) * running + momentum * batch);
}
