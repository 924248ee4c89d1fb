using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// What a tile computes: for each of its positions p and vectors v, the sum over an outer, a middle and an inner count of
/// X[outer, middle, inner; p] (one number) times W[outer, middle, inner; v] (a vector), added up in that order in one accumulator.
/// Distances are in floats. The positions of a tile may lie in two halves, so that a tile can span two rows of a narrow map.
/// </summary>
internal unsafe struct TileArguments
{
    public int OuterCount, MiddleCount, InnerCount;

    public float* X;
    public nint XOuter, XMiddle, XInner;

    /// <summary>From the first half's first position to the second half's; the halves have Pixels / 2 positions and the rest.</summary>
    public nint XSecond;

    /// <summary>From a position to the next, where the tile does not have it as a constant.</summary>
    public nint Stride;

    /// <summary>
    /// From the first position of a row of the window to what is fetched into the cache for a later tile, and how far that moves with
    /// each step; zeros for nothing.
    /// </summary>
    public nint XAhead, XAheadStep;

    /// <summary>
    /// While a row of the window is computed, the next one is fetched into the first-level cache: the distance from X to the next tile's,
    /// whose first row follows the last one, and how far what is fetched moves with each step; zeros for nothing.
    /// </summary>
    public nint XNext, XNextStep;

    public float* W;
    public nint WOuter, WMiddle, WInner, WVector;

    /// <summary>What the accumulators begin with, one number for each lane of the vectors; null for zero.</summary>
    public float* Bias;

    /// <summary>Added at the end; null for nothing. It may be the same memory as Y.</summary>
    public float* Residual;
    public nint ResidualStride, ResidualVector, ResidualSecond;

    public float* Y;
    public nint YStride, YVector, YSecond;

    /// <summary>How far what is fetched of Y moves with each step; zero for nothing.</summary>
    public nint YAheadStep;

    /// <summary>Results below this become this: 0 for a ReLU, minus infinity for none.</summary>
    public float Least;
}

/// <summary>A register tile: Pixels positions by Vectors vectors of accumulators.</summary>
internal abstract unsafe class Tile
{
    public abstract int Pixels { get; }

    public abstract int Vectors { get; }

    public abstract void Run(TileArguments* arguments);

    /// <summary><see cref="Run"/> as an object.</summary>
    public Delegate Compiled => new Runner(Run);

    delegate void Runner(TileArguments* arguments);

    /// <summary>The tile sizes there are, ascending, for so many vectors, a position stride and a vector width.</summary>
    public static ReadOnlySpan<int> Sizes(int width, int vectors, int stride)
    {
        ReadOnlySpan<int> all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 20, 24, 28];
        if (width < 16) return all[..6];
        if (!IsConstant(stride)) return all[..(vectors == 1 ? 8 : 6)];
        return vectors switch { 1 => all, 2 => all[..14], _ => all[..6] };
    }

    /// <summary>The tile of this size for vectors of this many floats.</summary>
    public static Tile Create(int width, int pixels, int vectors, int stride) => width switch
    {
        16 => OfStride<Vector512<float>, Ops512>(pixels, vectors, stride),
        8 => NarrowOfStride<Vector256<float>, Ops256>(pixels, vectors, stride),
        4 => NarrowOfStride<Vector128<float>, Ops128>(pixels, vectors, stride),
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    static bool IsConstant(int stride) => stride is 1 or 3 or 6 or 16 or 32;

    static Tile OfStride<TVector, TOps>(int pixels, int vectors, int stride)
        where TVector : struct where TOps : struct, IOps<TVector> => stride switch
        {
            1 => OfVectors<TVector, TOps, Count1>(pixels, vectors),
            3 => OfVectors<TVector, TOps, Count3>(pixels, vectors),
            6 => OfVectors<TVector, TOps, Count6>(pixels, vectors),
            16 => OfVectors<TVector, TOps, Count16>(pixels, vectors),
            32 => OfVectors<TVector, TOps, Count32>(pixels, vectors),
            _ => OfVectors<TVector, TOps, Unknown>(pixels, vectors),
        };

    static Tile OfVectors<TVector, TOps, TStride>(int pixels, int vectors)
        where TVector : struct where TOps : struct, IOps<TVector> where TStride : struct, ICount => vectors switch
        {
            1 => OfPixels<TVector, TOps, Count1, TStride>(pixels),
            2 => OfPixels<TVector, TOps, Count2, TStride>(pixels),
            4 => OfPixels<TVector, TOps, Count4, TStride>(pixels),
            _ => throw new ArgumentOutOfRangeException(nameof(vectors)),
        };

    static Tile NarrowOfStride<TVector, TOps>(int pixels, int vectors, int stride)
        where TVector : struct where TOps : struct, IOps<TVector> => stride switch
        {
            1 => NarrowOfVectors<TVector, TOps, Count1>(pixels, vectors),
            3 => NarrowOfVectors<TVector, TOps, Count3>(pixels, vectors),
            6 => NarrowOfVectors<TVector, TOps, Count6>(pixels, vectors),
            16 => NarrowOfVectors<TVector, TOps, Count16>(pixels, vectors),
            32 => NarrowOfVectors<TVector, TOps, Count32>(pixels, vectors),
            _ => NarrowOfVectors<TVector, TOps, Unknown>(pixels, vectors),
        };

    static Tile NarrowOfVectors<TVector, TOps, TStride>(int pixels, int vectors)
        where TVector : struct where TOps : struct, IOps<TVector> where TStride : struct, ICount => vectors switch
        {
            1 => NarrowOfPixels<TVector, TOps, Count1, TStride>(pixels),
            2 => NarrowOfPixels<TVector, TOps, Count2, TStride>(pixels),
            _ => throw new ArgumentOutOfRangeException(nameof(vectors)),
        };

    static Tile NarrowOfPixels<TVector, TOps, TVectors, TStride>(int pixels)
        where TVector : struct where TOps : struct, IOps<TVector> where TVectors : unmanaged, ICount where TStride : struct, ICount =>
            pixels switch
            {
                1 => new NarrowTile<TVector, TOps, Count1, TVectors, TStride>(),
                2 => new NarrowTile<TVector, TOps, Count2, TVectors, TStride>(),
                3 => new NarrowTile<TVector, TOps, Count3, TVectors, TStride>(),
                4 => new NarrowTile<TVector, TOps, Count4, TVectors, TStride>(),
                5 => new NarrowTile<TVector, TOps, Count5, TVectors, TStride>(),
                6 => new NarrowTile<TVector, TOps, Count6, TVectors, TStride>(),
                _ => throw new ArgumentOutOfRangeException(nameof(pixels)),
            };

    static Tile OfPixels<TVector, TOps, TVectors, TStride>(int pixels)
        where TVector : struct where TOps : struct, IOps<TVector> where TVectors : unmanaged, ICount where TStride : struct, ICount =>
            pixels switch
            {
                1 => new Tile<TVector, TOps, Count1, TVectors, TStride>(),
                2 => new Tile<TVector, TOps, Count2, TVectors, TStride>(),
                3 => new Tile<TVector, TOps, Count3, TVectors, TStride>(),
                4 => new Tile<TVector, TOps, Count4, TVectors, TStride>(),
                5 => new Tile<TVector, TOps, Count5, TVectors, TStride>(),
                6 => new Tile<TVector, TOps, Count6, TVectors, TStride>(),
                7 => new Tile<TVector, TOps, Count7, TVectors, TStride>(),
                8 => new Tile<TVector, TOps, Count8, TVectors, TStride>(),
                9 => new Tile<TVector, TOps, Count9, TVectors, TStride>(),
                10 => new Tile<TVector, TOps, Count10, TVectors, TStride>(),
                11 => new Tile<TVector, TOps, Count11, TVectors, TStride>(),
                12 => new Tile<TVector, TOps, Count12, TVectors, TStride>(),
                13 => new Tile<TVector, TOps, Count13, TVectors, TStride>(),
                14 => new Tile<TVector, TOps, Count14, TVectors, TStride>(),
                16 => new Tile<TVector, TOps, Count16, TVectors, TStride>(),
                20 => new Tile<TVector, TOps, Count20, TVectors, TStride>(),
                24 => new Tile<TVector, TOps, Count24, TVectors, TStride>(),
                28 => new Tile<TVector, TOps, Count28, TVectors, TStride>(),
                _ => throw new ArgumentOutOfRangeException(nameof(pixels)),
            };
}
