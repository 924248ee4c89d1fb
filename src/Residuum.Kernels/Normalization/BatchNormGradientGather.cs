using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Each chunk's sums of dy' and of dy' (x - mean), where dy' is dy, or dy where the output was above zero if ReLU followed.
/// <see cref="BatchNormGradientSums"/> makes the gradients of them.
/// </summary>
internal static class BatchNormGradientGather
{
    internal const int Sums = 2;

    /// <summary>Floats of partial sums of so many images.</summary>
    public static long Length(Layout x, int images) => ChunkGather.Length(x, Sums, images);

    /// <summary>
    /// With <paramref name="y"/>, dy is masked, and written to <paramref name="masked"/> where that is given (it may be dy itself).
    /// </summary>
    public static ChunkGather Create(Map x, Map dy, Map y, Map masked, Address mean, Address partials, int width = 0)
    {
        x.Blocked(nameof(x));
        dy.Like(x, nameof(dy));
        if (!y.IsNone) y.Like(x, nameof(y));
        if (!masked.IsNone) masked.Like(x, nameof(masked));
        if (y.IsNone && !masked.IsNone) throw new ArgumentException("A masked gradient needs the output that masks it.", nameof(masked));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new BatchNormGradientGather<Vector512<float>, Ops512>(x, dy, y, masked, mean, partials),
            8 => new BatchNormGradientGather<Vector256<float>, Ops256>(x, dy, y, masked, mean, partials),
            _ => new BatchNormGradientGather<Vector128<float>, Ops128>(x, dy, y, masked, mean, partials),
        };
    }
}

/// <summary>The sums of a chunk, of one vector of channels at a time.</summary>
internal sealed unsafe class BatchNormGradientGather<TVector, TOps>(Map x, Map dy, Map y, Map masked, Address mean, Address partials)
    : ChunkGather(x.Layout, BatchNormGradientGather.Sums, partials) where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly bool _contiguous =
        x.IsContiguous && dy.IsContiguous && (y.IsNone || y.IsContiguous) && (masked.IsNone || masked.IsContiguous);

    // The halo of a gradient that is masked in place was written with it.
    readonly bool _writesHalo = !masked.IsNone && masked.Address.Pointer != dy.Address.Pointer;

    public override string Name => $"batch_norm_gradient_gather{(y.IsNone ? "" : "_relu")}_f32x{TOps.Width}";

    protected override void Sum(int image, int block, int firstRow, int rows, float* partial)
    {
        var (lines, pixels) = _contiguous ? (1, rows * x.Layout.Width) : (rows, x.Layout.Width);
        var center = mean.Pointer + block * Lanes.Block;
        new Span<float>(partial, BatchNormGradientGather.Sums * Lanes.Block).Clear();
        for (var row = firstRow; row < firstRow + lines; row++)
        {
            var input = x.Row(image, block, row);
            var gradient = dy.Row(image, block, row);
            if (y.IsNone) AddLine(input, gradient, center, pixels, partial);
            else AddMaskedLine(input, gradient, y.Row(image, block, row), masked.IsNone ? null : masked.Row(image, block, row), center,
                pixels, partial);
        }
        if (_writesHalo) masked.ClearHalo(image, block, firstRow, rows);
    }

    // Four chains hide the latency of the additions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(float* x, float* dy, float* mean, int pixels, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var center = TOps.Load(mean + lane);
            TVector sum0 = TOps.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            TVector product0 = sum0, product1 = sum0, product2 = sum0, product3 = sum0;
            var (pixel, i) = (0, lane);
            for (; pixel + 4 <= pixels; pixel += 4, i += 4 * Lanes.Block)
            {
                var d0 = TOps.Load(dy + i);
                var d1 = TOps.Load(dy + i + Lanes.Block);
                var d2 = TOps.Load(dy + i + 2 * Lanes.Block);
                var d3 = TOps.Load(dy + i + 3 * Lanes.Block);
                sum0 = TOps.Add(sum0, d0);
                sum1 = TOps.Add(sum1, d1);
                sum2 = TOps.Add(sum2, d2);
                sum3 = TOps.Add(sum3, d3);
                product0 = TOps.MultiplyAdd(d0, TOps.Subtract(TOps.Load(x + i), center), product0);
                product1 = TOps.MultiplyAdd(d1, TOps.Subtract(TOps.Load(x + i + Lanes.Block), center), product1);
                product2 = TOps.MultiplyAdd(d2, TOps.Subtract(TOps.Load(x + i + 2 * Lanes.Block), center), product2);
                product3 = TOps.MultiplyAdd(d3, TOps.Subtract(TOps.Load(x + i + 3 * Lanes.Block), center), product3);
            }
            for (; pixel < pixels; pixel++, i += Lanes.Block)
            {
                var d = TOps.Load(dy + i);
                sum0 = TOps.Add(sum0, d);
                product0 = TOps.MultiplyAdd(d, TOps.Subtract(TOps.Load(x + i), center), product0);
            }
            Store(partial + lane, TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3)),
                TOps.Add(TOps.Add(product0, product1), TOps.Add(product2, product3)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddMaskedLine(float* x, float* dy, float* y, float* masked, float* mean, int pixels, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var center = TOps.Load(mean + lane);
            TVector sum0 = TOps.Zero, sum1 = sum0, product0 = sum0, product1 = sum0;
            var (pixel, i) = (0, lane);
            for (; pixel + 2 <= pixels; pixel += 2, i += 2 * Lanes.Block)
            {
                var d0 = TOps.WherePositive(TOps.Load(y + i), TOps.Load(dy + i));
                var d1 = TOps.WherePositive(TOps.Load(y + i + Lanes.Block), TOps.Load(dy + i + Lanes.Block));
                if (masked != null)
                {
                    TOps.Store(d0, masked + i);
                    TOps.Store(d1, masked + i + Lanes.Block);
                }
                sum0 = TOps.Add(sum0, d0);
                sum1 = TOps.Add(sum1, d1);
                product0 = TOps.MultiplyAdd(d0, TOps.Subtract(TOps.Load(x + i), center), product0);
                product1 = TOps.MultiplyAdd(d1, TOps.Subtract(TOps.Load(x + i + Lanes.Block), center), product1);
            }
            if (pixel < pixels)
            {
                var d = TOps.WherePositive(TOps.Load(y + i), TOps.Load(dy + i));
                if (masked != null) TOps.Store(d, masked + i);
                sum0 = TOps.Add(sum0, d);
                product0 = TOps.MultiplyAdd(d, TOps.Subtract(TOps.Load(x + i), center), product0);
            }
            Store(partial + lane, TOps.Add(sum0, sum1), TOps.Add(product0, product1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* partial, TVector sum, TVector product)
    {
        TOps.Store(TOps.Add(TOps.Load(partial), sum), partial);
        TOps.Store(TOps.Add(TOps.Load(partial + Lanes.Block), product), partial + Lanes.Block);
    }
}
