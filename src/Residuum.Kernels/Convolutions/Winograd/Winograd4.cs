using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// F(4, 3) with the points 0, ±√½, ±√2: less error than with 0, ±1, ±2, since the powers stay close to one, and squares
/// and products of the points are exact. 36 products for 16 results in two dimensions, where the definition takes 144.
/// Columns are transformed first; what one transform hands to the next stays in registers, so everything has a name.
/// </summary>
internal readonly unsafe struct Winograd4 : IWinograd
{
    const float A = 0.70710678118654752440f;
    const float B = 1.41421356237309504880f;
    const double Root = 1.41421356237309504880;
    const int Pixel = Lanes.Block;

    public static int Outputs => 4;

    /// <summary>G, row by row.</summary>
    public static ReadOnlySpan<double> Filter =>
    [
        1, 0, 0,
        -2 / 3.0, -Root / 3, -1 / 3.0,
        -2 / 3.0, Root / 3, -1 / 3.0,
        1 / 6.0, Root / 6, 1 / 3.0,
        1 / 6.0, -Root / 6, 1 / 3.0,
        0, 0, 1,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TVector, TOps>(float* d, nint row, float* v, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        // Half of the rows at a time: three of six numbers fit the registers.
        UpperColumn<TVector, TOps>(d, row, out var a0, out var b0, out var c0);
        UpperColumn<TVector, TOps>(d + Pixel, row, out var a1, out var b1, out var c1);
        UpperColumn<TVector, TOps>(d + 2 * Pixel, row, out var a2, out var b2, out var c2);
        UpperColumn<TVector, TOps>(d + 3 * Pixel, row, out var a3, out var b3, out var c3);
        UpperColumn<TVector, TOps>(d + 4 * Pixel, row, out var a4, out var b4, out var c4);
        UpperColumn<TVector, TOps>(d + 5 * Pixel, row, out var a5, out var b5, out var c5);
        InputRow<TVector, TOps>(a0, a1, a2, a3, a4, a5, v, product);
        InputRow<TVector, TOps>(b0, b1, b2, b3, b4, b5, v + 6 * product, product);
        InputRow<TVector, TOps>(c0, c1, c2, c3, c4, c5, v + 12 * product, product);
        LowerColumn<TVector, TOps>(d, row, out a0, out b0, out c0);
        LowerColumn<TVector, TOps>(d + Pixel, row, out a1, out b1, out c1);
        LowerColumn<TVector, TOps>(d + 2 * Pixel, row, out a2, out b2, out c2);
        LowerColumn<TVector, TOps>(d + 3 * Pixel, row, out a3, out b3, out c3);
        LowerColumn<TVector, TOps>(d + 4 * Pixel, row, out a4, out b4, out c4);
        LowerColumn<TVector, TOps>(d + 5 * Pixel, row, out a5, out b5, out c5);
        InputRow<TVector, TOps>(a0, a1, a2, a3, a4, a5, v + 18 * product, product);
        InputRow<TVector, TOps>(b0, b1, b2, b3, b4, b5, v + 24 * product, product);
        InputRow<TVector, TOps>(c0, c1, c2, c3, c4, c5, v + 30 * product, product);
    }

    // Points 0, √½, -√½.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void UpperColumn<TVector, TOps>(float* d, nint row, out TVector zero, out TVector plus, out TVector minus)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector d2 = TOps.Load(d + 2 * row), d4 = TOps.Load(d + 4 * row);
        zero = TOps.Add(TOps.MultiplyAdd(TOps.Broadcast(-2.5f), d2, TOps.Load(d)), d4);
        var even = TOps.MultiplyAdd(TOps.Broadcast(-2f), d2, d4);
        var odd = TOps.MultiplyAdd(TOps.Broadcast(-2f), TOps.Load(d + row), TOps.Load(d + 3 * row));
        plus = TOps.MultiplyAdd(TOps.Broadcast(A), odd, even);
        minus = TOps.MultiplyAdd(TOps.Broadcast(-A), odd, even);
    }

    // Points √2, -√2, infinity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void LowerColumn<TVector, TOps>(float* d, nint row, out TVector plus, out TVector minus, out TVector infinity)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector d1 = TOps.Load(d + row), d3 = TOps.Load(d + 3 * row);
        var even = TOps.MultiplyAdd(TOps.Broadcast(-0.5f), TOps.Load(d + 2 * row), TOps.Load(d + 4 * row));
        var odd = TOps.MultiplyAdd(TOps.Broadcast(-0.5f), d1, d3);
        plus = TOps.MultiplyAdd(TOps.Broadcast(B), odd, even);
        minus = TOps.MultiplyAdd(TOps.Broadcast(-B), odd, even);
        infinity = TOps.Add(TOps.MultiplyAdd(TOps.Broadcast(-2.5f), d3, d1), TOps.Load(d + 5 * row));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void InputRow<TVector, TOps>(
        TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, float* v, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        var middle = TOps.Broadcast(-2.5f);
        TOps.Store(TOps.Add(TOps.MultiplyAdd(middle, d2, d0), d4), v);
        var (even, odd) = (TOps.MultiplyAdd(TOps.Broadcast(-2f), d2, d4), TOps.MultiplyAdd(TOps.Broadcast(-2f), d1, d3));
        TOps.Store(TOps.MultiplyAdd(TOps.Broadcast(A), odd, even), v + product);
        TOps.Store(TOps.MultiplyAdd(TOps.Broadcast(-A), odd, even), v + 2 * product);
        (even, odd) = (TOps.MultiplyAdd(TOps.Broadcast(-0.5f), d2, d4), TOps.MultiplyAdd(TOps.Broadcast(-0.5f), d1, d3));
        TOps.Store(TOps.MultiplyAdd(TOps.Broadcast(B), odd, even), v + 3 * product);
        TOps.Store(TOps.MultiplyAdd(TOps.Broadcast(-B), odd, even), v + 4 * product);
        TOps.Store(TOps.Add(TOps.MultiplyAdd(middle, d3, d1), d5), v + 5 * product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TVector, TOps>(float* m, nint product, in WinogradResult<TVector> y)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        OutputColumn<TVector, TOps>(m, product, out var a0, out var b0, out var c0, out var d0);
        OutputColumn<TVector, TOps>(m + product, product, out var a1, out var b1, out var c1, out var d1);
        OutputColumn<TVector, TOps>(m + 2 * product, product, out var a2, out var b2, out var c2, out var d2);
        OutputColumn<TVector, TOps>(m + 3 * product, product, out var a3, out var b3, out var c3, out var d3);
        OutputColumn<TVector, TOps>(m + 4 * product, product, out var a4, out var b4, out var c4, out var d4);
        OutputColumn<TVector, TOps>(m + 5 * product, product, out var a5, out var b5, out var c5, out var d5);
        OutputRow<TVector, TOps>(a0, a1, a2, a3, a4, a5, y, y.Y, y.Residual);
        if (y.Rows > 1) OutputRow<TVector, TOps>(b0, b1, b2, b3, b4, b5, y, y.Y + y.YRow, y.Residual + y.ResidualRow);
        if (y.Rows > 2) OutputRow<TVector, TOps>(c0, c1, c2, c3, c4, c5, y, y.Y + 2 * y.YRow, y.Residual + 2 * y.ResidualRow);
        if (y.Rows > 3) OutputRow<TVector, TOps>(d0, d1, d2, d3, d4, d5, y, y.Y + 3 * y.YRow, y.Residual + 3 * y.ResidualRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OutputColumn<TVector, TOps>(float* m, nint product, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TVector : struct where TOps : struct, IOps<TVector> =>
        Powers<TVector, TOps>(TOps.Load(m), TOps.Load(m + 6 * product), TOps.Load(m + 12 * product), TOps.Load(m + 18 * product),
            TOps.Load(m + 24 * product), TOps.Load(m + 30 * product), out y0, out y1, out y2, out y3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OutputRow<TVector, TOps>(TVector u0, TVector u1, TVector u2, TVector u3, TVector u4, TVector u5,
        in WinogradResult<TVector> result, float* y, float* residual)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        Powers<TVector, TOps>(u0, u1, u2, u3, u4, u5, out var y0, out var y1, out var y2, out var y3);
        (y0, y1) = (TOps.Add(y0, result.Bias), TOps.Add(y1, result.Bias));
        (y2, y3) = (TOps.Add(y2, result.Bias), TOps.Add(y3, result.Bias));
        if (result.Residual != null)
        {
            y0 = TOps.Add(y0, TOps.Load(residual));
            if (result.Columns > 1) y1 = TOps.Add(y1, TOps.Load(residual + Pixel));
            if (result.Columns > 2) y2 = TOps.Add(y2, TOps.Load(residual + 2 * Pixel));
            if (result.Columns > 3) y3 = TOps.Add(y3, TOps.Load(residual + 3 * Pixel));
        }
        TOps.Store(TOps.Max(y0, result.Least), y);
        if (result.Columns > 1) TOps.Store(TOps.Max(y1, result.Least), y + Pixel);
        if (result.Columns > 2) TOps.Store(TOps.Max(y2, result.Least), y + 2 * Pixel);
        if (result.Columns > 3) TOps.Store(TOps.Max(y3, result.Least), y + 3 * Pixel);
    }

    // Aᵀ u.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Powers<TVector, TOps>(TVector u0, TVector u1, TVector u2, TVector u3, TVector u4, TVector u5,
        out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector sumA = TOps.Add(u1, u2), gapA = TOps.Subtract(u1, u2), sumB = TOps.Add(u3, u4), gapB = TOps.Subtract(u3, u4);
        y0 = TOps.Add(TOps.Add(u0, sumA), sumB);
        y1 = TOps.MultiplyAdd(TOps.Broadcast(A), gapA, TOps.Multiply(TOps.Broadcast(B), gapB));
        y2 = TOps.MultiplyAdd(TOps.Broadcast(0.5f), sumA, TOps.Add(sumB, sumB));
        y3 = TOps.MultiplyAdd(TOps.Broadcast(2 * B), gapB, TOps.MultiplyAdd(TOps.Broadcast(A / 2), gapA, u5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TVector, TOps>(float* dy, nint row, float* z, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        GradientColumn<TVector, TOps>(dy, row, out var a0, out var b0, out var c0, out var d0, out var e0, out var f0);
        GradientColumn<TVector, TOps>(dy + Pixel, row, out var a1, out var b1, out var c1, out var d1, out var e1, out var f1);
        GradientColumn<TVector, TOps>(dy + 2 * Pixel, row, out var a2, out var b2, out var c2, out var d2, out var e2, out var f2);
        GradientColumn<TVector, TOps>(dy + 3 * Pixel, row, out var a3, out var b3, out var c3, out var d3, out var e3, out var f3);
        GradientRow<TVector, TOps>(a0, a1, a2, a3, z, product);
        GradientRow<TVector, TOps>(b0, b1, b2, b3, z + 6 * product, product);
        GradientRow<TVector, TOps>(c0, c1, c2, c3, z + 12 * product, product);
        GradientRow<TVector, TOps>(d0, d1, d2, d3, z + 18 * product, product);
        GradientRow<TVector, TOps>(e0, e1, e2, e3, z + 24 * product, product);
        GradientRow<TVector, TOps>(f0, f1, f2, f3, z + 30 * product, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void GradientColumn<TVector, TOps>(float* dy, nint row,
        out TVector z0, out TVector z1, out TVector z2, out TVector z3, out TVector z4, out TVector z5)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        z0 = TOps.Load(dy);
        z5 = TOps.Load(dy + 3 * row);
        Points<TVector, TOps>(z0, TOps.Load(dy + row), TOps.Load(dy + 2 * row), z5, out z1, out z2, out z3, out z4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void GradientRow<TVector, TOps>(TVector y0, TVector y1, TVector y2, TVector y3, float* z, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        Points<TVector, TOps>(y0, y1, y2, y3, out var z1, out var z2, out var z3, out var z4);
        TOps.Store(y0, z);
        TOps.Store(z1, z + product);
        TOps.Store(z2, z + 2 * product);
        TOps.Store(z3, z + 3 * product);
        TOps.Store(z4, z + 4 * product);
        TOps.Store(y3, z + 5 * product);
    }

    // The four middle numbers of A y.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Points<TVector, TOps>(TVector y0, TVector y1, TVector y2, TVector y3,
        out TVector z1, out TVector z2, out TVector z3, out TVector z4)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        var (even, odd) = (TOps.MultiplyAdd(TOps.Broadcast(0.5f), y2, y0), TOps.MultiplyAdd(TOps.Broadcast(0.5f), y3, y1));
        z1 = TOps.MultiplyAdd(TOps.Broadcast(A), odd, even);
        z2 = TOps.MultiplyAdd(TOps.Broadcast(-A), odd, even);
        (even, odd) = (TOps.MultiplyAdd(TOps.Broadcast(2f), y2, y0), TOps.MultiplyAdd(TOps.Broadcast(2f), y3, y1));
        z3 = TOps.MultiplyAdd(TOps.Broadcast(B), odd, even);
        z4 = TOps.MultiplyAdd(TOps.Broadcast(-B), odd, even);
    }
}
