using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>F(2, 3) with the points 0, ±1: 16 products for 4 results in two dimensions, where the definition takes 36.</summary>
internal readonly unsafe struct Winograd2 : IWinograd
{
    const int Pixel = Lanes.Block;

    public static int Outputs => 2;

    /// <summary>G, row by row.</summary>
    public static ReadOnlySpan<double> Filter =>
    [
        1, 0, 0,
        0.5, 0.5, 0.5,
        0.5, -0.5, 0.5,
        0, 0, 1,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TVector, TOps>(float* d, nint row, float* v, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        Difference<TVector, TOps>(d, row, out var a0, out var b0, out var c0, out var d0);
        Difference<TVector, TOps>(d + Pixel, row, out var a1, out var b1, out var c1, out var d1);
        Difference<TVector, TOps>(d + 2 * Pixel, row, out var a2, out var b2, out var c2, out var d2);
        Difference<TVector, TOps>(d + 3 * Pixel, row, out var a3, out var b3, out var c3, out var d3);
        InputRow<TVector, TOps>(a0, a1, a2, a3, v, product);
        InputRow<TVector, TOps>(b0, b1, b2, b3, v + 4 * product, product);
        InputRow<TVector, TOps>(c0, c1, c2, c3, v + 8 * product, product);
        InputRow<TVector, TOps>(d0, d1, d2, d3, v + 12 * product, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Difference<TVector, TOps>(float* d, nint row, out TVector zero, out TVector plus, out TVector minus, out TVector infinity)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector d1 = TOps.Load(d + row), d2 = TOps.Load(d + 2 * row);
        zero = TOps.Subtract(TOps.Load(d), d2);
        plus = TOps.Add(d2, d1);
        minus = TOps.Subtract(d2, d1);
        infinity = TOps.Subtract(TOps.Load(d + 3 * row), d1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void InputRow<TVector, TOps>(TVector d0, TVector d1, TVector d2, TVector d3, float* v, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TOps.Store(TOps.Subtract(d0, d2), v);
        TOps.Store(TOps.Add(d2, d1), v + product);
        TOps.Store(TOps.Subtract(d2, d1), v + 2 * product);
        TOps.Store(TOps.Subtract(d3, d1), v + 3 * product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TVector, TOps>(float* m, nint product, in WinogradResult<TVector> y)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        OutputColumn<TVector, TOps>(m, product, out var a0, out var b0);
        OutputColumn<TVector, TOps>(m + product, product, out var a1, out var b1);
        OutputColumn<TVector, TOps>(m + 2 * product, product, out var a2, out var b2);
        OutputColumn<TVector, TOps>(m + 3 * product, product, out var a3, out var b3);
        OutputRow<TVector, TOps>(a0, a1, a2, a3, y, y.Y, y.Residual);
        if (y.Rows > 1) OutputRow<TVector, TOps>(b0, b1, b2, b3, y, y.Y + y.YRow, y.Residual + y.ResidualRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OutputColumn<TVector, TOps>(float* m, nint product, out TVector y0, out TVector y1)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector u1 = TOps.Load(m + 4 * product), u2 = TOps.Load(m + 8 * product);
        y0 = TOps.Add(TOps.Load(m), TOps.Add(u1, u2));
        y1 = TOps.Add(TOps.Subtract(u1, u2), TOps.Load(m + 12 * product));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OutputRow<TVector, TOps>(
        TVector u0, TVector u1, TVector u2, TVector u3, in WinogradResult<TVector> result, float* y, float* residual)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        var y0 = TOps.Add(TOps.Add(u0, TOps.Add(u1, u2)), result.Bias);
        var y1 = TOps.Add(TOps.Add(TOps.Subtract(u1, u2), u3), result.Bias);
        if (result.Residual != null)
        {
            y0 = TOps.Add(y0, TOps.Load(residual));
            if (result.Columns > 1) y1 = TOps.Add(y1, TOps.Load(residual + Pixel));
        }
        TOps.Store(TOps.Max(y0, result.Least), y);
        if (result.Columns > 1) TOps.Store(TOps.Max(y1, result.Least), y + Pixel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TVector, TOps>(float* dy, nint row, float* z, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector a0 = TOps.Load(dy), a1 = TOps.Load(dy + Pixel), d0 = TOps.Load(dy + row), d1 = TOps.Load(dy + row + Pixel);
        GradientRow<TVector, TOps>(a0, a1, z, product);
        GradientRow<TVector, TOps>(TOps.Add(a0, d0), TOps.Add(a1, d1), z + 4 * product, product);
        GradientRow<TVector, TOps>(TOps.Subtract(a0, d0), TOps.Subtract(a1, d1), z + 8 * product, product);
        GradientRow<TVector, TOps>(d0, d1, z + 12 * product, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void GradientRow<TVector, TOps>(TVector y0, TVector y1, float* z, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TOps.Store(y0, z);
        TOps.Store(TOps.Add(y0, y1), z + product);
        TOps.Store(TOps.Subtract(y0, y1), z + 2 * product);
        TOps.Store(y1, z + 3 * product);
    }
}
