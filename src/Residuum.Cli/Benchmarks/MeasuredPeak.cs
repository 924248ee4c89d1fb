using Residuum.Kernels;

namespace Residuum.Cli.Benchmarks;

/// <summary>The most that the processor can compute, measured.</summary>
static class MeasuredPeak
{
    /// <summary>GFLOP/s (a multiply-add counts two) of this many threads at once.</summary>
    public static double Gigaflops(int threads)
    {
        var each = new double[threads];
        var workers = Enumerable.Range(0, threads).Select(i => new Thread(() => each[i] = Peak.MeasureOneThread())).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return each.Sum();
    }
}
