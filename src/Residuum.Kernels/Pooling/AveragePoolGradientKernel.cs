using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The gradient of average pooling: each input pixel gathers its share of every window that covers it.</summary>
internal static class AveragePoolGradientKernel
{
    /// <summary>The window and the counting are those of <see cref="AveragePoolKernel"/>.</summary>
    public static Kernel Create(Map dy, Map dx, PoolWindow window, bool countPadding, int width = 0)
    {
        window.Check(dx.Blocked(nameof(dx)).Layout, dy.Blocked(nameof(dy)).Layout);
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new AveragePoolGradientKernel<Vector512<float>, Ops512>(dy, dx, window, countPadding),
            8 => new AveragePoolGradientKernel<Vector256<float>, Ops256>(dy, dx, window, countPadding),
            _ => new AveragePoolGradientKernel<Vector128<float>, Ops128>(dy, dx, window, countPadding),
        };
    }
}

/// <summary>Input pixel by input pixel, over the windows that cover it.</summary>
internal sealed unsafe class AveragePoolGradientKernel<TVector, TOps>(Map dy, Map dx, PoolWindow window, bool countPadding)
    : MapKernel(dx.Layout) where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _dx = dx;
    readonly int[] _rowCounts = AveragePoolKernel.Counts(window.Vertical, dx.Layout.Height, dy.Layout.Height, countPadding);
    readonly int[] _columnCounts = AveragePoolKernel.Counts(window.Horizontal, dx.Layout.Width, dy.Layout.Width, countPadding);
    readonly (int First, int End)[] _windows =
        [.. Enumerable.Range(0, dx.Layout.Width).Select(pixel => window.Horizontal.Covering(pixel, dy.Layout.Width))];

    public override string Name => $"average_pool_gradient_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++) Line(dy.Row(image, block, 0), row, _dx.Row(image, block, row));
        _dx.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Line(float* dy0, int row, float* target)
    {
        var (firstRow, endRow) = window.Vertical.Covering(row, dy.Layout.Height);
        var stride = dy.Layout.RowStride;
        for (var pixel = 0; pixel < _windows.Length; pixel++, target += Lanes.Block)
        {
            var (first, end) = _windows[pixel];
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var sum = TOps.Zero;
                for (var outputRow = firstRow; outputRow < endRow; outputRow++)
                    for (var output = first; output < end; output++)
                    {
                        var share = TOps.Broadcast(1f / (_rowCounts[outputRow] * _columnCounts[output]));
                        sum = TOps.MultiplyAdd(TOps.Load(dy0 + (long)outputRow * stride + output * Lanes.Block + lane), share, sum);
                    }
                TOps.Store(sum, target + lane);
            }
        }
    }
}
