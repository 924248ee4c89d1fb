using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>
/// Prints how fast kernels go over memory that are not bound by multiply-adds: <c>memory [pattern] [images] [threads]</c>, the best of many
/// runs, beside what reading alone reaches. Maps that fit a cache are faster than memory.
/// </summary>
static class ShareOfMemory
{
    const double SecondsOfTurn = 0.2;

    public static void Print(string filter, int images, int threads)
    {
        var memory = Bandwidth.Measure(threads);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory {memory:F1} GB/s on {threads} threads, batch {images}"));
        foreach (var name in MapCase.Names)
        {
            if (!Regex.IsMatch(name, filter)) continue;
            using var made = MapCase.Create(name, images, threads);
            made.Run();
            var best = double.PositiveInfinity;
            for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < SecondsOfTurn;)
            {
                var start = Stopwatch.GetTimestamp();
                made.Run();
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            var speed = 1e-9 * sizeof(float) * made.Floats / best;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-26} {1e3 * best,8:F3} ms  {1e-6 * sizeof(float) * made.Floats,7:F1} MB  {speed,6:F1} GB/s  "
                    + $"{100 * speed / memory,5:F0} %"));
        }
    }
}
