using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The gradient of <see cref="MeanSquaredErrorKernel"/>'s average: 2 (x - target) / count times the gradient of that
/// average.</summary>
internal static class MeanSquaredErrorGradientKernel
{
    /// <summary>Upstream is one number, the gradient of the average. Halos may differ; dx may be x.</summary>
    public static Kernel Create(Map x, Map target, Address upstream, Map dx, int width = 0)
    {
        target.Like(x, nameof(target));
        dx.Like(x, nameof(dx));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new MeanSquaredErrorGradientKernel<Vector512<float>, Ops512>(x, target, upstream, dx),
            8 => new MeanSquaredErrorGradientKernel<Vector256<float>, Ops256>(x, target, upstream, dx),
            _ => new MeanSquaredErrorGradientKernel<Vector128<float>, Ops128>(x, target, upstream, dx),
        };
    }
}

/// <summary>A block of channels of an image a piece.</summary>
internal sealed unsafe class MeanSquaredErrorGradientKernel<TVector, TOps>(Map x, Map target, Address upstream, Map dx) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector>
{
    public override string Name => $"mean_squared_error_gradient_f32x{TOps.Width}";

    public override int Pieces(int phase, int images) => images * dx.Layout.Blocks;

    public override void Run(int phase, int piece, int images)
    {
        var layout = dx.Layout;
        var (image, block) = Math.DivRem(piece, layout.Blocks);
        var factor = (float)(2.0 * *upstream.Pointer / ((double)layout.Elements * images));
        for (var row = 0; row < layout.Height; row++)
            Line(x.Row(image, block, row), target.Row(image, block, row), factor, dx.Row(image, block, row), layout.Width * layout.Inner);
        dx.ClearHalo(image, block, 0, layout.Height);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* x, float* target, float factor, float* dx, int count)
    {
        var factors = TOps.Broadcast(factor);
        var i = 0;
        for (; i + TOps.Width <= count; i += TOps.Width)
            TOps.Store(TOps.Multiply(factors, TOps.Subtract(TOps.Load(x + i), TOps.Load(target + i))), dx + i);
        for (; i < count; i++) dx[i] = factor * (x[i] - target[i]);
    }
}
