using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>y = scale x + shift for each channel, then + residual and ReLU where asked for: how normalizations are applied.</summary>
internal static class ScaleShiftKernel
{
    /// <summary>Scale and shift are padded with zeros to whole blocks. Halos may differ; y may be x or the residual.</summary>
    public static Kernel Create(Map x, Map residual, Map y, Address scale, Address shift, bool relu, int width = 0)
    {
        y.Blocked(nameof(y)).Like(x, nameof(y));
        if (!residual.IsNone) residual.Like(x, nameof(residual));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new ScaleShiftKernel<Vector512<float>, Ops512>(x, residual, y, scale, shift, relu),
            8 => new ScaleShiftKernel<Vector256<float>, Ops256>(x, residual, y, scale, shift, relu),
            _ => new ScaleShiftKernel<Vector128<float>, Ops128>(x, residual, y, scale, shift, relu),
        };
    }
}

/// <summary>Scale, shift, addition and ReLU in one pass.</summary>
internal sealed unsafe class ScaleShiftKernel<TVector, TOps>(Map x, Map residual, Map y, Address scale, Address shift, bool relu)
    : MapKernel(y.Layout) where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _y = y;
    readonly bool _contiguous = x.IsContiguous && y.IsContiguous && (residual.IsNone || residual.IsContiguous);
    readonly float _floor = relu ? 0 : float.NegativeInfinity;

    public override string Name => $"scale_shift{(residual.IsNone ? "" : "_add")}{(relu ? "_relu" : "")}_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var (lines, pixels) = _contiguous ? (1, rows * _y.Layout.Width) : (rows, _y.Layout.Width);
        for (var line = 0; line < lines; line++)
        {
            var row = firstRow + line;
            var added = residual.IsNone ? null : residual.Row(image, block, row);
            Line(x.Row(image, block, row), added, _y.Row(image, block, row), scale.Pointer + block * Lanes.Block,
                shift.Pointer + block * Lanes.Block, _floor, pixels);
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* x, float* residual, float* y, float* scale, float* shift, float floor, int pixels)
    {
        var lowest = TOps.Broadcast(floor);
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var factor = TOps.Load(scale + lane);
            var offset = TOps.Load(shift + lane);
            var end = lane + pixels * Lanes.Block;
            // The floor is the first operand of Max, so that NaN passes (see Relu).
            if (residual == null)
                for (var i = lane; i < end; i += Lanes.Block)
                    TOps.Store(TOps.Max(lowest, TOps.MultiplyAdd(TOps.Load(x + i), factor, offset)), y + i);
            else
                for (var i = lane; i < end; i += Lanes.Block)
                {
                    var normalized = TOps.MultiplyAdd(TOps.Load(x + i), factor, offset);
                    TOps.Store(TOps.Max(lowest, TOps.Add(normalized, TOps.Load(residual + i))), y + i);
                }
        }
    }
}
