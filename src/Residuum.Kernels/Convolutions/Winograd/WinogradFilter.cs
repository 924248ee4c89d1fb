using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Residuum.Kernels;

/// <summary>
/// U = G g Gᵀ of eight filters that lie side by side, in double precision, rounded once. Taps lie 16 x 16 floats apart. Written out,
/// because a product with the matrix takes four times as long, which shows where weights are transformed in each run.
/// </summary>
internal static unsafe class WinogradFilter
{
    const int Tap = Lanes.Block * Lanes.Block;

    /// <summary>F(2, 3): rows (1, 0, 0), (½, ±½, ½), (0, 0, 1) of G.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two(float* taps, float* u, nint product)
    {
        Vector512<double> a = Load(taps), b = Load(taps + Tap), c = Load(taps + 2 * Tap);
        Vector512<double> g = Load(taps + 6 * Tap), h = Load(taps + 7 * Tap), i = Load(taps + 8 * Tap);
        var half = Vector512.Create(0.5);
        RowTwo(a, b, c, u, product);
        var (left, middle, right) = ((a + g) * half, (b + h) * half, (c + i) * half);
        Vector512<double> d = Load(taps + 3 * Tap) * half, e = Load(taps + 4 * Tap) * half, f = Load(taps + 5 * Tap) * half;
        RowTwo(left + d, middle + e, right + f, u + 4 * product, product);
        RowTwo(left - d, middle - e, right - f, u + 8 * product, product);
        RowTwo(g, h, i, u + 12 * product, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void RowTwo(Vector512<double> a, Vector512<double> b, Vector512<double> c, float* u, nint product)
    {
        var half = Vector512.Create(0.5);
        var (even, odd) = ((a + c) * half, b * half);
        Store(a, u);
        Store(even + odd, u + product);
        Store(even - odd, u + 2 * product);
        Store(c, u + 3 * product);
    }

    /// <summary>F(4, 3): rows (1, 0, 0), (-2/3, ∓√2/3, -1/3), (1/6, ±√2/6, 1/3), (0, 0, 1) of G.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(float* taps, float* u, nint product)
    {
        Vector512<double> a = Load(taps), b = Load(taps + Tap), c = Load(taps + 2 * Tap);
        Vector512<double> d = Load(taps + 3 * Tap), e = Load(taps + 4 * Tap), f = Load(taps + 5 * Tap);
        Vector512<double> g = Load(taps + 6 * Tap), h = Load(taps + 7 * Tap), i = Load(taps + 8 * Tap);
        RowFour(a, b, c, u, product);
        var (left, middle, right) = (Near(a, g), Near(b, h), Near(c, i));
        RowFour(Subtract(d, NearOdd, left), Subtract(e, NearOdd, middle), Subtract(f, NearOdd, right), u + 6 * product, product);
        RowFour(Add(d, NearOdd, left), Add(e, NearOdd, middle), Add(f, NearOdd, right), u + 12 * product, product);
        (left, middle, right) = (Far(a, g), Far(b, h), Far(c, i));
        RowFour(Add(d, FarOdd, left), Add(e, FarOdd, middle), Add(f, FarOdd, right), u + 18 * product, product);
        RowFour(Subtract(d, FarOdd, left), Subtract(e, FarOdd, middle), Subtract(f, FarOdd, right), u + 24 * product, product);
        RowFour(g, h, i, u + 30 * product, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void RowFour(Vector512<double> a, Vector512<double> b, Vector512<double> c, float* u, nint product)
    {
        var (near, far) = (Near(a, c), Far(a, c));
        Store(a, u);
        Store(Subtract(b, NearOdd, near), u + product);
        Store(Add(b, NearOdd, near), u + 2 * product);
        Store(Add(b, FarOdd, far), u + 3 * product);
        Store(Subtract(b, FarOdd, far), u + 4 * product);
        Store(c, u + 5 * product);
    }

    // Points ±√½ and ±√2: what both signs share, and the factor of what they do not.
    const double NearOdd = 1.41421356237309504880 / 3, FarOdd = 1.41421356237309504880 / 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Near(Vector512<double> a, Vector512<double> c) =>
        Vector512.MultiplyAddEstimate(Vector512.Create(-1 / 3.0), c, Vector512.Create(-2 / 3.0) * a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Far(Vector512<double> a, Vector512<double> c) =>
        Vector512.MultiplyAddEstimate(Vector512.Create(1 / 3.0), c, Vector512.Create(1 / 6.0) * a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Add(Vector512<double> odd, double factor, Vector512<double> even) =>
        Vector512.MultiplyAddEstimate(odd, Vector512.Create(factor), even);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Subtract(Vector512<double> odd, double factor, Vector512<double> even) =>
        Vector512.MultiplyAddEstimate(odd, Vector512.Create(-factor), even);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Load(float* source)
    {
        var eight = Vector256.Load(source);
        return Avx512F.IsSupported ? Avx512F.ConvertToVector512Double(eight)
            : Vector512.Create(Vector256.WidenLower(eight), Vector256.WidenUpper(eight));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<double> eight, float* target) =>
        (Avx512F.IsSupported ? Avx512F.ConvertToVector256Single(eight) : Vector256.Narrow(eight.GetLower(), eight.GetUpper()))
            .Store(target);
}
