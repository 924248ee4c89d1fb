using System.Collections.Concurrent;

namespace Residuum.Kernels.Tests;

/// <summary>
/// Runs a kernel at every vector width, and on two and three threads, with outputs of NaN each time, and demands the same bits
/// from all: every lane keeps its own order, and fused multiply-adds round alike at every width. Only widths that the process has are
/// run: the runtime emulates wider vectors, and where the processor does not fuse multiply-adds (DOTNET_EnableAVX2=0) it rounds otherwise.
/// </summary>
internal static class Everywhere
{
    public static readonly int[] Widths = [.. new[] { 16, 8, 4 }.Where(width => width <= Lanes.Width)];

    static readonly (int Width, int Threads)[] _settings =
        [.. new[] { (16, 1), (8, 1), (4, 1), (4, 2), (8, 2), (16, 3) }.Where(setting => setting.Item1 <= Lanes.Width)];

    // Starting threads takes longer than most of the kernels tested here.
    static readonly ConcurrentBag<ThreadTeam[]> _teams = [];

    public static void Run(int images, Func<int, Kernel> create, params GuardedBuffer[] outputs) => Run(images, create, () => { }, outputs);

    /// <summary>What is read and written in one is set up anew by <paramref name="prepare"/> before each run.</summary>
    public static void Run(int images, Func<int, Kernel> create, Action prepare, params GuardedBuffer[] outputs)
    {
        float[][]? expected = null;
        if (!_teams.TryTake(out var teams)) teams = [new ThreadTeam(1), new ThreadTeam(2), new ThreadTeam(3)];
        foreach (var (width, threads) in _settings)
        {
            foreach (var output in outputs) output.Poison();
            prepare();
            teams[threads - 1].Run(create(width), images);
            float[][] actual = [.. outputs.Select(output => output.Raw())];
            expected ??= actual;
            for (var i = 0; i < outputs.Length; i++) SameBits(expected[i], actual[i], $"output {i}, width {width}, {threads} threads");
        }
        _teams.Add(teams);
    }

    static void SameBits(float[] expected, float[] actual, string where)
    {
        for (var i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"{where}: {actual[i]:R} at {i}, before {expected[i]:R}");
    }
}
