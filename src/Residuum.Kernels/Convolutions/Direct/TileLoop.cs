using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// The one inner loop of convolution, of both its gradients and of the linear layers' gradients. The accumulators are named locals,
/// because the compiler keeps neither arrays nor inline arrays in registers; a tile uses those below its size and the rest vanish, since
/// the sizes are constants of the type parameters. <c>a</c> is the first vector of each position, <c>c</c>, <c>d</c>, <c>e</c> the further
/// ones.
/// </summary>
internal sealed unsafe class Tile<TVector, TOps, TPixels, TVectors, TStride> : Tile
    where TVector : struct where TOps : struct, IOps<TVector>
    where TPixels : unmanaged, ICount where TVectors : unmanaged, ICount where TStride : struct, ICount
{
    // 24 vectors: large weights come from the third-level cache, which the processor's own prefetching does not hide (a tenth to a
    // third of the time of 512 channels at 7x7). Tiles of one vector have no loads to spare, and are for few channels.
    const int Ahead = 24 * Lanes.Block;

    public override int Pixels => TPixels.Value;

    public override int Vectors => TVectors.Value;

    // Tier-0 code is many times slower, and the loop is entered often enough to be worth compiling at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(TileArguments* arguments)
    {
        TVector a0 = TOps.Zero, c0 = a0, d0 = a0, e0 = a0;
        if (arguments->Bias != null)
        {
            a0 = TOps.Load(arguments->Bias);
            if (sizeof(TVectors) > 1) c0 = TOps.Load(arguments->Bias + TOps.Width);
            if (sizeof(TVectors) > 2) d0 = TOps.Load(arguments->Bias + 2 * TOps.Width);
            if (sizeof(TVectors) > 3) e0 = TOps.Load(arguments->Bias + 3 * TOps.Width);
        }
        TVector a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0, a12 = a0, a13 = a0,
            a14 = a0;
        TVector a15 = a0, a16 = a0, a17 = a0, a18 = a0, a19 = a0, a20 = a0, a21 = a0, a22 = a0, a23 = a0, a24 = a0, a25 = a0, a26 = a0,
            a27 = a0;
        TVector c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0, c12 = c0, c13 = c0;
        TVector d1 = d0, d2 = d0, d3 = d0, d4 = d0, d5 = d0;
        TVector e1 = e0, e2 = e0, e3 = e0, e4 = e0, e5 = e0;

        var stride = arguments->Stride;
        var innerCount = arguments->InnerCount;
        var xInner = arguments->XInner;
        var wInner = arguments->WInner;
        var wVector = arguments->WVector;
        var xAhead = arguments->XAhead;
        var xAheadStep = arguments->XAheadStep;
        var xNextStep = arguments->XNextStep;
        var yAheadStep = arguments->YAheadStep;
        var target = arguments->Y;
        var xOuter = arguments->X;
        var wOuter = arguments->W;
        for (var outer = arguments->OuterCount; outer > 0; outer--)
        {
            var xMiddle = xOuter;
            var wMiddle = wOuter;
            xOuter += arguments->XOuter;
            wOuter += arguments->WOuter;
            for (var middle = arguments->MiddleCount; middle > 0; middle--)
            {
                var x = xMiddle;
                var z = x + arguments->XSecond;
                var w = wMiddle;
                var next = x + xAhead;
                xMiddle += arguments->XMiddle;
                wMiddle += arguments->WMiddle;
                // While a row of the window is computed, the next one comes to the first-level cache, a line with each step; and what
                // the tile will add to and write: the first vector's with the first row, the second's with the others. Where positions
                // lie side by side in one line, in gradients to weights, rows are long and there is nothing to gain.
                var near = middle > 1 ? xMiddle : outer > 1 ? xOuter : arguments->X + arguments->XNext;
                var line = target;
                target = arguments->Y + arguments->YVector;
                for (var i = innerCount; i > 0; i--)
                {
                    TVector w0 = TOps.Load(w), w1 = w0, w2 = w0, w3 = w0, b;
                    if (sizeof(TVectors) > 1) w1 = TOps.Load(w + wVector);
                    if (sizeof(TVectors) > 2) w2 = TOps.Load(w + 2 * wVector);
                    if (sizeof(TVectors) > 3) w3 = TOps.Load(w + 3 * wVector);
                    if (sizeof(TVectors) > 1) Cache.Prefetch(w + Ahead);
                    if (sizeof(TVectors) > 1) Cache.Prefetch(w + wVector + Ahead);
                    if (sizeof(TVectors) > 1) Cache.Prefetch(next);
                    next += xAheadStep;
                    if (sizeof(TVectors) == 2) if (TStride.Value != 1) Cache.Prefetch(near);
                    near += xNextStep;
                    if (sizeof(TVectors) == 2) if (TStride.Value != 1) Cache.Prefetch(line);
                    line += yAheadStep;
                    if (sizeof(TPixels) > 0)
                    {
                        b = TOps.Broadcast(*Position(x, z, 0, stride)); a0 = TOps.MultiplyAdd(b, w0, a0);
                        if (sizeof(TVectors) > 1) c0 = TOps.MultiplyAdd(b, w1, c0);
                        if (sizeof(TVectors) > 2) d0 = TOps.MultiplyAdd(b, w2, d0);
                        if (sizeof(TVectors) > 3) e0 = TOps.MultiplyAdd(b, w3, e0);
                    }
                    if (sizeof(TPixels) > 1)
                    {
                        b = TOps.Broadcast(*Position(x, z, 1, stride)); a1 = TOps.MultiplyAdd(b, w0, a1);
                        if (sizeof(TVectors) > 1) c1 = TOps.MultiplyAdd(b, w1, c1);
                        if (sizeof(TVectors) > 2) d1 = TOps.MultiplyAdd(b, w2, d1);
                        if (sizeof(TVectors) > 3) e1 = TOps.MultiplyAdd(b, w3, e1);
                    }
                    if (sizeof(TPixels) > 2)
                    {
                        b = TOps.Broadcast(*Position(x, z, 2, stride)); a2 = TOps.MultiplyAdd(b, w0, a2);
                        if (sizeof(TVectors) > 1) c2 = TOps.MultiplyAdd(b, w1, c2);
                        if (sizeof(TVectors) > 2) d2 = TOps.MultiplyAdd(b, w2, d2);
                        if (sizeof(TVectors) > 3) e2 = TOps.MultiplyAdd(b, w3, e2);
                    }
                    if (sizeof(TPixels) > 3)
                    {
                        b = TOps.Broadcast(*Position(x, z, 3, stride)); a3 = TOps.MultiplyAdd(b, w0, a3);
                        if (sizeof(TVectors) > 1) c3 = TOps.MultiplyAdd(b, w1, c3);
                        if (sizeof(TVectors) > 2) d3 = TOps.MultiplyAdd(b, w2, d3);
                        if (sizeof(TVectors) > 3) e3 = TOps.MultiplyAdd(b, w3, e3);
                    }
                    if (sizeof(TPixels) > 4)
                    {
                        b = TOps.Broadcast(*Position(x, z, 4, stride)); a4 = TOps.MultiplyAdd(b, w0, a4);
                        if (sizeof(TVectors) > 1) c4 = TOps.MultiplyAdd(b, w1, c4);
                        if (sizeof(TVectors) > 2) d4 = TOps.MultiplyAdd(b, w2, d4);
                        if (sizeof(TVectors) > 3) e4 = TOps.MultiplyAdd(b, w3, e4);
                    }
                    if (sizeof(TPixels) > 5)
                    {
                        b = TOps.Broadcast(*Position(x, z, 5, stride)); a5 = TOps.MultiplyAdd(b, w0, a5);
                        if (sizeof(TVectors) > 1) c5 = TOps.MultiplyAdd(b, w1, c5);
                        if (sizeof(TVectors) > 2) d5 = TOps.MultiplyAdd(b, w2, d5);
                        if (sizeof(TVectors) > 3) e5 = TOps.MultiplyAdd(b, w3, e5);
                    }
                    if (sizeof(TPixels) > 6)
                    {
                        b = TOps.Broadcast(*Position(x, z, 6, stride)); a6 = TOps.MultiplyAdd(b, w0, a6);
                        if (sizeof(TVectors) > 1) c6 = TOps.MultiplyAdd(b, w1, c6);
                    }
                    if (sizeof(TPixels) > 7)
                    {
                        b = TOps.Broadcast(*Position(x, z, 7, stride)); a7 = TOps.MultiplyAdd(b, w0, a7);
                        if (sizeof(TVectors) > 1) c7 = TOps.MultiplyAdd(b, w1, c7);
                    }
                    if (sizeof(TPixels) > 8)
                    {
                        b = TOps.Broadcast(*Position(x, z, 8, stride)); a8 = TOps.MultiplyAdd(b, w0, a8);
                        if (sizeof(TVectors) > 1) c8 = TOps.MultiplyAdd(b, w1, c8);
                    }
                    if (sizeof(TPixels) > 9)
                    {
                        b = TOps.Broadcast(*Position(x, z, 9, stride)); a9 = TOps.MultiplyAdd(b, w0, a9);
                        if (sizeof(TVectors) > 1) c9 = TOps.MultiplyAdd(b, w1, c9);
                    }
                    if (sizeof(TPixels) > 10)
                    {
                        b = TOps.Broadcast(*Position(x, z, 10, stride)); a10 = TOps.MultiplyAdd(b, w0, a10);
                        if (sizeof(TVectors) > 1) c10 = TOps.MultiplyAdd(b, w1, c10);
                    }
                    if (sizeof(TPixels) > 11)
                    {
                        b = TOps.Broadcast(*Position(x, z, 11, stride)); a11 = TOps.MultiplyAdd(b, w0, a11);
                        if (sizeof(TVectors) > 1) c11 = TOps.MultiplyAdd(b, w1, c11);
                    }
                    if (sizeof(TPixels) > 12)
                    {
                        b = TOps.Broadcast(*Position(x, z, 12, stride)); a12 = TOps.MultiplyAdd(b, w0, a12);
                        if (sizeof(TVectors) > 1) c12 = TOps.MultiplyAdd(b, w1, c12);
                    }
                    if (sizeof(TPixels) > 13)
                    {
                        b = TOps.Broadcast(*Position(x, z, 13, stride)); a13 = TOps.MultiplyAdd(b, w0, a13);
                        if (sizeof(TVectors) > 1) c13 = TOps.MultiplyAdd(b, w1, c13);
                    }
                    if (sizeof(TPixels) > 14) { b = TOps.Broadcast(*Position(x, z, 14, stride)); a14 = TOps.MultiplyAdd(b, w0, a14); }
                    if (sizeof(TPixels) > 15) { b = TOps.Broadcast(*Position(x, z, 15, stride)); a15 = TOps.MultiplyAdd(b, w0, a15); }
                    if (sizeof(TPixels) > 16) { b = TOps.Broadcast(*Position(x, z, 16, stride)); a16 = TOps.MultiplyAdd(b, w0, a16); }
                    if (sizeof(TPixels) > 17) { b = TOps.Broadcast(*Position(x, z, 17, stride)); a17 = TOps.MultiplyAdd(b, w0, a17); }
                    if (sizeof(TPixels) > 18) { b = TOps.Broadcast(*Position(x, z, 18, stride)); a18 = TOps.MultiplyAdd(b, w0, a18); }
                    if (sizeof(TPixels) > 19) { b = TOps.Broadcast(*Position(x, z, 19, stride)); a19 = TOps.MultiplyAdd(b, w0, a19); }
                    if (sizeof(TPixels) > 20) { b = TOps.Broadcast(*Position(x, z, 20, stride)); a20 = TOps.MultiplyAdd(b, w0, a20); }
                    if (sizeof(TPixels) > 21) { b = TOps.Broadcast(*Position(x, z, 21, stride)); a21 = TOps.MultiplyAdd(b, w0, a21); }
                    if (sizeof(TPixels) > 22) { b = TOps.Broadcast(*Position(x, z, 22, stride)); a22 = TOps.MultiplyAdd(b, w0, a22); }
                    if (sizeof(TPixels) > 23) { b = TOps.Broadcast(*Position(x, z, 23, stride)); a23 = TOps.MultiplyAdd(b, w0, a23); }
                    if (sizeof(TPixels) > 24) { b = TOps.Broadcast(*Position(x, z, 24, stride)); a24 = TOps.MultiplyAdd(b, w0, a24); }
                    if (sizeof(TPixels) > 25) { b = TOps.Broadcast(*Position(x, z, 25, stride)); a25 = TOps.MultiplyAdd(b, w0, a25); }
                    if (sizeof(TPixels) > 26) { b = TOps.Broadcast(*Position(x, z, 26, stride)); a26 = TOps.MultiplyAdd(b, w0, a26); }
                    if (sizeof(TPixels) > 27) { b = TOps.Broadcast(*Position(x, z, 27, stride)); a27 = TOps.MultiplyAdd(b, w0, a27); }
                    x += xInner;
                    z += xInner;
                    w += wInner;
                }
            }
        }

        if (arguments->Residual != null)
        {
            var r = arguments->Residual;
            var s = r + arguments->ResidualSecond;
            var rStride = arguments->ResidualStride;
            var rVector = arguments->ResidualVector;
            float* t;
            if (sizeof(TPixels) > 0)
            {
                t = Target(r, s, 0, rStride); a0 = TOps.Add(a0, TOps.Load(t));
                if (sizeof(TVectors) > 1) c0 = TOps.Add(c0, TOps.Load(t + rVector));
                if (sizeof(TVectors) > 2) d0 = TOps.Add(d0, TOps.Load(t + 2 * rVector));
                if (sizeof(TVectors) > 3) e0 = TOps.Add(e0, TOps.Load(t + 3 * rVector));
            }
            if (sizeof(TPixels) > 1)
            {
                t = Target(r, s, 1, rStride); a1 = TOps.Add(a1, TOps.Load(t));
                if (sizeof(TVectors) > 1) c1 = TOps.Add(c1, TOps.Load(t + rVector));
                if (sizeof(TVectors) > 2) d1 = TOps.Add(d1, TOps.Load(t + 2 * rVector));
                if (sizeof(TVectors) > 3) e1 = TOps.Add(e1, TOps.Load(t + 3 * rVector));
            }
            if (sizeof(TPixels) > 2)
            {
                t = Target(r, s, 2, rStride); a2 = TOps.Add(a2, TOps.Load(t));
                if (sizeof(TVectors) > 1) c2 = TOps.Add(c2, TOps.Load(t + rVector));
                if (sizeof(TVectors) > 2) d2 = TOps.Add(d2, TOps.Load(t + 2 * rVector));
                if (sizeof(TVectors) > 3) e2 = TOps.Add(e2, TOps.Load(t + 3 * rVector));
            }
            if (sizeof(TPixels) > 3)
            {
                t = Target(r, s, 3, rStride); a3 = TOps.Add(a3, TOps.Load(t));
                if (sizeof(TVectors) > 1) c3 = TOps.Add(c3, TOps.Load(t + rVector));
                if (sizeof(TVectors) > 2) d3 = TOps.Add(d3, TOps.Load(t + 2 * rVector));
                if (sizeof(TVectors) > 3) e3 = TOps.Add(e3, TOps.Load(t + 3 * rVector));
            }
            if (sizeof(TPixels) > 4)
            {
                t = Target(r, s, 4, rStride); a4 = TOps.Add(a4, TOps.Load(t));
                if (sizeof(TVectors) > 1) c4 = TOps.Add(c4, TOps.Load(t + rVector));
                if (sizeof(TVectors) > 2) d4 = TOps.Add(d4, TOps.Load(t + 2 * rVector));
                if (sizeof(TVectors) > 3) e4 = TOps.Add(e4, TOps.Load(t + 3 * rVector));
            }
            if (sizeof(TPixels) > 5)
            {
                t = Target(r, s, 5, rStride); a5 = TOps.Add(a5, TOps.Load(t));
                if (sizeof(TVectors) > 1) c5 = TOps.Add(c5, TOps.Load(t + rVector));
                if (sizeof(TVectors) > 2) d5 = TOps.Add(d5, TOps.Load(t + 2 * rVector));
                if (sizeof(TVectors) > 3) e5 = TOps.Add(e5, TOps.Load(t + 3 * rVector));
            }
            if (sizeof(TPixels) > 6)
            {
                t = Target(r, s, 6, rStride); a6 = TOps.Add(a6, TOps.Load(t));
                if (sizeof(TVectors) > 1) c6 = TOps.Add(c6, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 7)
            {
                t = Target(r, s, 7, rStride); a7 = TOps.Add(a7, TOps.Load(t));
                if (sizeof(TVectors) > 1) c7 = TOps.Add(c7, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 8)
            {
                t = Target(r, s, 8, rStride); a8 = TOps.Add(a8, TOps.Load(t));
                if (sizeof(TVectors) > 1) c8 = TOps.Add(c8, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 9)
            {
                t = Target(r, s, 9, rStride); a9 = TOps.Add(a9, TOps.Load(t));
                if (sizeof(TVectors) > 1) c9 = TOps.Add(c9, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 10)
            {
                t = Target(r, s, 10, rStride); a10 = TOps.Add(a10, TOps.Load(t));
                if (sizeof(TVectors) > 1) c10 = TOps.Add(c10, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 11)
            {
                t = Target(r, s, 11, rStride); a11 = TOps.Add(a11, TOps.Load(t));
                if (sizeof(TVectors) > 1) c11 = TOps.Add(c11, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 12)
            {
                t = Target(r, s, 12, rStride); a12 = TOps.Add(a12, TOps.Load(t));
                if (sizeof(TVectors) > 1) c12 = TOps.Add(c12, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 13)
            {
                t = Target(r, s, 13, rStride); a13 = TOps.Add(a13, TOps.Load(t));
                if (sizeof(TVectors) > 1) c13 = TOps.Add(c13, TOps.Load(t + rVector));
            }
            if (sizeof(TPixels) > 14) { t = Target(r, s, 14, rStride); a14 = TOps.Add(a14, TOps.Load(t)); }
            if (sizeof(TPixels) > 15) { t = Target(r, s, 15, rStride); a15 = TOps.Add(a15, TOps.Load(t)); }
            if (sizeof(TPixels) > 16) { t = Target(r, s, 16, rStride); a16 = TOps.Add(a16, TOps.Load(t)); }
            if (sizeof(TPixels) > 17) { t = Target(r, s, 17, rStride); a17 = TOps.Add(a17, TOps.Load(t)); }
            if (sizeof(TPixels) > 18) { t = Target(r, s, 18, rStride); a18 = TOps.Add(a18, TOps.Load(t)); }
            if (sizeof(TPixels) > 19) { t = Target(r, s, 19, rStride); a19 = TOps.Add(a19, TOps.Load(t)); }
            if (sizeof(TPixels) > 20) { t = Target(r, s, 20, rStride); a20 = TOps.Add(a20, TOps.Load(t)); }
            if (sizeof(TPixels) > 21) { t = Target(r, s, 21, rStride); a21 = TOps.Add(a21, TOps.Load(t)); }
            if (sizeof(TPixels) > 22) { t = Target(r, s, 22, rStride); a22 = TOps.Add(a22, TOps.Load(t)); }
            if (sizeof(TPixels) > 23) { t = Target(r, s, 23, rStride); a23 = TOps.Add(a23, TOps.Load(t)); }
            if (sizeof(TPixels) > 24) { t = Target(r, s, 24, rStride); a24 = TOps.Add(a24, TOps.Load(t)); }
            if (sizeof(TPixels) > 25) { t = Target(r, s, 25, rStride); a25 = TOps.Add(a25, TOps.Load(t)); }
            if (sizeof(TPixels) > 26) { t = Target(r, s, 26, rStride); a26 = TOps.Add(a26, TOps.Load(t)); }
            if (sizeof(TPixels) > 27) { t = Target(r, s, 27, rStride); a27 = TOps.Add(a27, TOps.Load(t)); }
        }

        // The least value comes first: a maximum that meets NaN gives its second operand, so NaN stays visible.
        var least = TOps.Broadcast(arguments->Least);
        var y = arguments->Y;
        var q = y + arguments->YSecond;
        var yStride = arguments->YStride;
        var yVector = arguments->YVector;
        float* u;
        if (sizeof(TPixels) > 0)
        {
            u = Target(y, q, 0, yStride); TOps.Store(TOps.Max(least, a0), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c0), u + yVector);
            if (sizeof(TVectors) > 2) TOps.Store(TOps.Max(least, d0), u + 2 * yVector);
            if (sizeof(TVectors) > 3) TOps.Store(TOps.Max(least, e0), u + 3 * yVector);
        }
        if (sizeof(TPixels) > 1)
        {
            u = Target(y, q, 1, yStride); TOps.Store(TOps.Max(least, a1), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c1), u + yVector);
            if (sizeof(TVectors) > 2) TOps.Store(TOps.Max(least, d1), u + 2 * yVector);
            if (sizeof(TVectors) > 3) TOps.Store(TOps.Max(least, e1), u + 3 * yVector);
        }
        if (sizeof(TPixels) > 2)
        {
            u = Target(y, q, 2, yStride); TOps.Store(TOps.Max(least, a2), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c2), u + yVector);
            if (sizeof(TVectors) > 2) TOps.Store(TOps.Max(least, d2), u + 2 * yVector);
            if (sizeof(TVectors) > 3) TOps.Store(TOps.Max(least, e2), u + 3 * yVector);
        }
        if (sizeof(TPixels) > 3)
        {
            u = Target(y, q, 3, yStride); TOps.Store(TOps.Max(least, a3), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c3), u + yVector);
            if (sizeof(TVectors) > 2) TOps.Store(TOps.Max(least, d3), u + 2 * yVector);
            if (sizeof(TVectors) > 3) TOps.Store(TOps.Max(least, e3), u + 3 * yVector);
        }
        if (sizeof(TPixels) > 4)
        {
            u = Target(y, q, 4, yStride); TOps.Store(TOps.Max(least, a4), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c4), u + yVector);
            if (sizeof(TVectors) > 2) TOps.Store(TOps.Max(least, d4), u + 2 * yVector);
            if (sizeof(TVectors) > 3) TOps.Store(TOps.Max(least, e4), u + 3 * yVector);
        }
        if (sizeof(TPixels) > 5)
        {
            u = Target(y, q, 5, yStride); TOps.Store(TOps.Max(least, a5), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c5), u + yVector);
            if (sizeof(TVectors) > 2) TOps.Store(TOps.Max(least, d5), u + 2 * yVector);
            if (sizeof(TVectors) > 3) TOps.Store(TOps.Max(least, e5), u + 3 * yVector);
        }
        if (sizeof(TPixels) > 6)
        {
            u = Target(y, q, 6, yStride); TOps.Store(TOps.Max(least, a6), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c6), u + yVector);
        }
        if (sizeof(TPixels) > 7)
        {
            u = Target(y, q, 7, yStride); TOps.Store(TOps.Max(least, a7), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c7), u + yVector);
        }
        if (sizeof(TPixels) > 8)
        {
            u = Target(y, q, 8, yStride); TOps.Store(TOps.Max(least, a8), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c8), u + yVector);
        }
        if (sizeof(TPixels) > 9)
        {
            u = Target(y, q, 9, yStride); TOps.Store(TOps.Max(least, a9), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c9), u + yVector);
        }
        if (sizeof(TPixels) > 10)
        {
            u = Target(y, q, 10, yStride); TOps.Store(TOps.Max(least, a10), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c10), u + yVector);
        }
        if (sizeof(TPixels) > 11)
        {
            u = Target(y, q, 11, yStride); TOps.Store(TOps.Max(least, a11), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c11), u + yVector);
        }
        if (sizeof(TPixels) > 12)
        {
            u = Target(y, q, 12, yStride); TOps.Store(TOps.Max(least, a12), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c12), u + yVector);
        }
        if (sizeof(TPixels) > 13)
        {
            u = Target(y, q, 13, yStride); TOps.Store(TOps.Max(least, a13), u);
            if (sizeof(TVectors) > 1) TOps.Store(TOps.Max(least, c13), u + yVector);
        }
        if (sizeof(TPixels) > 14) { u = Target(y, q, 14, yStride); TOps.Store(TOps.Max(least, a14), u); }
        if (sizeof(TPixels) > 15) { u = Target(y, q, 15, yStride); TOps.Store(TOps.Max(least, a15), u); }
        if (sizeof(TPixels) > 16) { u = Target(y, q, 16, yStride); TOps.Store(TOps.Max(least, a16), u); }
        if (sizeof(TPixels) > 17) { u = Target(y, q, 17, yStride); TOps.Store(TOps.Max(least, a17), u); }
        if (sizeof(TPixels) > 18) { u = Target(y, q, 18, yStride); TOps.Store(TOps.Max(least, a18), u); }
        if (sizeof(TPixels) > 19) { u = Target(y, q, 19, yStride); TOps.Store(TOps.Max(least, a19), u); }
        if (sizeof(TPixels) > 20) { u = Target(y, q, 20, yStride); TOps.Store(TOps.Max(least, a20), u); }
        if (sizeof(TPixels) > 21) { u = Target(y, q, 21, yStride); TOps.Store(TOps.Max(least, a21), u); }
        if (sizeof(TPixels) > 22) { u = Target(y, q, 22, yStride); TOps.Store(TOps.Max(least, a22), u); }
        if (sizeof(TPixels) > 23) { u = Target(y, q, 23, yStride); TOps.Store(TOps.Max(least, a23), u); }
        if (sizeof(TPixels) > 24) { u = Target(y, q, 24, yStride); TOps.Store(TOps.Max(least, a24), u); }
        if (sizeof(TPixels) > 25) { u = Target(y, q, 25, yStride); TOps.Store(TOps.Max(least, a25), u); }
        if (sizeof(TPixels) > 26) { u = Target(y, q, 26, yStride); TOps.Store(TOps.Max(least, a26), u); }
        if (sizeof(TPixels) > 27) { u = Target(y, q, 27, yStride); TOps.Store(TOps.Max(least, a27), u); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* Position(float* first, float* second, int position, nint stride) =>
        position < sizeof(TPixels) / 2
            ? first + position * (TStride.Value != 0 ? TStride.Value : stride)
            : second + (position - sizeof(TPixels) / 2) * (TStride.Value != 0 ? TStride.Value : stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* Target(float* first, float* second, int position, nint stride) =>
        position < sizeof(TPixels) / 2 ? first + position * stride : second + (position - sizeof(TPixels) / 2) * stride;
}
