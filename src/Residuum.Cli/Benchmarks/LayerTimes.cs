using System.Diagnostics;
using Residuum.Kernels;
using Residuum.Plans;

namespace Residuum.Cli.Benchmarks;

/// <summary>Times each step of a plan within whole runs, so that each finds the caches as it always does.</summary>
static class LayerTimes
{
    const int LeastRuns = 3;
    const double WarmUpSeconds = 0.5;

    /// <summary>The medians of many runs beside the roofline, which is measured before and after; the better counts.</summary>
    public static LayersJson Measure(Model model, Workload workload, bool train, int batch, int threads, double seconds)
    {
        var (peak, bandwidth) = (MeasuredPeak.Gigaflops(threads), Bandwidth.Measure(threads));
        var costs = workload.Layers;
        Runs(workload, costs.Count, Math.Min(WarmUpSeconds, seconds));
        var medians = Runs(workload, costs.Count, seconds).ConvertAll(Stopclock.Median);
        var roofline = new Roofline(
            Math.Max(peak, MeasuredPeak.Gigaflops(threads)), Math.Max(bandwidth, Bandwidth.Measure(threads)));
        return new LayersJson(model.Network.Name, train ? "train" : "inference", batch, threads, roofline.Gigaflops, roofline.Gigabytes,
            [.. costs.Zip(medians, (cost, time) => Layer(cost, time, roofline))]);
    }

    static LayerJson Layer(StepCost cost, double seconds, Roofline roofline)
    {
        var gigaflops = 2e-9 * cost.MultiplyAdds / seconds;
        return new LayerJson(cost.Node, cost.Kernel, seconds * 1000, gigaflops, gigaflops / roofline.Gigaflops, cost.Bytes / 1e6,
            roofline.BoundOf(cost), roofline.Seconds(cost) / seconds);
    }

    // The times of each step.
    static List<List<double>> Runs(Workload workload, int steps, double seconds)
    {
        var all = Enumerable.Range(0, steps).Select(_ => new List<double>()).ToList();
        var one = new double[steps];
        var start = Stopwatch.GetTimestamp();
        for (var run = 0; run < LeastRuns || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; run++)
        {
            workload.RunTimed(one);
            for (var i = 0; i < steps; i++) all[i].Add(one[i]);
        }
        return all;
    }
}
