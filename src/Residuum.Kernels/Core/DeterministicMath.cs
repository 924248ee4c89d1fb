namespace Residuum.Kernels;

/// <summary>
/// exp, log, sin and cos from additions, multiplications and divisions alone, which IEEE 754 rounds the same everywhere: the
/// platform's library gives other last bits on other systems. Errors in double precision stay below one unit in the last
/// place (measured, see the tests); the float versions go through double and so are nearly always correctly rounded.
/// No fused multiply-adds, for the same bits on processors without them.
/// </summary>
internal static class DeterministicMath
{
    // ln 2 with 32 bits, so that a product with an exponent is exact, and the rest of it.
    const double Ln2High = 0.6931471803691238;
    const double Ln2Low = 1.9082149292705877e-10;
    const double Log2E = 1.4426950408889634;

    // pi / 2 in two parts of 33 bits and a rest: products with integers up to 2^20 are exact.
    const double HalfPiHigh = 1.5707963267341256;
    const double HalfPiMiddle = 6.077100506303966e-11;
    const double HalfPiLow = 2.0222662487959506e-21;
    const double TwoOverPi = 0.6366197723675814;

    /// <summary>The largest angle that sine and cosine take.</summary>
    public const double LargestAngle = 1 << 20;

    /// <summary>e to the power of x; infinity above 709.78, 0 below -745.13.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.782712893384) return double.PositiveInfinity;
        if (x < -745.1332191019412) return 0;

        // x = exponent ln 2 + high - low, the remainder at most half of ln 2.
        var exponent = Math.Round(x * Log2E);
        var high = x - exponent * Ln2High;
        var low = exponent * Ln2Low;
        var r = high - low;
        var rest = high - r - low;

        // The series of e^r; the last term is below 2e-17 of 1.
        var tail = 1.0 / 6227020800;
        tail = tail * r + 1.0 / 479001600;
        tail = tail * r + 1.0 / 39916800;
        tail = tail * r + 1.0 / 3628800;
        tail = tail * r + 1.0 / 362880;
        tail = tail * r + 1.0 / 40320;
        tail = tail * r + 1.0 / 5040;
        tail = tail * r + 1.0 / 720;
        tail = tail * r + 1.0 / 120;
        tail = tail * r + 1.0 / 24;
        tail = tail * r + 1.0 / 6;
        tail = tail * r + 0.5;
        var value = 1 + (r + (tail * (r * r) + (rest + rest * r)));
        return Scale(value, (int)exponent);
    }

    /// <summary>e to the power of x.</summary>
    public static float Exp(float x) => (float)Exp((double)x);

    /// <summary>The natural logarithm; minus infinity at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;
        var exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984; // 2^54, out of the subnormal numbers
            exponent = -54;
        }

        // x = 2^exponent (1 + f), 1 + f between sqrt(1/2) and sqrt(2).
        var bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }
        var f = mantissa - 1;

        // ln(1 + f) = 2 artanh(s) with s = f / (2 + f), written so that the leading term f is exact.
        var s = f / (2 + f);
        var z = s * s;
        var series = 2.0 / 25;
        series = series * z + 2.0 / 23;
        series = series * z + 2.0 / 21;
        series = series * z + 2.0 / 19;
        series = series * z + 2.0 / 17;
        series = series * z + 2.0 / 15;
        series = series * z + 2.0 / 13;
        series = series * z + 2.0 / 11;
        series = series * z + 2.0 / 9;
        series = series * z + 2.0 / 7;
        series = series * z + 2.0 / 5;
        series = series * z + 2.0 / 3;
        series *= z;
        var halfSquare = 0.5 * f * f;
        return exponent * Ln2High - (halfSquare - (s * (halfSquare + series) + exponent * Ln2Low) - f);
    }

    /// <summary>The natural logarithm.</summary>
    public static float Log(float x) => (float)Log((double)x);

    /// <summary>The cosine of an angle in radians, at most <see cref="LargestAngle"/> either way.</summary>
    public static double Cos(double x) => SinCos(x).Cos;

    /// <summary>Sine and cosine of an angle in radians, at most <see cref="LargestAngle"/> either way.</summary>
    public static (double Sin, double Cos) SinCos(double x)
    {
        if (double.IsNaN(x)) return (x, x);
        if (Math.Abs(x) > LargestAngle) throw new ArgumentOutOfRangeException(nameof(x), x, "The angle is too large.");

        // x = quarters pi/2 + r + rest.
        var quarters = Math.Round(x * TwoOverPi);
        var first = x - quarters * HalfPiHigh;
        var product = quarters * HalfPiMiddle;
        var second = first - product;
        var back = second - first;
        var rest = first - (second - back) - (product + back) - quarters * HalfPiLow;
        var r = second + rest;
        rest += second - r;

        var (sin, cos) = (Sine(r, rest), Cosine(r, rest));
        return ((int)quarters & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    // |r| is at most pi/4; the first omitted term is below 1e-19.
    static double Sine(double r, double rest)
    {
        var z = r * r;
        var series = 1.0 / 355687428096000;
        series = series * z - 1.0 / 1307674368000;
        series = series * z + 1.0 / 6227020800;
        series = series * z - 1.0 / 39916800;
        series = series * z + 1.0 / 362880;
        series = series * z - 1.0 / 5040;
        series = series * z + 1.0 / 120;
        series = series * z - 1.0 / 6;
        return r + (series * (z * r) + rest * (1 - 0.5 * z));
    }

    static double Cosine(double r, double rest)
    {
        var z = r * r;
        var series = -1.0 / 6402373705728000;
        series = series * z + 1.0 / 20922789888000;
        series = series * z - 1.0 / 87178291200;
        series = series * z + 1.0 / 479001600;
        series = series * z - 1.0 / 3628800;
        series = series * z + 1.0 / 40320;
        series = series * z - 1.0 / 720;
        series = series * z + 1.0 / 24;
        var half = 0.5 * z;
        var leading = 1 - half;
        return leading + (1 - leading - half + (series * (z * z) - r * rest));
    }

    // In two steps where the result is subnormal, so that the power of two itself is a normal number.
    static double Scale(double value, int exponent)
    {
        if (exponent > 1023) return value * 2 * PowerOfTwo(exponent - 1);
        return exponent >= -1022 ? value * PowerOfTwo(exponent) : value * PowerOfTwo(exponent + 64) * PowerOfTwo(-64);
    }

    static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
}
