using System.Diagnostics;

namespace Residuum.Cli.Benchmarks;

/// <summary>Times something that is done again and again.</summary>
static class Stopclock
{
    const int LeastRuns = 3;
    const double WarmUpSeconds = 0.5;

    /// <summary>The median of the seconds that one run takes, after a warm-up.</summary>
    /// <param name="run">One run.</param>
    /// <param name="seconds">About how long to measure.</param>
    public static double Median(Action run, double seconds)
    {
        Repeat(run, Math.Min(WarmUpSeconds, seconds));
        var times = Repeat(run, seconds);
        return Median(times);
    }

    /// <summary>The median; sorts the times.</summary>
    public static double Median(List<double> times)
    {
        times.Sort();
        return times.Count % 2 == 1 ? times[times.Count / 2] : (times[times.Count / 2 - 1] + times[times.Count / 2]) / 2;
    }

    static List<double> Repeat(Action run, double seconds)
    {
        var times = new List<double>();
        var all = Stopwatch.GetTimestamp();
        while (times.Count < LeastRuns || Stopwatch.GetElapsedTime(all).TotalSeconds < seconds)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return times;
    }
}
