using Residuum.Gradients;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>Twenty training steps, each from the state that PyTorch's single-precision run has before it.</summary>
public class TrainingStepsTests
{
    // The file holds double-precision numbers to about 1e-14, and two runs in double precision differ by about as much.
    const double Tolerance = 1e-12;

    public static TheoryData<int> Steps => [.. Enumerable.Range(0, TrainingStepsGolden.Count)];

    [Theory, MemberData(nameof(Steps))]
    public void The_double_precision_reference_takes_the_steps_of_PyTorch_in_double_precision(int index)
    {
        var step = TrainingStepsGolden.Steps[index];
        var graph = TrainingStepsGolden.BuildGraphWithGradients();
        var values = ReferenceRunner.Run(graph, step.Sources, TrainingStepsGolden.BatchSize);

        Assert.Equal(step.Loss, values[graph.Output("loss")].Single(), Tolerance);
        foreach (var parameter in graph.Parameters)
        {
            var gradient = values[graph.Output(Backward.OutputName(parameter.Name))];
            AssertClose(step.Gradients[parameter.Name], gradient, $"The gradient of {parameter.Name}");
            AssertClose(step.Updated[parameter.Name], Update(step, parameter.Name, gradient), $"The updated {parameter.Name}");
        }
        foreach (var update in graph.Updates)
        {
            var state = graph.Nodes[update.State].Name;
            AssertClose(step.Updated[state], values[update.Value], $"The updated {state}");
        }
    }

    [Fact]
    public void The_errors_of_single_precision_itself_compare_as_equal_and_those_of_the_reference_as_far_smaller()
    {
        var step = TrainingStepsGolden.Steps[7];
        StepErrors[] same = [.. step.CompareGradients(step.SingleGradients), .. step.CompareUpdated(step.SingleUpdated)];
        Assert.All(same, errors => Assert.Equal((1, 1), (errors.LargestRatio, errors.RootMeanSquareRatio)));

        var off = step.Gradients.ToDictionary(pair => pair.Key, pair => pair.Value.Select(x => x + 1e-12).ToArray());
        var together = StepErrors.Together("all", step.CompareGradients(off));
        Assert.Equal(step.Gradients.Sum(pair => pair.Value.Length), together.Count);
        Assert.InRange(together.LargestRatio, 1e-9, 1e-4);
        Assert.InRange(together.RootMeanSquareRatio, 1e-9, 1e-4);
    }

    // Nesterov's momentum as PyTorch has it: g += decay w; m = momentum m + g; w -= rate (g + momentum m).
    static double[] Update(TrainingStep step, string name, double[] gradient)
    {
        var (w, m) = (step.Sources[name], step.Momenta[name]);
        return [.. gradient.Select((raw, i) =>
        {
            var g = raw + TrainingStepsGolden.WeightDecay * w[i];
            var momentum = TrainingStepsGolden.Momentum * m[i] + g;
            return w[i] - step.LearningRate * (g + TrainingStepsGolden.Momentum * momentum);
        })];
    }

    static void AssertClose(double[] expected, double[] actual, string what)
    {
        var difference = Closeness.RelativeDifference(actual, expected);
        Assert.True(difference <= Tolerance, $"{what} differs by {difference:e2}.");
    }
}
