using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Maps made larger by whole factors; see <see cref="UpsampleSide"/>.</summary>
internal static class UpsampleKernel
{
    /// <summary>The factors follow from the sizes. Halos may differ.</summary>
    public static Kernel Create(Map x, Map y, bool bilinear, int width = 0)
    {
        Check(x, y);
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new UpsampleKernel<Vector512<float>, Ops512>(x, y, bilinear),
            8 => new UpsampleKernel<Vector256<float>, Ops256>(x, y, bilinear),
            _ => new UpsampleKernel<Vector128<float>, Ops128>(x, y, bilinear),
        };
    }

    internal static void Check(Map small, Map large)
    {
        var (from, to) = (small.Blocked(nameof(small)).Layout, large.Blocked(nameof(large)).Layout);
        if (from.Channels != to.Channels || to.Height % from.Height != 0 || to.Width % from.Width != 0)
            throw new ArgumentException($"{to} is not {from} enlarged by whole factors.", nameof(large));
    }
}

/// <summary>Row by row; bilinear rows along the columns first.</summary>
internal sealed unsafe class UpsampleKernel<TVector, TOps>(Map x, Map y, bool bilinear) : MapKernel(y.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;
    readonly UpsampleSide _rows = new(x.Layout.Height, y.Layout.Height / x.Layout.Height, bilinear);
    readonly UpsampleSide _columns = new(x.Layout.Width, y.Layout.Width / x.Layout.Width, bilinear);

    public override string Name => $"upsample_{(bilinear ? "bilinear" : "nearest")}_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var source = _rows.Sources[row];
            var above = x.Row(image, block, source.First);
            var target = _y.Row(image, block, row);
            if (bilinear) Mix(above, x.Row(image, block, source.Second), source.Weight, _columns.Sources, target);
            else Repeat(above, _columns.Sources, target);
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    static void Repeat(float* x, ReadOnlySpan<UpsampleSide.Source> columns, float* y)
    {
        foreach (var column in columns)
        {
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
                TOps.Store(TOps.Load(x + column.First * Lanes.Block + lane), y + lane);
            y += Lanes.Block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Mix(float* above, float* below, float weight, ReadOnlySpan<UpsampleSide.Source> columns, float* y)
    {
        var down = TOps.Broadcast(weight);
        foreach (var column in columns)
        {
            var right = TOps.Broadcast(column.Weight);
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var (first, second) = (column.First * Lanes.Block + lane, column.Second * Lanes.Block + lane);
                var top = Between(TOps.Load(above + first), TOps.Load(above + second), right);
                var bottom = Between(TOps.Load(below + first), TOps.Load(below + second), right);
                TOps.Store(Between(top, bottom, down), y + lane);
            }
            y += Lanes.Block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Between(TVector first, TVector second, TVector weight) => TOps.MultiplyAdd(weight, TOps.Subtract(second, first), first);
}
