using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Measures how fast memory can be read: sums over a stretch that no cache holds.</summary>
internal static class Bandwidth
{
    const int Passes = 5;

    /// <summary>512 MB in floats: more than the last-level caches of today's processors.</summary>
    public const long Length = 128L << 20;

    /// <summary>GB/s that this many threads read together, the best of several passes, about 0.3 s in all.</summary>
    /// <param name="threads">The threads.</param>
    /// <param name="length">Floats that are read again and again, a multiple of 2^18; by default more than any cache holds.</param>
    public static double Measure(int threads, long length = Length)
    {
        using var memory = new NativeBuffer(length);
        using var team = new ThreadTeam(threads);
        Kernel pass = Lanes.Width switch
        {
            16 => new ReadPass<Vector512<float>, Ops512>(memory.At(0), length),
            8 => new ReadPass<Vector256<float>, Ops256>(memory.At(0), length),
            _ => new ReadPass<Vector128<float>, Ops128>(memory.At(0), length),
        };
        // Pages that nobody wrote to are one and the same.
        team.Run(new Touch(memory.At(0), length), 1);
        var best = double.PositiveInfinity;
        for (var i = 0; i < Passes; i++)
        {
            var start = Stopwatch.GetTimestamp();
            team.Run(pass, 1);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return length * sizeof(float) / best / 1e9;
    }
}

/// <summary>Reads memory in pieces of a megabyte.</summary>
internal sealed unsafe class ReadPass<TVector, TOps>(Address memory, long length) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector>
{
    const int PieceLength = 1 << 18;

    readonly float* _memory = memory.Pointer;

    public override string Name => $"read_f32x{TOps.Width}";

    public override int Pieces(int phase, int images) => (int)(length / PieceLength);

    // Eight sums, so that no addition waits for another. Where they are stored nothing changes: memory holds zeros.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        var start = _memory + (long)piece * PieceLength;
        TVector a = TOps.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        for (var x = start; x < start + PieceLength; x += 8 * TOps.Width)
        {
            a = TOps.Add(a, TOps.Load(x));
            b = TOps.Add(b, TOps.Load(x + TOps.Width));
            c = TOps.Add(c, TOps.Load(x + 2 * TOps.Width));
            d = TOps.Add(d, TOps.Load(x + 3 * TOps.Width));
            e = TOps.Add(e, TOps.Load(x + 4 * TOps.Width));
            f = TOps.Add(f, TOps.Load(x + 5 * TOps.Width));
            g = TOps.Add(g, TOps.Load(x + 6 * TOps.Width));
            h = TOps.Add(h, TOps.Load(x + 7 * TOps.Width));
        }
        TOps.Store(TOps.Add(TOps.Add(TOps.Add(a, b), TOps.Add(c, d)), TOps.Add(TOps.Add(e, f), TOps.Add(g, h))), start);
    }
}

/// <summary>Writes to each page of memory once.</summary>
internal sealed class Touch(Address memory, long length) : Kernel
{
    const int PieceLength = 1 << 18;

    public override string Name => "touch";

    public override int Pieces(int phase, int images) => (int)(length / PieceLength);

    public override void Run(int phase, int piece, int images) => (memory + (long)piece * PieceLength).Span(PieceLength).Clear();
}
