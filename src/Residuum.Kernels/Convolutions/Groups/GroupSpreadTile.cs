using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// What a <see cref="GroupSpreadTile"/> computes. Rows and columns of dx are counted from the window's first for dy's first pixel, so
/// that row r gets dy's row q by the window's row r - 2q. Distances are in floats; pixels lie 16 apart everywhere.
/// </summary>
internal unsafe struct GroupSpreadArguments
{
    /// <summary>dy's row and column 0, at a block's first channel.</summary>
    public float* Dy;
    public nint DyRow;
    public int DyRows;

    /// <summary>The first lane of the block that is computed; weights, residual and dx begin with it.</summary>
    public int Lane;

    /// <summary>Weights as [step][kernel row][kernel column][16], lanes are inputs.</summary>
    public float* W;

    /// <summary>Which outputs the lanes take at each step: <see cref="GroupOrder"/>.</summary>
    public float* Order;

    /// <summary>Outputs of a group.</summary>
    public int Outputs;

    /// <summary>Rows and columns that are written, and half of the tile's first column.</summary>
    public int FirstRow, EndRow, FirstColumn, EndColumn, Half;

    /// <summary>Added at the end, its row and column 0; null for nothing. It may be the same memory as dx.</summary>
    public float* Residual;
    public nint ResidualRow;

    /// <summary>Row and column 0 of dx.</summary>
    public float* Dx;
    public nint DxRow;
}

/// <summary>
/// Some pairs of columns of the gradient to the input of a convolution by a 3x3 window with a stride of two within small groups. A pixel
/// of dy with its lanes in order is multiplied with all nine weights: dy's row q goes into dx's rows 2q, 2q + 1 and 2q + 2. A result is
/// one chain over rows of dy, steps and columns of dy.
/// </summary>
internal abstract unsafe class GroupSpreadTile
{
    /// <summary>Pairs of columns of dx.</summary>
    public abstract int Pairs { get; }

    public abstract void Run(GroupSpreadArguments* arguments);

    /// <summary><see cref="Run"/> as an object.</summary>
    public Delegate Compiled => new Runner(Run);

    delegate void Runner(GroupSpreadArguments* arguments);

    /// <summary>The most pairs of columns at a time: sums of three rows and a row of pixels stay in registers.</summary>
    public static int Most(int width) => width < 16 ? 2 : 4;

    /// <summary>The tile of so many pairs of columns.</summary>
    public static GroupSpreadTile Create(int width, int pairs) => width switch
    {
        16 => OfPairs<Vector512<float>, Ops512>(pairs),
        8 => OfPairs<Vector256<float>, Ops256>(pairs),
        4 => OfPairs<Vector128<float>, Ops128>(pairs),
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    static GroupSpreadTile OfPairs<TVector, TOps>(int pairs) where TVector : struct where TOps : struct, IOps<TVector> => pairs switch
    {
        1 => new GroupSpreadTile<TVector, TOps, Count1>(),
        2 => new GroupSpreadTile<TVector, TOps, Count2>(),
        3 => new GroupSpreadTile<TVector, TOps, Count3>(),
        4 => new GroupSpreadTile<TVector, TOps, Count4>(),
        _ => throw new ArgumentOutOfRangeException(nameof(pairs)),
    };
}

/// <summary>The tile for a vector width and a number of pairs of columns, as named locals.</summary>
internal sealed unsafe class GroupSpreadTile<TVector, TOps, TPairs> : GroupSpreadTile
    where TVector : struct where TOps : struct, IOps<TVector> where TPairs : unmanaged, ICount
{
    const int Pixel = Lanes.Block;
    const int KernelRow = 3 * Lanes.Block;

    public override int Pairs => TPairs.Value;

    // Three rows of sums, dx's rows 2q (a), 2q + 1 (b) and 2q + 2 (c), which is the next a.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(GroupSpreadArguments* arguments)
    {
        TVector a0 = TOps.Zero, a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        var (outputs, lane) = (arguments->Outputs, arguments->Lane);
        var (first, last) = (arguments->FirstRow / 2, (arguments->EndRow - 1) / 2);
        for (var q = first - 1; q <= last; q++)
        {
            TVector b0 = TOps.Zero, b1 = b0, b2 = b0, b3 = b0, b4 = b0, b5 = b0, b6 = b0, b7 = b0;
            TVector c0 = b0, c1 = b0, c2 = b0, c3 = b0, c4 = b0, c5 = b0, c6 = b0, c7 = b0;
            var x = arguments->Dy + q * arguments->DyRow + (arguments->Half - 1) * Pixel;
            var w = arguments->W;
            var order = arguments->Order;
            var (isIn, isNext) = (q >= first, q < last);
            for (var step = q >= 0 && q < arguments->DyRows ? 0 : outputs; step < outputs; step++, w += 3 * KernelRow, order += TOps.Width)
            {
                var from = x + (lane ^ (step & -TOps.Width));
                TVector x0 = TOps.Zero, x1 = x0, x2 = x0, x3 = x0, x4 = x0;
                if (step == 0 && outputs > 1) Read(0, from, x0, ref x0, ref x1, ref x2, ref x3, ref x4);
                else if (step == 1) Read(1, from, x0, ref x0, ref x1, ref x2, ref x3, ref x4);
                else Read(2, from, TOps.Load(order), ref x0, ref x1, ref x2, ref x3, ref x4);
                if (isIn)
                {
                    Taps(w, x0, x1, x2, x3, x4, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                    Taps(w + KernelRow, x0, x1, x2, x3, x4, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                }
                if (isNext) Taps(w + 2 * KernelRow, x0, x1, x2, x3, x4, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            }
            if (isIn)
            {
                Finish(arguments, 2 * q, a0, a1, a2, a3, a4, a5, a6, a7);
                Finish(arguments, 2 * q + 1, b0, b1, b2, b3, b4, b5, b6, b7);
            }
            a0 = c0;
            a1 = c1;
            a2 = c2;
            a3 = c3;
            a4 = c4;
            a5 = c5;
            a6 = c6;
            a7 = c7;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Read(int step, float* from, TVector lanes, ref TVector x0, ref TVector x1, ref TVector x2, ref TVector x3, ref TVector x4)
    {
        x0 = GroupOrder.Read<TVector, TOps>(from, step, lanes);
        x1 = GroupOrder.Read<TVector, TOps>(from + Pixel, step, lanes);
        if (sizeof(TPairs) > 1) x2 = GroupOrder.Read<TVector, TOps>(from + 2 * Pixel, step, lanes);
        if (sizeof(TPairs) > 2) x3 = GroupOrder.Read<TVector, TOps>(from + 3 * Pixel, step, lanes);
        if (sizeof(TPairs) > 3) x4 = GroupOrder.Read<TVector, TOps>(from + 4 * Pixel, step, lanes);
    }

    // One row of the window: even columns get two pixels of dy, odd ones one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Taps(float* w, TVector x0, TVector x1, TVector x2, TVector x3, TVector x4, ref TVector s0, ref TVector s1, ref TVector s2,
        ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6, ref TVector s7)
    {
        var weights = TOps.Load(w + 2 * Pixel);
        s0 = TOps.MultiplyAdd(x0, weights, s0);
        if (sizeof(TPairs) > 1) s2 = TOps.MultiplyAdd(x1, weights, s2);
        if (sizeof(TPairs) > 2) s4 = TOps.MultiplyAdd(x2, weights, s4);
        if (sizeof(TPairs) > 3) s6 = TOps.MultiplyAdd(x3, weights, s6);
        weights = TOps.Load(w + Pixel);
        s1 = TOps.MultiplyAdd(x1, weights, s1);
        if (sizeof(TPairs) > 1) s3 = TOps.MultiplyAdd(x2, weights, s3);
        if (sizeof(TPairs) > 2) s5 = TOps.MultiplyAdd(x3, weights, s5);
        if (sizeof(TPairs) > 3) s7 = TOps.MultiplyAdd(x4, weights, s7);
        weights = TOps.Load(w);
        s0 = TOps.MultiplyAdd(x1, weights, s0);
        if (sizeof(TPairs) > 1) s2 = TOps.MultiplyAdd(x2, weights, s2);
        if (sizeof(TPairs) > 2) s4 = TOps.MultiplyAdd(x3, weights, s4);
        if (sizeof(TPairs) > 3) s6 = TOps.MultiplyAdd(x4, weights, s6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish(GroupSpreadArguments* arguments, int row, TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, TVector s5,
        TVector s6, TVector s7)
    {
        if (row < arguments->FirstRow || row >= arguments->EndRow) return;
        Store(arguments, row, 0, s0);
        Store(arguments, row, 1, s1);
        if (sizeof(TPairs) > 1) Store(arguments, row, 2, s2);
        if (sizeof(TPairs) > 1) Store(arguments, row, 3, s3);
        if (sizeof(TPairs) > 2) Store(arguments, row, 4, s4);
        if (sizeof(TPairs) > 2) Store(arguments, row, 5, s5);
        if (sizeof(TPairs) > 3) Store(arguments, row, 6, s6);
        if (sizeof(TPairs) > 3) Store(arguments, row, 7, s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(GroupSpreadArguments* arguments, int row, int pixel, TVector sum)
    {
        var column = 2 * arguments->Half + pixel;
        if (column < arguments->FirstColumn || column >= arguments->EndColumn) return;
        if (arguments->Residual != null)
            sum = TOps.Add(sum, TOps.Load(arguments->Residual + row * arguments->ResidualRow + column * Pixel));
        TOps.Store(sum, arguments->Dx + row * arguments->DxRow + column * Pixel);
    }
}
