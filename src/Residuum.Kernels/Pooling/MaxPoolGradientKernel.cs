using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// The gradient of max pooling: each input receives the gradients of the windows that chose it. Gathered by input pixel, in
/// row-major order of the windows, so that pieces share nothing.
/// </summary>
internal static class MaxPoolGradientKernel
{
    /// <summary>Positions are what <see cref="MaxPoolKernel"/> wrote.</summary>
    public static Kernel Create(Map dy, Map positions, Map dx, PoolWindow window, int width = 0)
    {
        window.Check(dx.Blocked(nameof(dx)).Layout, dy.Blocked(nameof(dy)).Layout);
        positions.Like(dy, nameof(positions));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new MaxPoolGradientKernel<Vector512<float>, Ops512>(dy, positions, dx, window),
            8 => new MaxPoolGradientKernel<Vector256<float>, Ops256>(dy, positions, dx, window),
            _ => new MaxPoolGradientKernel<Vector128<float>, Ops128>(dy, positions, dx, window),
        };
    }
}

/// <summary>Input pixel by input pixel, over the windows that cover it.</summary>
internal sealed unsafe class MaxPoolGradientKernel<TVector, TOps>(Map dy, Map positions, Map dx, PoolWindow window) : MapKernel(dx.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _dx = dx;
    readonly (int First, int End)[] _windows =
        [.. Enumerable.Range(0, dx.Layout.Width).Select(pixel => window.Horizontal.Covering(pixel, dy.Layout.Width))];

    public override string Name => $"max_pool_gradient_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++)
            Line(dy.Row(image, block, 0), positions.Row(image, block, 0), row, _dx.Row(image, block, row));
        _dx.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Line(float* dy0, float* positions0, int row, float* target)
    {
        var (firstRow, endRow) = window.Vertical.Covering(row, dy.Layout.Height);
        var (gradientStride, positionStride) = (dy.Layout.RowStride, positions.Layout.RowStride);
        for (var pixel = 0; pixel < _windows.Length; pixel++, target += Lanes.Block)
        {
            var (first, end) = _windows[pixel];
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var sum = TOps.Zero;
                for (var outputRow = firstRow; outputRow < endRow; outputRow++)
                {
                    var within = (row - window.Vertical.Start(outputRow)) * window.Horizontal.Kernel + pixel;
                    var gradient = dy0 + (long)outputRow * gradientStride + lane;
                    var chosen = positions0 + (long)outputRow * positionStride + lane;
                    for (var output = first; output < end; output++)
                    {
                        var here = TOps.Broadcast(BitConverter.Int32BitsToSingle(within - window.Horizontal.Start(output)));
                        var value = TOps.Load(gradient + output * Lanes.Block);
                        sum = TOps.Add(sum, TOps.WhereSameBits(TOps.Load(chosen + output * Lanes.Block), here, value));
                    }
                }
                TOps.Store(sum, target + lane);
            }
        }
    }
}
