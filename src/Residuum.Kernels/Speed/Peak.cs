using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Measures what the processor can do at most: fused multiply-adds on registers alone.</summary>
internal static class Peak
{
    /// <summary>GFLOP/s of one thread (a multiply-add counts two), the best of several short trials, about 0.1 s in all.</summary>
    public static double MeasureOneThread() => Lanes.Width switch
    {
        16 => Measure<Vector512<float>, Ops512>(),
        8 => Measure<Vector256<float>, Ops256>(),
        _ => Measure<Vector128<float>, Ops128>(),
    };

    static double Measure<TVector, TOps>() where TVector : struct where TOps : struct, IOps<TVector>
    {
        const int rounds = 1_000_000;
        var best = 0.0;
        for (var trial = 0; trial < 12; trial++)
        {
            var start = Stopwatch.GetTimestamp();
            Spin<TVector, TOps>(rounds);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, 2.0 * 12 * TOps.Width * rounds / seconds / 1e9);
        }
        return best;
    }

    // Twelve independent chains hide the latency of a fused multiply-add (4 to 5 cycles, two a cycle).
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static TVector Spin<TVector, TOps>(int rounds) where TVector : struct where TOps : struct, IOps<TVector>
    {
        TVector a0 = TOps.Zero, a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0;
        var x = TOps.Broadcast(0.999f);
        var y = TOps.Broadcast(0.001f);
        for (var i = 0; i < rounds; i++)
        {
            a0 = TOps.MultiplyAdd(a0, x, y);
            a1 = TOps.MultiplyAdd(a1, x, y);
            a2 = TOps.MultiplyAdd(a2, x, y);
            a3 = TOps.MultiplyAdd(a3, x, y);
            a4 = TOps.MultiplyAdd(a4, x, y);
            a5 = TOps.MultiplyAdd(a5, x, y);
            a6 = TOps.MultiplyAdd(a6, x, y);
            a7 = TOps.MultiplyAdd(a7, x, y);
            a8 = TOps.MultiplyAdd(a8, x, y);
            a9 = TOps.MultiplyAdd(a9, x, y);
            a10 = TOps.MultiplyAdd(a10, x, y);
            a11 = TOps.MultiplyAdd(a11, x, y);
        }
        var sum = TOps.Add(TOps.Add(TOps.Add(a0, a1), TOps.Add(a2, a3)), TOps.Add(TOps.Add(a4, a5), TOps.Add(a6, a7)));
        return TOps.Add(sum, TOps.Add(TOps.Add(a8, a9), TOps.Add(a10, a11)));
    }
}
