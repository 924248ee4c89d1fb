using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;
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

    // Errors of Winograd's filtering with tiles of 4x4 are about ten times those of the definition.
    const double WinogradTolerance = 2e-5;

    [Theory]
    [InlineData(0, 0, 2, 2)]
    [InlineData(2, 0, 0, 2)]
    [InlineData(0, 1, 2, 1)]
    [InlineData(0, 0, 1, 1)]
    public void Winograd_takes_paddings_that_differ_from_side_to_side_in_both_directions(int top, int left, int bottom, int right)
    {
        const int images = 2;
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, 64, 13, 14));
        var w = builder.Parameter("w", new Shape(48, 64, 3, 3), ParameterRole.ConvWeight);
        var y = builder.Add("y", new Conv2d(new Window(3, 3, 1, 1, top, left, bottom, right)), x, w);
        var dy = builder.Input("dy", builder.TypeOf(y));
        var graph = Backward.Append(builder.Output("y", y).Build(), [new Seed(y, dy)], [x, w]);
        var sources = PlanRun.Sources(graph, images);
        using var plan = Plan.ForGradients(graph, images, threads: 2);
        Assert.Equal(3, plan.Steps.Count(step => step.Kernel.Contains("winograd", StringComparison.Ordinal)));
        plan.Load(PlanRun.Tensors(graph, sources));
        PlanRun.Run(plan, sources, images, images);
        foreach (var (name, error) in PlanRun.Errors(PlanRun.Results(plan, images), PlanRun.Reference(graph, sources, images)))
            Assert.True(error <= WinogradTolerance, $"{name} is off by {error:e2}.");
    }
}
