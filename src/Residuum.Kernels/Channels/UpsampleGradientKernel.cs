using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The gradient of <see cref="UpsampleKernel"/>: each pixel gathers what it went into.</summary>
internal static class UpsampleGradientKernel
{
    /// <summary>The factors follow from the sizes. Halos may differ.</summary>
    public static Kernel Create(Map dy, Map dx, bool bilinear, int width = 0)
    {
        UpsampleKernel.Check(dx, dy);
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new UpsampleGradientKernel<Vector512<float>, Ops512>(dy, dx, bilinear),
            8 => new UpsampleGradientKernel<Vector256<float>, Ops256>(dy, dx, bilinear),
            _ => new UpsampleGradientKernel<Vector128<float>, Ops128>(dy, dx, bilinear),
        };
    }
}

/// <summary>Pixel by pixel of the small map.</summary>
internal sealed unsafe class UpsampleGradientKernel<TVector, TOps>(Map dy, Map dx, bool bilinear) : MapKernel(dx.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _dx = dx;
    readonly UpsampleSide _rows = new(dx.Layout.Height, dy.Layout.Height / dx.Layout.Height, bilinear);
    readonly UpsampleSide _columns = new(dx.Layout.Width, dy.Layout.Width / dx.Layout.Width, bilinear);

    public override string Name => $"upsample_{(bilinear ? "bilinear" : "nearest")}_gradient_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var (first, weights) = _rows.Targets[row];
            Gather(dy.Row(image, block, first), dy.Layout.RowStride, weights, _columns.Targets, _dx.Row(image, block, row));
        }
        _dx.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Gather(float* dy, int stride, float[] rows, ReadOnlySpan<(int First, float[] Weights)> columns, float* dx)
    {
        foreach (var (first, weights) in columns)
        {
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var sum = TOps.Zero;
                for (var row = 0; row < rows.Length; row++)
                {
                    var line = TOps.Zero;
                    var source = dy + (long)row * stride + first * Lanes.Block + lane;
                    for (var column = 0; column < weights.Length; column++, source += Lanes.Block)
                        line = TOps.MultiplyAdd(TOps.Broadcast(weights[column]), TOps.Load(source), line);
                    sum = TOps.MultiplyAdd(TOps.Broadcast(rows[row]), line, sum);
                }
                TOps.Store(sum, dx + lane);
            }
            dx += Lanes.Block;
        }
    }
}
