using Residuum.Plans;

namespace Residuum.Cli.Benchmarks;

/// <summary>
/// What this processor can do at most, measured: no step can be faster than its multiply-adds at the peak, nor than its bytes at the speed
/// of memory. Williams, Waterman, Patterson, <em>Roofline</em>, 2009. Two things do better than it says: an algorithm that needs fewer
/// multiply-adds than the definition, and data that were still in a cache.
/// </summary>
/// <param name="Gigaflops">Multiply-adds of all threads, each counted as two.</param>
/// <param name="Gigabytes">Gigabytes a second that all threads read from memory.</param>
sealed record Roofline(double Gigaflops, double Gigabytes)
{
    /// <summary>The shortest time for a step, in seconds.</summary>
    public double Seconds(StepCost cost) => Math.Max(2.0 * cost.MultiplyAdds / (Gigaflops * 1e9), cost.Bytes / (Gigabytes * 1e9));

    /// <summary>The most GFLOP/s for a step: the lower of the peak and memory's speed times multiply-adds a byte.</summary>
    public double BoundOf(StepCost cost) => 2e-9 * cost.MultiplyAdds / Seconds(cost);
}
