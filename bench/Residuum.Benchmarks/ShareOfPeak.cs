using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>
/// Prints what share of the processor's multiply-add peak each convolution reaches: <c>peak [pattern] [images] [threads]</c>. Each
/// figure is the best of many runs, as other work on the machine only ever takes away; the peak is measured again beside each.
/// </summary>
static class ShareOfPeak
{
    const double SecondsForEach = 0.5;

    public static void Print(string filter, int images, int threads)
    {
        var peak = Peak.MeasureOneThread() * threads;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak {peak:F1} GFLOP/s on {threads} threads, {Lanes.Width} lanes, batch {images}"));
        foreach (var name in ConvCase.Names)
        {
            if (!Regex.IsMatch(name, filter)) continue;
            using var made = ConvCase.Create(name, images, threads);
            Console.Write($"{name,-20}");
            foreach (var kernel in new[] { made.Forward, made.InputGradient, made.WeightGradient })
            {
                peak = Peak.MeasureOneThread() * threads;
                var gflops = 2e-9 * made.Shape.MultiplyAdds * images / BestSeconds(made, kernel);
                Console.Write(string.Create(CultureInfo.InvariantCulture, $"  {kernel.Name.Split(' ')[2],5} {gflops,6:F1} {100 * gflops / peak,5:F1} %"));
            }
            Console.WriteLine();
        }
    }

    static double BestSeconds(ConvCase made, Kernel kernel)
    {
        for (var i = 0; i < 2; i++) made.Run(kernel);
        var best = double.PositiveInfinity;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < SecondsForEach;)
        {
            var start = Stopwatch.GetTimestamp();
            made.Run(kernel);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
