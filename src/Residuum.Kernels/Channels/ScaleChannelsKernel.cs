using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Each channel of each image times a number of its own, as squeeze-and-excitation does, then + residual and ReLU where asked for.
/// </summary>
internal static class ScaleChannelsKernel
{
    /// <summary>Scales are images x channels, dense. Halos may differ; y may be x or the residual. ReLU is for sums only.</summary>
    public static Kernel Create(Map x, Address scales, Map residual, Map y, bool relu, int width = 0)
    {
        y.Blocked(nameof(y)).Like(x, nameof(y));
        if (!residual.IsNone) residual.Like(x, nameof(residual));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new ScaleChannelsKernel<Vector512<float>, Ops512>(x, scales, residual, y, relu),
            8 => new ScaleChannelsKernel<Vector256<float>, Ops256>(x, scales, residual, y, relu),
            _ => new ScaleChannelsKernel<Vector128<float>, Ops128>(x, scales, residual, y, relu),
        };
    }
}

/// <summary>Row by row with one vector of 16 channels.</summary>
internal sealed unsafe class ScaleChannelsKernel<TVector, TOps>(Map x, Address scales, Map residual, Map y, bool relu)
    : MapKernel(y.Layout) where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;
    readonly float _floor = relu ? 0 : float.NegativeInfinity;

    public override string Name => $"scale_channels{(residual.IsNone ? "" : "_add")}{(relu ? "_relu" : "")}_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var layout = _y.Layout;
        var factors = stackalloc float[Lanes.Block];
        var channels = Math.Min(Lanes.Block, layout.Channels - block * Lanes.Block);
        new Span<float>(scales.Pointer + (long)image * layout.Channels + block * Lanes.Block, channels)
            .CopyTo(new Span<float>(factors, channels));
        new Span<float>(factors + channels, Lanes.Block - channels).Clear();
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var added = residual.IsNone ? null : residual.Row(image, block, row);
            Line(x.Row(image, block, row), factors, added, _y.Row(image, block, row), _floor, layout.Width);
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* x, float* factors, float* residual, float* y, float floor, int pixels)
    {
        var lowest = TOps.Broadcast(floor);
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var factor = TOps.Load(factors + lane);
            var end = lane + pixels * Lanes.Block;
            // The floor is the first operand of Max, so that NaN passes (see Relu).
            if (residual == null)
                for (var i = lane; i < end; i += Lanes.Block) TOps.Store(TOps.Multiply(TOps.Load(x + i), factor), y + i);
            else
                for (var i = lane; i < end; i += Lanes.Block)
                    TOps.Store(TOps.Max(lowest, TOps.MultiplyAdd(TOps.Load(x + i), factor, TOps.Load(residual + i))), y + i);
        }
    }
}
