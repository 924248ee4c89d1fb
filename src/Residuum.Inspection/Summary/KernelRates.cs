using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Inspection;

/// <summary>
/// How fast the kinds of kernels are on this processor, measured on one small network that has them all (<see cref="KernelProbe"/>). From
/// that follows about how long any step of any plan takes.
/// </summary>
sealed class KernelRates
{
    // What it takes to hand a step out to the threads and to gather them again.
    const double StepSeconds = 1e-6;
    const int WarmUps = 2;
    const int Runs = 15;

    // What else the machine does only makes a run slower, and often several in a row: one of the faster ones counts.
    const int Counted = Runs / 5;

    readonly Dictionary<string, double> _secondsPerCycle = [];
    readonly Dictionary<string, double> _memoryFactors = [];
    readonly MemorySpeed _memory;

    KernelRates(MemorySpeed memory) => _memory = memory;

    /// <summary>Measures, in about half a second.</summary>
    /// <param name="memory">The speed of memory with as many threads.</param>
    /// <param name="training">Whether for a step of training; else for inference.</param>
    /// <param name="threads">Threads that share the work.</param>
    /// <param name="options">How to compute.</param>
    public static KernelRates Measure(MemorySpeed memory, bool training, int threads, PlanOptions options)
    {
        var network = KernelProbe.Network();
        using var plan = training ? Plan.ForGradients(TrainingGraph.Create(network), KernelProbe.Images, threads, options)
            : Plan.ForInference(network, KernelProbe.Images, threads, options);
        plan.Load(Initialization.Create(network, 0));
        plan.Input(KernelProbe.Image).Fill(0.5f);
        var costs = StepCost.AllOf(plan);
        var times = costs.ConvertAll(_ => new List<double>());
        var seconds = new double[costs.Count];
        for (var run = -WarmUps; run < Runs; run++)
        {
            plan.RunTimed(KernelProbe.Images, seconds);
            for (var i = 0; run >= 0 && i < seconds.Length; i++) times[i].Add(seconds[i]);
        }
        var rates = new KernelRates(memory);
        rates.Take(costs, [.. times.Select(each => each.Order().ElementAt(Counted))]);
        return rates;
    }

    /// <summary>About how long a step takes.</summary>
    /// <param name="cost">The step.</param>
    /// <param name="planBytes">Bytes that a whole run goes over, which says whether weights are still in a cache.</param>
    /// <param name="strips">In how many parts of the batch it is done.</param>
    public double Seconds(StepCost cost, long planBytes, int strips)
    {
        var memory = MemorySeconds(cost, planBytes, strips);
        return strips * StepSeconds + (cost.Cycles == 0 ? memory * Of(_memoryFactors, Family(cost.Kernel))
            : Math.Max(cost.Cycles * Of(_secondsPerCycle, Family(cost.Kernel)), memory));
    }

    void Take(List<StepCost> costs, double[] seconds)
    {
        var planBytes = costs.Sum(cost => cost.FixedBytes + cost.BatchBytes) / 2;
        foreach (var family in costs.Zip(seconds).GroupBy(step => Family(step.First.Kernel)))
        {
            var time = family.Sum(step => Math.Max(step.Second - StepSeconds, 0));
            var cycles = family.Sum(step => step.First.Cycles);
            if (cycles > 0) _secondsPerCycle[family.Key] = time / cycles;
            else _memoryFactors[family.Key] = time / Math.Max(family.Sum(step => MemorySeconds(step.First, planBytes, 1)), 1e-12);
        }
    }

    // Weights are read once in a run, or for each strip of the batch; maps soon after they were written.
    double MemorySeconds(StepCost cost, long planBytes, int strips) =>
        strips * (cost.FixedBytes / _memory.BytesPerSecond(planBytes) + _memory.Seconds(cost.BatchBytes / strips));

    // Kinds that the small network lacks are taken for those whose names begin alike, or for the middle of all.
    static double Of(Dictionary<string, double> rates, string family)
    {
        if (rates.TryGetValue(family, out var rate)) return rate;
        var akin = rates.Where(pair => pair.Key.Split(' ', '_')[0] == family.Split(' ', '_')[0]).Select(pair => pair.Value)
            .DefaultIfEmpty();
        var middle = akin.Order().ElementAt(akin.Count() / 2);
        return middle > 0 ? middle : rates.Values.Order().ElementAt(rates.Count / 2);
    }

    // Without the tile of a convolution and what is gathered behind it.
    static string Family(string kernel) =>
        kernel.Split(' ') is [var operation, var algorithm, ..] && operation.Contains('-') ? $"{operation} {algorithm}" : kernel;
}
