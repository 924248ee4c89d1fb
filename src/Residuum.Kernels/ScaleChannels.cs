using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Each channel of each image times a number of its own, as squeeze-and-excitation does.</summary>
internal static class ScaleChannels
{
    /// <summary>Scales are images x channels, dense. The maps may differ in their halo, or be the same.</summary>
    public static Kernel Create(Map x, Address scales, Map y, int width = 0)
    {
        y.Blocked(nameof(y)).Like(x, nameof(y));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new ScaleChannels<Vector512<float>, Ops512>(x, scales, y),
            8 => new ScaleChannels<Vector256<float>, Ops256>(x, scales, y),
            _ => new ScaleChannels<Vector128<float>, Ops128>(x, scales, y),
        };
    }
}

/// <summary>Row by row with one vector of 16 channels.</summary>
internal sealed unsafe class ScaleChannels<TVector, TOps>(Map x, Address scales, Map y) : MapKernel(y.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;

    public override string Name => $"scale_channels_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var layout = _y.Layout;
        var factors = stackalloc float[Lanes.Block];
        var channels = Math.Min(Lanes.Block, layout.Channels - block * Lanes.Block);
        new Span<float>(scales.Pointer + (long)image * layout.Channels + block * Lanes.Block, channels).CopyTo(new Span<float>(factors, channels));
        new Span<float>(factors + channels, Lanes.Block - channels).Clear();
        for (var row = firstRow; row < firstRow + rows; row++)
            Line(x.Row(image, block, row), factors, _y.Row(image, block, row), layout.Width);
        _y.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* x, float* factors, float* y, int pixels)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var factor = TOps.Load(factors + lane);
            for (var i = lane; i < pixels * Lanes.Block; i += Lanes.Block) TOps.Store(TOps.Multiply(TOps.Load(x + i), factor), y + i);
        }
    }
}
