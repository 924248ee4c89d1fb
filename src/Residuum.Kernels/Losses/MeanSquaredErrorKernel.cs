using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The mean of (x - target)^2, for each image and over all. Rows are added up in double precision.</summary>
internal static class MeanSquaredErrorKernel
{
    /// <summary>
    /// Writes a loss for each image and, where <paramref name="meanLoss"/> is given, one number, their average. Halos may differ.
    /// </summary>
    public static Kernel Create(Map x, Map target, Address losses, Address meanLoss, int width = 0)
    {
        target.Like(x, nameof(target));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new MeanSquaredErrorKernel<Vector512<float>, Ops512>(x, target, losses, meanLoss),
            8 => new MeanSquaredErrorKernel<Vector256<float>, Ops256>(x, target, losses, meanLoss),
            _ => new MeanSquaredErrorKernel<Vector128<float>, Ops128>(x, target, losses, meanLoss),
        };
    }
}

/// <summary>An image a piece, then the average.</summary>
internal sealed unsafe class MeanSquaredErrorKernel<TVector, TOps>(Map x, Map target, Address losses, Address meanLoss) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector>
{
    public override string Name => $"mean_squared_error_f32x{TOps.Width}";

    public override int Phases => 2;

    public override int Pieces(int phase, int images) => phase == 0 ? images : meanLoss.IsNone ? 0 : 1;

    public override void Run(int phase, int piece, int images)
    {
        var sum = 0.0;
        if (phase == 1)
        {
            for (var image = 0; image < images; image++) sum += losses.Pointer[image];
            *meanLoss.Pointer = (float)(sum / images);
            return;
        }
        var layout = x.Layout;
        for (var block = 0; block < layout.Blocks; block++)
            for (var row = 0; row < layout.Height; row++)
                sum += Line(x.Row(piece, block, row), target.Row(piece, block, row), layout.Width * layout.Inner);
        losses.Pointer[piece] = (float)(sum / layout.Elements);
    }

    // In sixteen sums at every width, so that all give the same bits; the last numbers one by one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double Line(float* x, float* target, int count)
    {
        var sums = stackalloc float[Lanes.Block];
        var whole = count / Lanes.Block * Lanes.Block;
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var sum = TOps.Zero;
            for (var i = lane; i < whole; i += Lanes.Block)
            {
                var difference = TOps.Subtract(TOps.Load(x + i), TOps.Load(target + i));
                sum = TOps.MultiplyAdd(difference, difference, sum);
            }
            TOps.Store(sum, sums + lane);
        }
        var total = 0.0;
        for (var lane = 0; lane < Lanes.Block; lane++) total += sums[lane];
        for (var i = whole; i < count; i++)
        {
            var difference = (double)x[i] - target[i];
            total += difference * difference;
        }
        return total;
    }
}
