using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Testing;

/// <summary>
/// Twenty steps of SGD (Nesterov momentum, weight decay on everything, one-cycle rate) by PyTorch in single precision and, from the same
/// state before each step, in double precision (<c>tests/golden/training_steps.py</c>). Whatever trains in single precision should be
/// no further from the double-precision numbers than twice what PyTorch's single precision is.
/// </summary>
public static class TrainingStepsGolden
{
    /// <summary>Steps recorded.</summary>
    public const int Count = 20;

    /// <summary>Images in each step.</summary>
    public const int BatchSize = 8;

    /// <summary>The optimizer's momentum and weight decay, single-precision numbers.</summary>
    public const float Momentum = 0.9f, WeightDecay = 5e-4f;

    static readonly int[] Widths = [4, 7, 17];

    static readonly Lazy<TrainingStep[]> All = new(() =>
    {
        var file = GoldenFile.Read("Residuum.Tests/Golden/Gradients/training_steps.safetensors.gz");
        var graph = BuildGraph();
        return [.. Enumerable.Range(0, Count).Select(step => new TrainingStep(file, graph, step))];
    });

    /// <summary>The steps in order.</summary>
    public static IReadOnlyList<TrainingStep> Steps => All.Value;

    /// <summary>
    /// The forward graph of the network with batch statistics: inputs <c>image</c> (N x 3 x 16 x 16) and <c>labels</c>, outputs
    /// <c>logits</c> and <c>loss</c>, three stages of one basic block with 4, 7 and 17 channels and shortcut A.
    /// </summary>
    public static Graph BuildGraph()
    {
        var layers = new SmallLayers(Statistics.Batch);
        var network = new SmallNetwork("training steps", SmallBlock.Basic, SmallShortcut.ZeroSplit);
        var x = layers.Builder.Input("image", TensorType.Float(Shape.Batch, 3, 16, 16));
        x = layers.Relu("stem.relu", layers.Norm("stem.norm", layers.Conv("stem.conv", x, Widths[0], Window.Square(3, 1, 1))));
        for (var stage = 1; stage <= Widths.Length; stage++)
            x = network.Append(layers, $"stage{stage}.block1", x, Widths[stage - 1], stage == 1 ? 1 : 2);
        x = layers.Builder.Add("pool", new GlobalAveragePool(), x);
        return layers.Finish(layers.Linear("classifier", x, 10), labelSmoothing: 0);
    }

    /// <summary><see cref="BuildGraph"/> with the gradients of all parameters, named by <see cref="Backward.OutputName"/>.</summary>
    public static Graph BuildGraphWithGradients()
    {
        var graph = BuildGraph();
        return Backward.Append(graph, graph.Output("loss"), [.. graph.Parameters.Select(node => node.Output())]);
    }
}

/// <summary>One step of <see cref="TrainingStepsGolden"/>; arrays by the name of the parameter or state.</summary>
public sealed class TrainingStep
{
    internal TrainingStep(GoldenFile file, Graph graph, int step)
    {
        var parameters = graph.Parameters.Select(node => node.Name).ToArray();
        string[] trained = [.. parameters, .. graph.States.Select(node => node.Name)];
        LearningRate = file[$"{step}/rate"][0];
        Loss = file[$"{step}/loss"][0];
        Sources = new[] { "image", "labels" }.Concat(trained).ToDictionary(name => name, name => file[$"{step}/{name}"]);
        Momenta = parameters.ToDictionary(name => name, name => file[$"{step}/momentum:{name}"]);
        SingleGradients = parameters.ToDictionary(name => name, name => file[$"{step}/gradient:{name}"]);
        Gradients = parameters.ToDictionary(name => name, name => Sum(SingleGradients[name], file[$"{step}/gradient-difference:{name}"]));
        SingleUpdated = trained.ToDictionary(name => name, name => file[$"{step + 1}/{name}"]);
        Updated = trained.ToDictionary(name => name, name => Sum(SingleUpdated[name], file[$"{step}/updated-difference:{name}"]));
    }

    /// <summary>The learning rate, a single-precision number.</summary>
    public double LearningRate { get; }

    /// <summary>The mean loss in double precision.</summary>
    public double Loss { get; }

    /// <summary>Images, labels, parameters and running statistics before the step; single-precision numbers.</summary>
    public IReadOnlyDictionary<string, double[]> Sources { get; }

    /// <summary>The momentum of each parameter before the step (zeros before the first); single-precision numbers.</summary>
    public IReadOnlyDictionary<string, double[]> Momenta { get; }

    /// <summary>The gradients that double precision gives, without weight decay.</summary>
    public IReadOnlyDictionary<string, double[]> Gradients { get; }

    /// <summary>The gradients that PyTorch's single precision gives.</summary>
    public IReadOnlyDictionary<string, double[]> SingleGradients { get; }

    /// <summary>Parameters and running statistics after the step in double precision.</summary>
    public IReadOnlyDictionary<string, double[]> Updated { get; }

    /// <summary>Parameters and running statistics after the step in PyTorch's single precision.</summary>
    public IReadOnlyDictionary<string, double[]> SingleUpdated { get; }

    /// <summary>How far gradients computed elsewhere, and PyTorch's in single precision, are from double precision.</summary>
    public IReadOnlyList<StepErrors> CompareGradients(IReadOnlyDictionary<string, double[]> gradients) =>
        [.. Gradients.Select(pair => StepErrors.Of(pair.Key, gradients[pair.Key], SingleGradients[pair.Key], pair.Value))];

    /// <summary>The same for what a step updated: parameters and running statistics, as many as are given.</summary>
    public IReadOnlyList<StepErrors> CompareUpdated(IReadOnlyDictionary<string, double[]> updated) =>
        [.. updated.Select(pair => StepErrors.Of(pair.Key, pair.Value, SingleUpdated[pair.Key], Updated[pair.Key]))];

    static double[] Sum(double[] single, double[] difference) => [.. single.Zip(difference, (x, d) => x + d)];
}

/// <summary>How far a tensor of ours, and the one of PyTorch's single precision, are from the one of double precision.</summary>
/// <param name="Name">The parameter or state.</param>
/// <param name="Count">Elements.</param>
/// <param name="Largest">The largest difference of ours.</param>
/// <param name="SingleLargest">The largest difference of PyTorch's single precision.</param>
/// <param name="SquareSum">The sum of our squared differences.</param>
/// <param name="SingleSquareSum">The sum of the squared differences of PyTorch's single precision.</param>
public readonly record struct StepErrors(
    string Name, int Count, double Largest, double SingleLargest, double SquareSum, double SingleSquareSum)
{
    /// <summary>Compares both with double precision.</summary>
    public static StepErrors Of(string name, double[] ours, double[] single, double[] exact)
    {
        static double Squares(double rootMeanSquare, int count) => rootMeanSquare * rootMeanSquare * count;
        return new(
            name, exact.Length, Closeness.LargestDifference(ours, exact), Closeness.LargestDifference(single, exact),
            Squares(Closeness.RootMeanSquareDifference(ours, exact), exact.Length),
            Squares(Closeness.RootMeanSquareDifference(single, exact), exact.Length));
    }

    /// <summary>The errors of several steps, or several tensors, as one.</summary>
    public static StepErrors Together(string name, IEnumerable<StepErrors> errors) => errors.Aggregate(
        new StepErrors(name, 0, 0, 0, 0, 0),
        (sum, each) => new(
            name, sum.Count + each.Count, Math.Max(sum.Largest, each.Largest), Math.Max(sum.SingleLargest, each.SingleLargest),
            sum.SquareSum + each.SquareSum, sum.SingleSquareSum + each.SingleSquareSum));

    /// <summary>Our largest difference over PyTorch's; 0 where ours is 0.</summary>
    public double LargestRatio => Largest == 0 ? 0 : Largest / SingleLargest;

    /// <summary>The root mean square of our differences over that of PyTorch's; 0 where ours is 0.</summary>
    public double RootMeanSquareRatio => SquareSum == 0 ? 0 : Math.Sqrt(SquareSum / SingleSquareSum);
}
