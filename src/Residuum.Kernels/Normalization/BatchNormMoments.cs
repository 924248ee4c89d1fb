using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Each chunk's sums of x - origin and of its square, the origin being the mean of the chunk's first pixels, so that nothing cancels
/// where the mean is large against the deviation. <see cref="BatchNormStatistics"/> makes mean and variance of them.
/// </summary>
internal static class BatchNormMoments
{
    /// <summary>Origin, sum and sum of squares.</summary>
    internal const int Sums = 3;

    /// <summary>Floats of partial sums of so many images.</summary>
    public static long Length(Layout x, int images) => ChunkGather.Length(x, Sums, images);

    public static ChunkGather Create(Map x, Address partials, int width = 0)
    {
        x.Blocked(nameof(x));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new BatchNormMoments<Vector512<float>, Ops512>(x, partials),
            8 => new BatchNormMoments<Vector256<float>, Ops256>(x, partials),
            _ => new BatchNormMoments<Vector128<float>, Ops128>(x, partials),
        };
    }
}

/// <summary>The sums of a chunk, of one vector of channels at a time.</summary>
internal sealed unsafe class BatchNormMoments<TVector, TOps>(Map x, Address partials)
    : ChunkGather(x.Layout, BatchNormMoments.Sums, partials) where TVector : struct where TOps : struct, IOps<TVector>
{
    const int PixelsOfOrigin = 8;

    readonly Map _x = x;

    public override string Name => $"batch_norm_moments_f32x{TOps.Width}";

    protected override void Sum(int image, int block, int firstRow, int rows, float* partial)
    {
        var (lines, pixels) = _x.IsContiguous ? (1, rows * _x.Layout.Width) : (rows, _x.Layout.Width);
        Sum(_x.Row(image, block, firstRow), lines, pixels, _x.Layout.RowStride, partial);
    }

    // Four chains hide the latency of the additions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum(float* map, int lines, int pixels, int rowStride, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var origin = Origin(map + lane, Math.Min(pixels, PixelsOfOrigin));
            TVector sum0 = TOps.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0, square0 = sum0, square1 = sum0, square2 = sum0, square3 = sum0;
            for (var line = 0; line < lines; line++)
            {
                var x = map + (nint)line * rowStride + lane;
                var pixel = 0;
                for (; pixel + 4 <= pixels; pixel += 4, x += 4 * Lanes.Block)
                {
                    var d0 = TOps.Subtract(TOps.Load(x), origin);
                    var d1 = TOps.Subtract(TOps.Load(x + Lanes.Block), origin);
                    var d2 = TOps.Subtract(TOps.Load(x + 2 * Lanes.Block), origin);
                    var d3 = TOps.Subtract(TOps.Load(x + 3 * Lanes.Block), origin);
                    sum0 = TOps.Add(sum0, d0);
                    sum1 = TOps.Add(sum1, d1);
                    sum2 = TOps.Add(sum2, d2);
                    sum3 = TOps.Add(sum3, d3);
                    square0 = TOps.MultiplyAdd(d0, d0, square0);
                    square1 = TOps.MultiplyAdd(d1, d1, square1);
                    square2 = TOps.MultiplyAdd(d2, d2, square2);
                    square3 = TOps.MultiplyAdd(d3, d3, square3);
                }
                for (; pixel < pixels; pixel++, x += Lanes.Block)
                {
                    var d = TOps.Subtract(TOps.Load(x), origin);
                    sum0 = TOps.Add(sum0, d);
                    square0 = TOps.MultiplyAdd(d, d, square0);
                }
            }
            TOps.Store(origin, partial + lane);
            TOps.Store(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3)), partial + Lanes.Block + lane);
            TOps.Store(TOps.Add(TOps.Add(square0, square1), TOps.Add(square2, square3)), partial + 2 * Lanes.Block + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Origin(float* x, int pixels)
    {
        var sum = TOps.Load(x);
        for (var pixel = 1; pixel < pixels; pixel++) sum = TOps.Add(sum, TOps.Load(x + pixel * Lanes.Block));
        return TOps.Multiply(sum, TOps.Broadcast(1f / pixels));
    }
}
