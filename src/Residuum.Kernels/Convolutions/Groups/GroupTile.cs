using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// What a <see cref="GroupTile"/> computes: some columns of all rows from <see cref="FirstRow"/> to <see cref="EndRow"/> of a block of
/// channels. Distances are in floats; pixels lie 16 apart everywhere.
/// </summary>
internal unsafe struct GroupArguments
{
    /// <summary>The window's first pixel for row 0, at its first channel.</summary>
    public float* X;
    public nint XRow;

    /// <summary>The first lane of the block that is computed; weights, bias, residual and result begin with it.</summary>
    public int Lane;

    /// <summary>Weights as [step][kernel row][kernel column][16].</summary>
    public float* W;

    /// <summary>Which inputs the lanes take at each step: <see cref="GroupOrder"/>.</summary>
    public float* Order;

    /// <summary>Inputs of a group.</summary>
    public int Inputs;

    /// <summary>Rows of the result, and rows of the input from one to the next.</summary>
    public int FirstRow, EndRow, Stride;

    /// <summary>What the sums begin with, one number for each lane; null for zero.</summary>
    public float* Bias;

    /// <summary>Added at the end, its row 0; null for nothing. It may be the same memory as Y.</summary>
    public float* Residual;
    public nint ResidualRow;

    /// <summary>Row 0 of the result.</summary>
    public float* Y;
    public nint YRow;

    /// <summary>Results below this become this: 0 for a ReLU, minus infinity for none.</summary>
    public float Least;
}

/// <summary>
/// Some columns of a convolution by a 3x3 window within small groups. Each lane needs only the channels of its own group, so a pixel is
/// loaded once for each input of a group with its lanes put in order, and then multiplied with all of its up to nine weights: input row
/// by input row, into up to three rows of results that the window covers. A result is one chain of multiply-adds over window rows, steps
/// and window columns.
/// </summary>
internal abstract unsafe class GroupTile
{
    /// <summary>Columns of the result.</summary>
    public abstract int Pixels { get; }

    public abstract void Run(GroupArguments* arguments);

    /// <summary><see cref="Run"/> as an object.</summary>
    public Delegate Compiled => new Runner(Run);

    delegate void Runner(GroupArguments* arguments);

    /// <summary>The most columns at a time: sums of three rows and a row of pixels stay in registers.</summary>
    public static int Most(int width, int stride) => stride > 2 ? 1 : width < 16 ? 3 : stride == 1 ? 7 : 5;

    /// <summary>The tile of so many columns that lie a stride apart in the input.</summary>
    public static GroupTile Create(int width, int pixels, int stride) => width switch
    {
        16 => OfStride<Vector512<float>, Ops512>(pixels, stride),
        8 => OfStride<Vector256<float>, Ops256>(pixels, stride),
        4 => OfStride<Vector128<float>, Ops128>(pixels, stride),
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    static GroupTile OfStride<TVector, TOps>(int pixels, int stride) where TVector : struct where TOps : struct, IOps<TVector> =>
        stride == 2 ? OfPixels<TVector, TOps, Count2>(pixels) : OfPixels<TVector, TOps, Count1>(pixels);

    static GroupTile OfPixels<TVector, TOps, TStride>(int pixels)
        where TVector : struct where TOps : struct, IOps<TVector> where TStride : struct, ICount => pixels switch
        {
            1 => new GroupTile<TVector, TOps, Count1, TStride>(),
            2 => new GroupTile<TVector, TOps, Count2, TStride>(),
            3 => new GroupTile<TVector, TOps, Count3, TStride>(),
            4 => new GroupTile<TVector, TOps, Count4, TStride>(),
            5 => new GroupTile<TVector, TOps, Count5, TStride>(),
            6 => new GroupTile<TVector, TOps, Count6, TStride>(),
            7 => new GroupTile<TVector, TOps, Count7, TStride>(),
            _ => throw new ArgumentOutOfRangeException(nameof(pixels)),
        };
}

/// <summary>
/// The tile for a vector width, a number of columns and their distance in the input (2, or 1 for all else), as named locals.
/// </summary>
internal sealed unsafe class GroupTile<TVector, TOps, TPixels, TStride> : GroupTile
    where TVector : struct where TOps : struct, IOps<TVector> where TPixels : unmanaged, ICount where TStride : struct, ICount
{
    const int Pixel = Lanes.Block;
    const int KernelRow = 3 * Lanes.Block;

    public override int Pixels => TPixels.Value;

    // Three rows of sums: an input row is the last of the window for a, the middle one for b, the first for c. Then b becomes a, and c b.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(GroupArguments* arguments)
    {
        TVector a0 = TOps.Zero, a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0;
        TVector b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0, b6 = a0;
        TVector c0 = Start(arguments), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0;
        var (inputs, stride, lane) = (arguments->Inputs, arguments->Stride, arguments->Lane);
        var rows = arguments->EndRow - arguments->FirstRow;
        var x = arguments->X + arguments->FirstRow * stride * arguments->XRow;
        var y = arguments->Y + arguments->FirstRow * arguments->YRow;
        var residual = arguments->Residual == null ? null : arguments->Residual + arguments->FirstRow * arguments->ResidualRow;
        for (var row = 0; row < (rows - 1) * stride + 3; row++, x += arguments->XRow)
        {
            var (isFirst, isMiddle, isLast) = (Begins(row, stride, rows), Begins(row - 1, stride, rows), Begins(row - 2, stride, rows));
            var w = arguments->W;
            var order = arguments->Order;
            for (var step = 0; step < inputs; step++, w += 3 * KernelRow, order += TOps.Width)
            {
                var from = x + (lane ^ (step & -TOps.Width));
                TVector x0 = TOps.Zero, x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0, x7 = x0, x8 = x0;
                TVector z0 = x0, z1 = x0, z2 = x0, z3 = x0, z4 = x0, z5 = x0, z6 = x0;
                if (step == 0 && inputs > 1)
                    Read(0, from, x0, ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, ref x8,
                        ref z0, ref z1, ref z2, ref z3, ref z4);
                else if (step == 1)
                    Read(1, from, x0, ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, ref x8,
                        ref z0, ref z1, ref z2, ref z3, ref z4);
                else
                    Read(2, from, TOps.Load(order), ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, ref x8,
                        ref z0, ref z1, ref z2, ref z3, ref z4);
                if (TStride.Value == 1)
                {
                    if (isLast)
                        Taps(w + 2 * KernelRow, x0, x1, x2, x3, x4, x5, x6, x1, x2, x3, x4, x5, x6, x7, x2, x3, x4, x5, x6, x7, x8,
                            ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6);
                    if (isMiddle)
                        Taps(w + KernelRow, x0, x1, x2, x3, x4, x5, x6, x1, x2, x3, x4, x5, x6, x7, x2, x3, x4, x5, x6, x7, x8,
                            ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
                    if (isFirst)
                        Taps(w, x0, x1, x2, x3, x4, x5, x6, x1, x2, x3, x4, x5, x6, x7, x2, x3, x4, x5, x6, x7, x8,
                            ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                }
                else
                {
                    if (isLast)
                        Taps(w + 2 * KernelRow, x0, x1, x2, x3, x4, x5, x6, z0, z1, z2, z3, z4, z5, z6, x1, x2, x3, x4, x5, x6, x7,
                            ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6);
                    if (isMiddle)
                        Taps(w + KernelRow, x0, x1, x2, x3, x4, x5, x6, z0, z1, z2, z3, z4, z5, z6, x1, x2, x3, x4, x5, x6, x7,
                            ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
                    if (isFirst)
                        Taps(w, x0, x1, x2, x3, x4, x5, x6, z0, z1, z2, z3, z4, z5, z6, x1, x2, x3, x4, x5, x6, x7,
                            ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                }
            }
            if (isLast)
            {
                Finish(arguments, 0, a0, y, residual);
                if (sizeof(TPixels) > 1) Finish(arguments, 1, a1, y, residual);
                if (sizeof(TPixels) > 2) Finish(arguments, 2, a2, y, residual);
                if (sizeof(TPixels) > 3) Finish(arguments, 3, a3, y, residual);
                if (sizeof(TPixels) > 4) Finish(arguments, 4, a4, y, residual);
                if (sizeof(TPixels) > 5) Finish(arguments, 5, a5, y, residual);
                if (sizeof(TPixels) > 6) Finish(arguments, 6, a6, y, residual);
                y += arguments->YRow;
                if (residual != null) residual += arguments->ResidualRow;
            }
            a0 = b0;
            a1 = b1;
            a2 = b2;
            a3 = b3;
            a4 = b4;
            a5 = b5;
            a6 = b6;
            b0 = c0;
            b1 = c1;
            b2 = c2;
            b3 = c3;
            b4 = c4;
            b5 = c5;
            b6 = c6;
            c0 = c1 = c2 = c3 = c4 = c5 = c6 = Start(arguments);
        }
    }

    // Whether a window begins with this row of the input, counted from the first window's first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Begins(int row, int stride, int rows) =>
        stride == 1 ? (uint)row < (uint)rows : row >= 0 && row % stride == 0 && row / stride < rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Start(GroupArguments* arguments) => arguments->Bias == null ? TOps.Zero : TOps.Load(arguments->Bias);

    // The pixels of a row, with a stride of two the odd ones as z.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Read(int step, float* from, TVector lanes,
        ref TVector x0, ref TVector x1, ref TVector x2, ref TVector x3, ref TVector x4, ref TVector x5,
        ref TVector x6, ref TVector x7, ref TVector x8, ref TVector z0, ref TVector z1, ref TVector z2, ref TVector z3, ref TVector z4)
    {
        x0 = At(from, 0, step, lanes);
        if (TStride.Value == 1)
        {
            x1 = At(from, 1, step, lanes);
            x2 = At(from, 2, step, lanes);
            if (sizeof(TPixels) > 1) x3 = At(from, 3, step, lanes);
            if (sizeof(TPixels) > 2) x4 = At(from, 4, step, lanes);
            if (sizeof(TPixels) > 3) x5 = At(from, 5, step, lanes);
            if (sizeof(TPixels) > 4) x6 = At(from, 6, step, lanes);
            if (sizeof(TPixels) > 5) x7 = At(from, 7, step, lanes);
            if (sizeof(TPixels) > 6) x8 = At(from, 8, step, lanes);
        }
        else
        {
            z0 = At(from, 1, step, lanes);
            x1 = At(from, 2, step, lanes);
            if (sizeof(TPixels) > 1) z1 = At(from, 3, step, lanes);
            if (sizeof(TPixels) > 1) x2 = At(from, 4, step, lanes);
            if (sizeof(TPixels) > 2) z2 = At(from, 5, step, lanes);
            if (sizeof(TPixels) > 2) x3 = At(from, 6, step, lanes);
            if (sizeof(TPixels) > 3) z3 = At(from, 7, step, lanes);
            if (sizeof(TPixels) > 3) x4 = At(from, 8, step, lanes);
            if (sizeof(TPixels) > 4) z4 = At(from, 9, step, lanes);
            if (sizeof(TPixels) > 4) x5 = At(from, 10, step, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector At(float* x, int pixel, int step, TVector lanes) => GroupOrder.Read<TVector, TOps>(x + pixel * Pixel, step, lanes);

    // The least value comes first: a maximum that meets NaN gives its second operand, so NaN stays visible.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish(GroupArguments* arguments, int pixel, TVector sum, float* y, float* residual)
    {
        if (residual != null) sum = TOps.Add(sum, TOps.Load(residual + pixel * Pixel));
        TOps.Store(TOps.Max(TOps.Broadcast(arguments->Least), sum), y + pixel * Pixel);
    }

    // One row of the window: what its three columns meet of the input, and the sums.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Taps(float* w,
        TVector l0, TVector l1, TVector l2, TVector l3, TVector l4, TVector l5, TVector l6,
        TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, TVector m6,
        TVector r0, TVector r1, TVector r2, TVector r3, TVector r4, TVector r5, TVector r6,
        ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6)
    {
        var weights = TOps.Load(w);
        s0 = TOps.MultiplyAdd(l0, weights, s0);
        if (sizeof(TPixels) > 1) s1 = TOps.MultiplyAdd(l1, weights, s1);
        if (sizeof(TPixels) > 2) s2 = TOps.MultiplyAdd(l2, weights, s2);
        if (sizeof(TPixels) > 3) s3 = TOps.MultiplyAdd(l3, weights, s3);
        if (sizeof(TPixels) > 4) s4 = TOps.MultiplyAdd(l4, weights, s4);
        if (sizeof(TPixels) > 5) s5 = TOps.MultiplyAdd(l5, weights, s5);
        if (sizeof(TPixels) > 6) s6 = TOps.MultiplyAdd(l6, weights, s6);
        weights = TOps.Load(w + Pixel);
        s0 = TOps.MultiplyAdd(m0, weights, s0);
        if (sizeof(TPixels) > 1) s1 = TOps.MultiplyAdd(m1, weights, s1);
        if (sizeof(TPixels) > 2) s2 = TOps.MultiplyAdd(m2, weights, s2);
        if (sizeof(TPixels) > 3) s3 = TOps.MultiplyAdd(m3, weights, s3);
        if (sizeof(TPixels) > 4) s4 = TOps.MultiplyAdd(m4, weights, s4);
        if (sizeof(TPixels) > 5) s5 = TOps.MultiplyAdd(m5, weights, s5);
        if (sizeof(TPixels) > 6) s6 = TOps.MultiplyAdd(m6, weights, s6);
        weights = TOps.Load(w + 2 * Pixel);
        s0 = TOps.MultiplyAdd(r0, weights, s0);
        if (sizeof(TPixels) > 1) s1 = TOps.MultiplyAdd(r1, weights, s1);
        if (sizeof(TPixels) > 2) s2 = TOps.MultiplyAdd(r2, weights, s2);
        if (sizeof(TPixels) > 3) s3 = TOps.MultiplyAdd(r3, weights, s3);
        if (sizeof(TPixels) > 4) s4 = TOps.MultiplyAdd(r4, weights, s4);
        if (sizeof(TPixels) > 5) s5 = TOps.MultiplyAdd(r5, weights, s5);
        if (sizeof(TPixels) > 6) s6 = TOps.MultiplyAdd(r6, weights, s6);
    }
}
