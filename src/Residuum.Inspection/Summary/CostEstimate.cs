using System.Globalization;
using System.Text;
using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Inspection;

/// <summary>
/// What a network will take on this machine before it runs: memory, which is what the plan will hold, for it is planned here to the end but
/// for the memory itself; and time, estimated from the steps of that plan and the speed of like kernels, which is measured in a second
/// (docs/summary-and-costs.md says how good it is). Immutable, safe to share among threads.
/// </summary>
/// <param name="Threads">Threads that share the work.</param>
/// <param name="Inference">A run on images.</param>
/// <param name="Training">A step of training; null for a network without a loss, such as one that ends with a map.</param>
public sealed record CostEstimate(int Threads, PassEstimate Inference, PassEstimate? Training)
{
    const int TrainingBatch = 32;

    /// <summary>Plans a network and measures the processor.</summary>
    /// <param name="graph">The network, with running statistics.</param>
    /// <param name="batch">Images of a run and of a step; by default 1 and 32.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core.</param>
    /// <param name="options">How to compute; the usual choices where absent.</param>
    /// <exception cref="ResiduumException">The batch is below 1, or the graph has an operation that no kernel computes.</exception>
    public static CostEstimate Of(Graph graph, int? batch = null, int threads = 0, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (threads <= 0) threads = Environment.ProcessorCount;
        options ??= PlanOptions.Default;
        var memory = MemorySpeed.Measure(threads);
        var trains = graph.Outputs.Any(output => output.Name is TrainingGraph.Logits or TrainingGraph.Reconstruction);
        return new CostEstimate(threads, Pass(graph, false), trains ? Pass(TrainingGraph.Create(graph), true) : null);

        PassEstimate Pass(Graph pass, bool training)
        {
            var plan = Plan.Draft(pass, training, batch ?? (training ? TrainingBatch : 1), threads, options);
            var costs = StepCost.AllOf(plan);
            if (training) costs.Add(StepCost.OfUpdate("update", graph.ParameterCount));
            var rates = KernelRates.Measure(memory, training, threads, options);
            var strips = (plan.MaximumBatch + plan.Scale.Images - 1) / plan.Scale.Images;
            var seconds = costs.Sum(cost => rates.Seconds(cost, plan.MemoryBytes, strips));
            return PassEstimate.Of(plan, training, graph.TotalParameterCount, seconds);
        }
    }

    /// <summary>A table as plain text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        string[][] rows = [Row("inference", Inference), .. Training is { } training ? [Row("a training step", training)] : (string[][])[]];
        PlainTable.Write(text,
            [("Estimate", false), ("Batch", true), ("Weights", true), ("Gradients", true), ("Momentum", true), ("Maps", true),
                ("Scratch", true),
                ("Plan", true), ("Process", true), ("Time", true), ("Images/s", true)], rows);
        text.Append(CultureInfo.InvariantCulture,
            $"Memory as planned; time of {Threads} threads on this processor, roughly; other programs are not reckoned with.\n");
        return text.ToString();
    }

    static string[] Row(string name, PassEstimate pass) =>
    [
        name, $"{pass.Batch}", SummaryText.Memory(pass.WeightBytes), pass.GradientBytes == 0 ? "" : SummaryText.Memory(pass.GradientBytes),
        pass.MomentumBytes == 0 ? "" : SummaryText.Memory(pass.MomentumBytes), SummaryText.Memory(pass.MapBytes),
        SummaryText.Memory(pass.ScratchBytes), SummaryText.Memory(pass.PlanBytes), SummaryText.Memory(pass.ProcessBytes),
        string.Create(CultureInfo.InvariantCulture, $"{pass.Milliseconds:N2} ms"),
        string.Create(CultureInfo.InvariantCulture, $"{pass.ImagesPerSecond:N1}"),
    ];
}

/// <summary>What one run of a plan takes.</summary>
/// <param name="Batch">Images of the run.</param>
/// <param name="WeightBytes">Weights and state as the plan lays them out; for inference folded, some in Winograd's larger form.</param>
/// <param name="GradientBytes">Gradients of the weights; 0 in inference.</param>
/// <param name="MomentumBytes">What the optimizer keeps beside the plan; 0 in inference.</param>
/// <param name="MapBytes">Maps and other values of a run, which share memory by lifetime, and images and results as the caller sees
/// them.</param>
/// <param name="ScratchBytes">What kernels use while they run.</param>
/// <param name="ProcessBytes">
/// About what the process will have resident: the plan, the momentum, the model's own weights, <see cref="RuntimeBytes"/>, and 40 kB for
/// each step of the plan.
/// </param>
/// <param name="Milliseconds">About how long the run takes.</param>
public sealed record PassEstimate(
    int Batch, long WeightBytes, long GradientBytes, long MomentumBytes, long MapBytes, long ScratchBytes, long ProcessBytes,
        double Milliseconds)
{
    /// <summary>About what the runtime and the program themselves have resident, measured with a network of a few weights: 50 MB.</summary>
    public const long RuntimeBytes = 50_000_000;

    // What the runtime holds for a step, its kernel's code among it, measured on networks of 20 to 164 layers.
    const long StepBytes = 40_000;

    /// <summary>Bytes that the plan will hold: exactly <see cref="Plan.MemoryBytes"/>.</summary>
    public long PlanBytes => WeightBytes + GradientBytes + MapBytes + ScratchBytes;

    /// <summary>Images a second.</summary>
    public double ImagesPerSecond => 1000 * Batch / Milliseconds;

    internal static PassEstimate Of(Plan plan, bool training, long parameters, double seconds)
    {
        var memory = plan.Memory;
        var weights = sizeof(float) * (memory.ParameterLength + memory.ConstantLength);
        var gradients = training ? sizeof(float) * memory.ParameterLength : 0;
        var scratch = sizeof(float) * memory.ScratchLength;
        return new PassEstimate(plan.MaximumBatch, weights, gradients, gradients, plan.MemoryBytes - weights - gradients - scratch, scratch,
            plan.MemoryBytes + gradients + sizeof(float) * parameters + RuntimeBytes + StepBytes * plan.Steps.Count(), 1000 * seconds);
    }
}
