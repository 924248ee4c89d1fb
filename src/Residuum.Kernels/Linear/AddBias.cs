using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Adds a number to each channel of maps, in place: the bias of a transposed convolution.</summary>
internal static class AddBias
{
    /// <summary>The bias is padded with zeros to whole blocks.</summary>
    public static Kernel Create(Map y, Address bias, int width = 0)
    {
        y.Blocked(nameof(y));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new AddBias<Vector512<float>, Ops512>(y, bias),
            8 => new AddBias<Vector256<float>, Ops256>(y, bias),
            _ => new AddBias<Vector128<float>, Ops128>(y, bias),
        };
    }
}

/// <summary>Row by row with one vector of 16 channels.</summary>
internal sealed unsafe class AddBias<TVector, TOps>(Map y, Address bias) : MapKernel(y.Layout)
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;

    public override string Name => $"add_bias_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        for (var row = firstRow; row < firstRow + rows; row++)
            Line(_y.Row(image, block, row), bias.Pointer + block * Lanes.Block, _y.Layout.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* y, float* bias, int pixels)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var added = TOps.Load(bias + lane);
            for (var i = lane; i < pixels * Lanes.Block; i += Lanes.Block) TOps.Store(TOps.Add(TOps.Load(y + i), added), y + i);
        }
    }
}
