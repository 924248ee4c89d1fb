using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// <see cref="Tile{TVector,TOps,TPixels,TVectors,TStride}"/> for processors with 16 registers: up to 6 positions x 2 vectors. A step is
/// so short there (6 cycles) that whatever is not a multiply-add shows. Four steps are taken at a time, the way to the next row of the
/// window is a few additions without a branch, and one line is fetched ahead for two steps.
/// </summary>
internal sealed unsafe class NarrowTile<TVector, TOps, TPixels, TVectors, TStride> : Tile
    where TVector : struct where TOps : struct, IOps<TVector>
    where TPixels : unmanaged, ICount where TVectors : unmanaged, ICount where TStride : struct, ICount
{
    public override int Pixels => TPixels.Value;

    public override int Vectors => TVectors.Value;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(TileArguments* arguments)
    {
        TVector a0 = TOps.Zero, c0 = a0;
        if (arguments->Bias != null)
        {
            a0 = TOps.Load(arguments->Bias);
            if (sizeof(TVectors) > 1) c0 = TOps.Load(arguments->Bias + TOps.Width);
        }
        TVector a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
        TVector c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;

        // What the tile will add to and write is on its way while it computes.
        Fetch(arguments->Y, arguments->Y + arguments->YSecond, arguments->YStride);

        var stride = arguments->Stride;
        var innerCount = arguments->InnerCount;
        var xInner = sizeof(float) * arguments->XInner;
        var wInner = sizeof(float) * arguments->WInner;
        var wVector = arguments->WVector;
        var second = arguments->XSecond;
        var xAhead = arguments->XAhead;
        var xAheadStep = 2 * sizeof(float) * arguments->XAheadStep;
        var xOuter = arguments->X;
        var wOuter = arguments->W;
        for (var outer = arguments->OuterCount; outer > 0; outer--)
        {
            var xMiddle = xOuter;
            var wMiddle = wOuter;
            for (var middle = arguments->MiddleCount; middle > 0; middle--)
            {
                var x = (byte*)xMiddle;
                var z = (byte*)(xMiddle + second);
                var w = (byte*)wMiddle;
                var next = (byte*)(xMiddle + xAhead);
                for (var i = innerCount >> 2; i > 0; i--)
                {
                    Cache.Prefetch((float*)next);
                    next += xAheadStep;
                    Step(ref x, ref z, ref w, xInner, wInner, stride, wVector, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5,
                        ref c0, ref c1, ref c2, ref c3, ref c4, ref c5);
                    Step(ref x, ref z, ref w, xInner, wInner, stride, wVector, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5,
                        ref c0, ref c1, ref c2, ref c3, ref c4, ref c5);
                    Cache.Prefetch((float*)next);
                    next += xAheadStep;
                    Step(ref x, ref z, ref w, xInner, wInner, stride, wVector, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5,
                        ref c0, ref c1, ref c2, ref c3, ref c4, ref c5);
                    Step(ref x, ref z, ref w, xInner, wInner, stride, wVector, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5,
                        ref c0, ref c1, ref c2, ref c3, ref c4, ref c5);
                }
                for (var i = innerCount & 3; i > 0; i--)
                {
                    Step(ref x, ref z, ref w, xInner, wInner, stride, wVector, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5,
                        ref c0, ref c1, ref c2, ref c3, ref c4, ref c5);
                }
                xMiddle += arguments->XMiddle;
                wMiddle += arguments->WMiddle;
            }
            xOuter += arguments->XOuter;
            wOuter += arguments->WOuter;
        }

        if (arguments->Residual != null)
        {
            var r = arguments->Residual;
            var s = r + arguments->ResidualSecond;
            var (rStride, rVector) = (arguments->ResidualStride, arguments->ResidualVector);
            Increase(Target(r, s, 0, rStride), rVector, ref a0, ref c0);
            if (sizeof(TPixels) > 1) Increase(Target(r, s, 1, rStride), rVector, ref a1, ref c1);
            if (sizeof(TPixels) > 2) Increase(Target(r, s, 2, rStride), rVector, ref a2, ref c2);
            if (sizeof(TPixels) > 3) Increase(Target(r, s, 3, rStride), rVector, ref a3, ref c3);
            if (sizeof(TPixels) > 4) Increase(Target(r, s, 4, rStride), rVector, ref a4, ref c4);
            if (sizeof(TPixels) > 5) Increase(Target(r, s, 5, rStride), rVector, ref a5, ref c5);
        }

        var least = TOps.Broadcast(arguments->Least);
        var y = arguments->Y;
        var q = y + arguments->YSecond;
        var (yStride, yVector) = (arguments->YStride, arguments->YVector);
        Write(Target(y, q, 0, yStride), yVector, least, a0, c0);
        if (sizeof(TPixels) > 1) Write(Target(y, q, 1, yStride), yVector, least, a1, c1);
        if (sizeof(TPixels) > 2) Write(Target(y, q, 2, yStride), yVector, least, a2, c2);
        if (sizeof(TPixels) > 3) Write(Target(y, q, 3, yStride), yVector, least, a3, c3);
        if (sizeof(TPixels) > 4) Write(Target(y, q, 4, yStride), yVector, least, a4, c4);
        if (sizeof(TPixels) > 5) Write(Target(y, q, 5, yStride), yVector, least, a5, c5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fetch(float* first, float* second, nint stride)
    {
        Cache.Prefetch(Target(first, second, 0, stride));
        if (sizeof(TPixels) > 1) Cache.Prefetch(Target(first, second, 1, stride));
        if (sizeof(TPixels) > 2) Cache.Prefetch(Target(first, second, 2, stride));
        if (sizeof(TPixels) > 3) Cache.Prefetch(Target(first, second, 3, stride));
        if (sizeof(TPixels) > 4) Cache.Prefetch(Target(first, second, 4, stride));
        if (sizeof(TPixels) > 5) Cache.Prefetch(Target(first, second, 5, stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(ref byte* x, ref byte* z, ref byte* w, nint xInner, nint wInner, nint stride, nint wVector,
        ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3, ref TVector a4, ref TVector a5,
        ref TVector c0, ref TVector c1, ref TVector c2, ref TVector c3, ref TVector c4, ref TVector c5)
    {
        TVector w0 = TOps.Load((float*)w), w1 = w0;
        if (sizeof(TVectors) > 1) w1 = TOps.Load((float*)w + wVector);
        MultiplyAdd(Position((float*)x, (float*)z, 0, stride), w0, w1, ref a0, ref c0);
        if (sizeof(TPixels) > 1) MultiplyAdd(Position((float*)x, (float*)z, 1, stride), w0, w1, ref a1, ref c1);
        if (sizeof(TPixels) > 2) MultiplyAdd(Position((float*)x, (float*)z, 2, stride), w0, w1, ref a2, ref c2);
        if (sizeof(TPixels) > 3) MultiplyAdd(Position((float*)x, (float*)z, 3, stride), w0, w1, ref a3, ref c3);
        if (sizeof(TPixels) > 4) MultiplyAdd(Position((float*)x, (float*)z, 4, stride), w0, w1, ref a4, ref c4);
        if (sizeof(TPixels) > 5) MultiplyAdd(Position((float*)x, (float*)z, 5, stride), w0, w1, ref a5, ref c5);
        x += xInner;
        z += xInner;
        w += wInner;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void MultiplyAdd(float* x, TVector w0, TVector w1, ref TVector a, ref TVector c)
    {
        var b = TOps.Broadcast(*x);
        a = TOps.MultiplyAdd(b, w0, a);
        if (sizeof(TVectors) > 1) c = TOps.MultiplyAdd(b, w1, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Increase(float* source, nint vector, ref TVector a, ref TVector c)
    {
        a = TOps.Add(a, TOps.Load(source));
        if (sizeof(TVectors) > 1) c = TOps.Add(c, TOps.Load(source + vector));
    }

    // The least value comes first: a maximum that meets NaN gives its second operand, so NaN stays visible.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Write(float* target, nint vector, TVector least, TVector a, TVector c)
    {
        TOps.Store(TOps.Max(least, a), target);
        if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c), target + vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* Position(float* first, float* second, int position, nint stride) =>
        position < TPixels.Value / 2
            ? first + position * (TStride.Value != 0 ? TStride.Value : stride)
            : second + (position - TPixels.Value / 2) * (TStride.Value != 0 ? TStride.Value : stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* Target(float* first, float* second, int position, nint stride) =>
        position < TPixels.Value / 2 ? first + position * stride : second + (position - TPixels.Value / 2) * stride;
}
