using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>
/// Prints what share of the processor's multiply-add peak each convolution reaches: <c>peak [pattern] [images] [threads]</c>. Each
/// figure is the best of many runs in turns, as other work on the machine only ever takes away; the peak is the best of those measured in
/// between. Where plans choose Winograd's filtering, a second line has it, by the definition's multiply-adds, and its speed in times of the
/// definition's.
/// </summary>
static class ShareOfPeak
{
    const int Passes = 3;
    const int Turns = 4;
    const double SecondsOfTurn = 0.1;

    public static void Print(string filter, int images, int threads)
    {
        var peak = Peak.MeasureOneThread() * threads;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"peak {peak:F1} GFLOP/s on {threads} threads, {Lanes.Width} lanes, batch {images}"));
        foreach (var name in ConvCase.Names)
        {
            if (!Regex.IsMatch(name, filter)) continue;
            using var made = ConvCase.Create(name, images, threads);
            Kernel[] kernels = [made.Forward, made.InputGradient, made.WeightGradient];
            if (made.Winograd is { } winograd) kernels = [.. kernels, winograd.Forward, winograd.InputGradient, winograd.WeightGradient];
            var all = Measure(made, kernels, threads);
            Console.WriteLine($"{name,-24}{string.Concat(all.Take(Passes).Select(each => each.ToString()))}");
            if (made.Winograd is not null)
            {
                var line = all.Skip(Passes).Zip(all, (each, definition) => $"{each}{definition.Times(each)}");
                Console.WriteLine($"{"  winograd",-24}{string.Concat(line)}");
            }
        }
    }

    // In turns, so that all of them see the same machine.
    static Figure[] Measure(ConvCase made, Kernel[] kernels, int threads)
    {
        var (best, peak) = (new double[kernels.Length], 0.0);
        Array.Fill(best, double.PositiveInfinity);
        foreach (var kernel in kernels) made.Run(kernel);
        for (var turn = 0; turn < Turns; turn++)
        {
            peak = Math.Max(peak, Peak.MeasureOneThread() * threads);
            for (var i = 0; i < kernels.Length; i++) best[i] = Math.Min(best[i], BestSeconds(made, kernels[i]));
        }
        var work = 2e-9 * made.Shape.MultiplyAdds * made.Images;
        return [.. kernels.Zip(best, (kernel, seconds) => new Figure(kernel.Name.Split(' ')[2], work / seconds, peak))];
    }

    static double BestSeconds(ConvCase made, Kernel kernel)
    {
        made.Run(kernel);
        var best = double.PositiveInfinity;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < SecondsOfTurn;)
        {
            var start = Stopwatch.GetTimestamp();
            made.Run(kernel);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    sealed record Figure(string Tile, double Gigaflops, double Peak)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"  {Tile,5} {Gigaflops,6:F1} {100 * Gigaflops / Peak,5:F1} %");

        public string Times(Figure other) => string.Create(CultureInfo.InvariantCulture, $" {other.Gigaflops / Gigaflops:F2}x");
    }
}
