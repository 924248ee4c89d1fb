using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// The largest number of each window; outside counts as minus infinity. Of equal numbers the first in row-major order counts, and NaN
/// beats all numbers, as in PyTorch.
/// </summary>
internal static class MaxPoolKernel
{
    /// <summary>
    /// Where given, positions (of the same channels, height and width as y) receives 32-bit integers: row within the window times
    /// its width plus column. Lanes past the last channel hold positions too, which mean nothing.
    /// </summary>
    public static Kernel Create(Map x, Map y, Map positions, PoolWindow window, int width = 0)
    {
        window.Check(x.Blocked(nameof(x)).Layout, y.Blocked(nameof(y)).Layout);
        if (!positions.IsNone) positions.Like(y, nameof(positions));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new MaxPoolKernel<Vector512<float>, Ops512>(x, y, positions, window),
            8 => new MaxPoolKernel<Vector256<float>, Ops256>(x, y, positions, window),
            _ => new MaxPoolKernel<Vector128<float>, Ops128>(x, y, positions, window),
        };
    }
}

/// <summary>Output pixel by output pixel, over the part of its window that lies inside.</summary>
internal sealed unsafe class MaxPoolKernel<TVector, TOps>(Map x, Map y, Map positions, PoolWindow window) : MapKernel(y.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;

    public override string Name => $"max_pool{(positions.IsNone ? "" : "_positions")}_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var (first, end) = window.Vertical.Inside(row, x.Layout.Height);
            // May point outside the map: only the rows from first to end are read.
            var source = x.Row(image, block, 0) + (long)window.Vertical.Start(row) * x.Layout.RowStride;
            if (positions.IsNone) Line(source, first, end, _y.Row(image, block, row));
            else Line(source, first, end, _y.Row(image, block, row), positions.Row(image, block, row));
        }
        _y.ClearHalo(image, block, firstRow, rows);
        if (!positions.IsNone) positions.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Line(float* source, int firstRow, int endRow, float* y)
    {
        var (stride, inputWidth, outputWidth, side) = (x.Layout.RowStride, x.Layout.Width, _y.Layout.Width, window.Horizontal);
        for (var pixel = 0; pixel < outputWidth; pixel++, y += Lanes.Block)
        {
            var (first, end) = side.Inside(pixel, inputWidth);
            var corner = source + side.Start(pixel) * Lanes.Block;
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var largest = TOps.Load(corner + (long)firstRow * stride + first * Lanes.Block + lane);
                for (var row = firstRow; row < endRow; row++)
                {
                    var line = corner + (long)row * stride + lane;
                    for (var column = first; column < end; column++)
                    {
                        var value = TOps.Load(line + column * Lanes.Block);
                        largest = TOps.SelectGreaterOrNaN(value, largest, value, largest);
                    }
                }
                TOps.Store(largest, y + lane);
            }
        }
    }

    // The integers travel as the bits of floats and are only ever selected, never computed with.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Line(float* source, int firstRow, int endRow, float* y, float* chosen)
    {
        var (stride, inputWidth, outputWidth, side) = (x.Layout.RowStride, x.Layout.Width, _y.Layout.Width, window.Horizontal);
        for (var pixel = 0; pixel < outputWidth; pixel++, y += Lanes.Block, chosen += Lanes.Block)
        {
            var (first, end) = side.Inside(pixel, inputWidth);
            var corner = source + side.Start(pixel) * Lanes.Block;
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var largest = TOps.Load(corner + (long)firstRow * stride + first * Lanes.Block + lane);
                var position = TOps.Broadcast(BitConverter.Int32BitsToSingle(firstRow * side.Kernel + first));
                for (var row = firstRow; row < endRow; row++)
                {
                    var line = corner + (long)row * stride + lane;
                    for (var column = first; column < end; column++)
                    {
                        var value = TOps.Load(line + column * Lanes.Block);
                        var here = TOps.Broadcast(BitConverter.Int32BitsToSingle(row * side.Kernel + column));
                        position = TOps.SelectGreaterOrNaN(value, largest, here, position);
                        largest = TOps.SelectGreaterOrNaN(value, largest, value, largest);
                    }
                }
                TOps.Store(largest, y + lane);
                TOps.Store(position, chosen + lane);
            }
        }
    }
}
