using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Training;
using Xunit.Abstractions;

namespace Residuum.Tests.Plans;

/// <summary>
/// A plan and its optimizer along twenty training steps of PyTorch, each from the state that PyTorch's single-precision run has before it.
/// A tensor's errors against double precision are pooled over the steps before they are compared with those of PyTorch's single precision:
/// the error of one tensor in one step is a draw of few roundings, for which PyTorch with and without oneDNN differ from each other by up
/// to 3.4 times.
/// </summary>
public class TrainingStepsPlanTests(ITestOutputHelper output)
{
    // Winograd's F(4x4, 3x3) has twice the mean error of the definition.
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 4)]
    public void Gradients_and_updates_are_not_much_further_from_double_precision_than_PyTorchs(bool winograd, double mostTimesPyTorchs)
    {
        var graph = TrainingStepsGolden.BuildGraphWithGradients();
        using var plan = Plan.ForGradients(graph, TrainingStepsGolden.BatchSize, threads: 2, new PlanOptions { Winograd = winograd });
        using var optimizer = new Optimizer(
            plan, new Sgd { Momentum = TrainingStepsGolden.Momentum, Nesterov = true, WeightDecay = TrainingStepsGolden.WeightDecay });
        var all = new List<StepErrors>();
        foreach (var step in TrainingStepsGolden.Steps) all.AddRange(Take(plan, optimizer, step));

        var worst = (Largest: all.Max(errors => errors.LargestRatio), Square: all.Max(errors => errors.RootMeanSquareRatio));
        output.WriteLine($"of single tensors in single steps at most {worst.Largest:f2} (largest), {worst.Square:f2} (root mean square)");
        var pooled = all.GroupBy(errors => errors.Name).Select(group => StepErrors.Together(group.Key, group)).ToArray();
        foreach (var errors in pooled.OrderByDescending(errors => errors.LargestRatio))
            output.WriteLine($"{errors.Name}: {errors.LargestRatio:f2} {errors.RootMeanSquareRatio:f2} ({errors.Largest:e2} against "
                + $"{errors.SingleLargest:e2})");
        foreach (var kind in new[] { "gradient", "updated" })
        {
            var together = StepErrors.Together(kind, all.Where(errors => errors.Name.StartsWith(kind, StringComparison.Ordinal)));
            output.WriteLine($"all {kind}: {together.LargestRatio:f2} {together.RootMeanSquareRatio:f2}");
        }
        Assert.All(pooled, errors => Assert.InRange(errors.LargestRatio, 0, mostTimesPyTorchs));
        Assert.All(pooled, errors => Assert.InRange(errors.RootMeanSquareRatio, 0, mostTimesPyTorchs));
    }

    static IEnumerable<StepErrors> Take(Plan plan, Optimizer optimizer, TrainingStep step)
    {
        var graph = plan.Graph;
        plan.Load(PlanRun.Tensors(graph, step.Sources));
        optimizer.Load(graph.Parameters.ToDictionary(
            node => $"momentum:{node.Name}", node =>
                Tensor.Of(node.Outputs[0].Shape, Array.ConvertAll(step.Momenta[node.Name], x => (float)x))));
        PlanRun.Run(plan, step.Sources, TrainingStepsGolden.BatchSize, TrainingStepsGolden.BatchSize);
        Assert.Equal(step.Loss, PlanRun.Output(plan, "loss", 1).Single(), 1e-6);
        var gradients = graph.Parameters.ToDictionary(node => node.Name, node => Doubles(plan.Gradient(node.Name)));
        optimizer.Step((float)step.LearningRate);
        var updated = plan.Save().ToDictionary(pair => pair.Key, pair => Doubles(pair.Value));
        return step.CompareGradients(gradients).Select(errors => errors with { Name = $"gradient of {errors.Name}" })
            .Concat(step.CompareUpdated(updated).Select(errors => errors with { Name = $"updated {errors.Name}" }));
    }

    static double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.Span<float>().ToArray(), x => (double)x);
}
