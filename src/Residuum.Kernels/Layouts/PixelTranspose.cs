using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Residuum.Kernels;

/// <summary>Turns four channels of four pixels into four pixels of four channels, and back.</summary>
internal static class PixelTranspose
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        if (Sse.IsSupported)
        {
            var lowAb = Sse.UnpackLow(a, b);
            var highAb = Sse.UnpackHigh(a, b);
            var lowCd = Sse.UnpackLow(c, d);
            var highCd = Sse.UnpackHigh(c, d);
            a = Sse.MoveLowToHigh(lowAb, lowCd);
            b = Sse.MoveHighToLow(lowCd, lowAb);
            c = Sse.MoveLowToHigh(highAb, highCd);
            d = Sse.MoveHighToLow(highCd, highAb);
        }
        else
        {
            var (p, q, r, s) = (a, b, c, d);
            a = Vector128.Create(p[0], q[0], r[0], s[0]);
            b = Vector128.Create(p[1], q[1], r[1], s[1]);
            c = Vector128.Create(p[2], q[2], r[2], s[2]);
            d = Vector128.Create(p[3], q[3], r[3], s[3]);
        }
    }
}
