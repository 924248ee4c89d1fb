using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>All of an image zero, or x / (1 - rate), as the first word of the image's block 0 says. The gradient is the same on
/// dy.</summary>
internal static class StochasticDepthKernel
{
    /// <summary>Keys are two 32-bit integers an image. The maps may differ in their halo, or be the same.</summary>
    public static Kernel Create(Map x, Address keys, Map y, RandomDrop drop, int width = 0)
    {
        y.Like(x, nameof(y));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new StochasticDepthKernel<Vector512<float>, Ops512>(x, keys, y, drop),
            8 => new StochasticDepthKernel<Vector256<float>, Ops256>(x, keys, y, drop),
            _ => new StochasticDepthKernel<Vector128<float>, Ops128>(x, keys, y, drop),
        };
    }
}

/// <summary>Row by row.</summary>
internal sealed unsafe class StochasticDepthKernel<TVector, TOps>(Map x, Address keys, Map y, RandomDrop drop) : MapKernel(y.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;

    public override string Name => $"stochastic_depth_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var factor = drop.Factor(drop.Words(keys, image, 0).First);
        var count = _y.Layout.Width * _y.Layout.Inner;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var target = _y.Row(image, block, row);
            if (factor == 0) new Span<float>(target, count).Clear();
            else Line(x.Row(image, block, row), factor, target, count);
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* x, float factor, float* y, int count)
    {
        var factors = TOps.Broadcast(factor);
        var i = 0;
        for (; i + TOps.Width <= count; i += TOps.Width) TOps.Store(TOps.Multiply(TOps.Load(x + i), factors), y + i);
        for (; i < count; i++) y[i] = x[i] * factor;
    }
}
