using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// e to the power of each lane, from multiply-adds alone: the remainder of x / ln 2 through the Taylor series, whose first omitted term is
/// below 2e-10 of the result, then a power of two. At most two units in the last place off (measured, see the tests). For
/// maps; <see cref="DeterministicMath"/> is more exact and slower.
/// </summary>
internal static class Exponential
{
    /// <summary>Arguments beyond this either way count as this; e to its power is still a normal number.</summary>
    public const float Largest = 87;

    // ln 2 with 15 bits, whose products with exponents are exact, and the rest of it.
    const float Ln2High = 0.693145751953125f;
    const float Ln2Low = 1.42860682030941723e-6f;
    const float Log2E = 1.44269504088896341f;

    // Added and subtracted, it rounds to a whole number.
    const float Rounder = 12582912;

    /// <summary>exp of each lane; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TVector, TOps>(TVector x) where TVector : struct where TOps : struct, IOps<TVector>
    {
        // The order of the operands matters: on x86 the second is returned where one is NaN.
        x = TOps.Min(TOps.Broadcast(Largest), TOps.Max(TOps.Broadcast(-Largest), x));
        var rounder = TOps.Broadcast(Rounder);
        var exponent = TOps.Subtract(TOps.Add(TOps.Multiply(x, TOps.Broadcast(Log2E)), rounder), rounder);
        var r = TOps.MultiplyAdd(exponent, TOps.Broadcast(-Ln2High), x);
        r = TOps.MultiplyAdd(exponent, TOps.Broadcast(-Ln2Low), r);
        var series = TOps.MultiplyAdd(r, TOps.Broadcast(1f / 40320), TOps.Broadcast(1f / 5040));
        series = TOps.MultiplyAdd(r, series, TOps.Broadcast(1f / 720));
        series = TOps.MultiplyAdd(r, series, TOps.Broadcast(1f / 120));
        series = TOps.MultiplyAdd(r, series, TOps.Broadcast(1f / 24));
        series = TOps.MultiplyAdd(r, series, TOps.Broadcast(1f / 6));
        series = TOps.MultiplyAdd(r, series, TOps.Broadcast(0.5f));
        series = TOps.MultiplyAdd(TOps.Multiply(r, r), series, r);
        return TOps.Multiply(TOps.Add(TOps.Broadcast(1), series), TOps.PowerOfTwo(exponent));
    }
}
