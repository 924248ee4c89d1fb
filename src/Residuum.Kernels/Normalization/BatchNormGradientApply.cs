using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The second half of batch normalization's gradient: dx = a dy' + b (x - mean) + c, or a dy' alone where x is absent.</summary>
internal static class BatchNormGradientApply
{
    /// <summary>
    /// dy' is dy where <paramref name="y"/> is above zero, or all of dy where y is absent. The coefficients are what
    /// <see cref="BatchNormGradientSums"/> wrote. dx may be dy.
    /// </summary>
    public static Kernel Create(Map x, Map dy, Map y, Map dx, Address mean, Address coefficients, int width = 0)
    {
        dx.Blocked(nameof(dx)).Like(dy, nameof(dx));
        if (!x.IsNone) x.Like(dy, nameof(x));
        if (!y.IsNone) y.Like(dy, nameof(y));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new BatchNormGradientApply<Vector512<float>, Ops512>(x, dy, y, dx, mean, coefficients),
            8 => new BatchNormGradientApply<Vector256<float>, Ops256>(x, dy, y, dx, mean, coefficients),
            _ => new BatchNormGradientApply<Vector128<float>, Ops128>(x, dy, y, dx, mean, coefficients),
        };
    }
}

/// <summary>One pass over x, dy and y that writes dx.</summary>
internal sealed unsafe class BatchNormGradientApply<TVector, TOps>(Map x, Map dy, Map y, Map dx, Address mean, Address coefficients)
    : MapKernel(dx.Layout) where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _dx = dx;
    readonly int _padded = dx.Layout.Blocks * Lanes.Block;
    readonly bool _contiguous =
        dy.IsContiguous && dx.IsContiguous && (x.IsNone || x.IsContiguous) && (y.IsNone || y.IsContiguous);

    public override string Name => $"batch_norm_gradient{(y.IsNone ? "" : "_relu")}_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var (lines, pixels) = _contiguous ? (1, rows * _dx.Layout.Width) : (rows, _dx.Layout.Width);
        for (var line = 0; line < lines; line++)
        {
            var row = firstRow + line;
            var input = x.IsNone ? null : x.Row(image, block, row);
            var output = y.IsNone ? null : y.Row(image, block, row);
            Line(input, dy.Row(image, block, row), output, _dx.Row(image, block, row), mean.Pointer + block * Lanes.Block,
                coefficients.Pointer + block * Lanes.Block, _padded, pixels);
        }
        _dx.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(float* x, float* dy, float* y, float* dx, float* mean, float* coefficients, int padded, int pixels)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var a = TOps.Load(coefficients + lane);
            var end = lane + pixels * Lanes.Block;
            if (x == null)
            {
                if (y == null)
                    for (var i = lane; i < end; i += Lanes.Block) TOps.Store(TOps.Multiply(a, TOps.Load(dy + i)), dx + i);
                else
                    for (var i = lane; i < end; i += Lanes.Block)
                        TOps.Store(TOps.WherePositive(TOps.Load(y + i), TOps.Multiply(a, TOps.Load(dy + i))), dx + i);
                continue;
            }
            var b = TOps.Load(coefficients + padded + lane);
            var c = TOps.Load(coefficients + 2 * padded + lane);
            var center = TOps.Load(mean + lane);
            if (y == null)
                for (var i = lane; i < end; i += Lanes.Block)
                {
                    var correction = TOps.MultiplyAdd(b, TOps.Subtract(TOps.Load(x + i), center), c);
                    TOps.Store(TOps.MultiplyAdd(a, TOps.Load(dy + i), correction), dx + i);
                }
            else
                for (var i = lane; i < end; i += Lanes.Block)
                {
                    var correction = TOps.MultiplyAdd(b, TOps.Subtract(TOps.Load(x + i), center), c);
                    TOps.Store(TOps.MultiplyAdd(a, TOps.WherePositive(TOps.Load(y + i), TOps.Load(dy + i)), correction), dx + i);
                }
        }
    }
}
