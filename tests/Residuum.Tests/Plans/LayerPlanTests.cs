using Residuum.Plans;
using Residuum.Testing;
using Residuum.Tests.Gradients;

namespace Residuum.Tests.Plans;

/// <summary>What plans make of single operations and their gradients, against PyTorch's values in double precision.</summary>
public class LayerPlanTests
{
    // Relative to the largest number of a tensor: single precision rounds to 6e-8, and these sums have some hundred terms at most.
    const double Tolerance = 2e-6;

    public static TheoryData<string> Cases => GoldenLayer.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void An_operation_and_its_gradients_agree_with_PyTorch(string name)
    {
        var (graph, sources) = GoldenLayer.Build(name);
        var images = GoldenLayer.Images(name);
        foreach (var threads in new[] { 1, 3 })
        {
            using var plan = Plan.ForGradients(graph, maximumBatch: images + 1, threads);
            plan.Load(PlanRun.Tensors(graph, sources));
            PlanRun.Run(plan, sources, images, images);
            foreach (var (output, actual) in PlanRun.Results(plan, images))
            {
                var expected = GoldenLayer.Expected(name, output);
                var error = Closeness.LargestDifference(actual, expected) / Math.Max(1e-3, expected.Max(Math.Abs));
                Assert.True(error <= Tolerance, $"{output} is off by {error:e2}.");
            }
        }
    }
}
