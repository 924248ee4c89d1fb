using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The average of each window, as in PyTorch: the padding counts as zeros, or not at all.</summary>
internal static class AveragePoolKernel
{
    /// <summary>
    /// A window's sum is divided by its area, with <paramref name="countPadding"/>; without, by what of it lies inside the map.
    /// </summary>
    public static Kernel Create(Map x, Map y, PoolWindow window, bool countPadding, int width = 0)
    {
        window.Check(x.Blocked(nameof(x)).Layout, y.Blocked(nameof(y)).Layout);
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new AveragePoolKernel<Vector512<float>, Ops512>(x, y, window, countPadding),
            8 => new AveragePoolKernel<Vector256<float>, Ops256>(x, y, window, countPadding),
            _ => new AveragePoolKernel<Vector128<float>, Ops128>(x, y, window, countPadding),
        };
    }

    /// <summary>How many places of each window along one side count.</summary>
    internal static int[] Counts(PoolSide side, int inputLength, int outputLength, bool countPadding) =>
    [
        .. Enumerable.Range(0, outputLength).Select(output =>
        {
            var (first, end) = side.Inside(output, inputLength);
            return countPadding ? side.Kernel : end - first;
        }),
    ];
}

/// <summary>Output pixel by output pixel, over the part of its window that lies inside.</summary>
internal sealed unsafe class AveragePoolKernel<TVector, TOps>(Map x, Map y, PoolWindow window, bool countPadding) : MapKernel(y.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;
    readonly int[] _rowCounts = AveragePoolKernel.Counts(window.Vertical, x.Layout.Height, y.Layout.Height, countPadding);
    readonly int[] _columnCounts = AveragePoolKernel.Counts(window.Horizontal, x.Layout.Width, y.Layout.Width, countPadding);

    public override string Name => $"average_pool_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var (first, end) = window.Vertical.Inside(row, x.Layout.Height);
            // May point outside the map: only the rows from first to end are read.
            var source = x.Row(image, block, 0) + (long)window.Vertical.Start(row) * x.Layout.RowStride;
            Line(source, first, end, _rowCounts[row], _y.Row(image, block, row));
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Line(float* source, int firstRow, int endRow, int rowCount, float* y)
    {
        var (stride, inputWidth, side) = (x.Layout.RowStride, x.Layout.Width, window.Horizontal);
        for (var pixel = 0; pixel < _columnCounts.Length; pixel++, y += Lanes.Block)
        {
            var (first, end) = side.Inside(pixel, inputWidth);
            var corner = source + side.Start(pixel) * Lanes.Block;
            var share = TOps.Broadcast(1f / (rowCount * _columnCounts[pixel]));
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var sum = TOps.Zero;
                for (var row = firstRow; row < endRow; row++)
                {
                    var line = corner + (long)row * stride + lane;
                    for (var column = first; column < end; column++) sum = TOps.Add(sum, TOps.Load(line + column * Lanes.Block));
                }
                TOps.Store(TOps.Multiply(sum, share), y + lane);
            }
        }
    }
}
