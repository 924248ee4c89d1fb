using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The gradient of global average pooling: each pixel receives the channel's number, divided by the number of pixels.</summary>
internal static class GlobalAveragePoolGradientKernel
{
    /// <summary>Rows are images x channels, dense.</summary>
    public static Kernel Create(Address rows, Map dx, int width = 0) => (width == 0 ? Lanes.Width : width) switch
    {
        16 => new GlobalAveragePoolGradientKernel<Vector512<float>, Ops512>(rows, dx.Blocked(nameof(dx))),
        8 => new GlobalAveragePoolGradientKernel<Vector256<float>, Ops256>(rows, dx.Blocked(nameof(dx))),
        _ => new GlobalAveragePoolGradientKernel<Vector128<float>, Ops128>(rows, dx.Blocked(nameof(dx))),
    };
}

/// <summary>Fills rows of pixels with one vector of 16 channels.</summary>
internal sealed unsafe class GlobalAveragePoolGradientKernel<TVector, TOps>(Address rows, Map dx) : MapKernel(dx.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _dx = dx;

    public override string Name => $"global_average_pool_gradient_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int lines)
    {
        var layout = _dx.Layout;
        var source = rows.Pointer + (long)image * layout.Channels + block * Lanes.Block;
        var channels = Math.Min(Lanes.Block, layout.Channels - block * Lanes.Block);
        var shares = stackalloc float[Lanes.Block];
        for (var i = 0; i < channels; i++) shares[i] = source[i] / (layout.Height * layout.Width);
        for (var i = channels; i < Lanes.Block; i++) shares[i] = 0;
        for (var row = firstRow; row < firstRow + lines; row++)
        {
            var target = _dx.Row(image, block, row);
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var share = TOps.Load(shares + lane);
                for (var pixel = 0; pixel < layout.Width; pixel++) TOps.Store(share, target + pixel * Lanes.Block + lane);
            }
        }
        _dx.ClearHalo(image, block, firstRow, lines);
    }
}
