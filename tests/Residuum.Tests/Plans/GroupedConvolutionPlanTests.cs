using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Testing;
using Residuum.Tests.Gradients;

namespace Residuum.Tests.Plans;

/// <summary>What plans make of grouped convolutions, against PyTorch's values in double precision.</summary>
public class GroupedConvolutionPlanTests
{
    // Relative to the largest number of a tensor: single precision rounds to 6e-8, and these sums have some hundred terms at most.
    const double Tolerance = 2e-6;

    // Through a whole network.
    const double NetworkTolerance = 1e-4;

    public static TheoryData<string> Cases => GroupedConvolution.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void A_convolution_and_its_gradients_agree_with_PyTorch(string name)
    {
        var (graph, sources) = GroupedConvolution.Build(name);
        var images = GroupedConvolution.Images(name);
        using var plan = Plan.ForGradients(graph, maximumBatch: images + 1, threads: 2);
        plan.Load(PlanRun.Tensors(graph, sources));
        PlanRun.Run(plan, sources, images, images);
        foreach (var (output, actual) in PlanRun.Results(plan, images))
            AssertClose(GroupedConvolution.Expected(name, output), actual, Tolerance, output);
    }

    [Theory, InlineData(Statistics.Batch), InlineData(Statistics.Running)]
    public void A_network_agrees_with_PyTorch(Statistics statistics)
    {
        var golden = GoldenFile.Read("Residuum.Tests/Golden/Gradients/grouped.safetensors");
        var mode = statistics == Statistics.Batch ? "batch" : "running";
        var graph = PlanRun.WithGradients(SmallGroupedNetwork.Build(statistics));
        var sources = graph.Nodes.Where(node => node.Op is SourceOp && golden.Has(node.Name))
            .ToDictionary(node => node.Name, node => golden[node.Name]);
        using var plan = Plan.ForGradients(graph, maximumBatch: 3, threads: 2);
        plan.Load(PlanRun.Tensors(graph, sources));
        PlanRun.Run(plan, sources, 3, 3);
        foreach (var (name, actual) in PlanRun.Results(plan, 3))
            AssertClose(golden[name.StartsWith("new ", StringComparison.Ordinal) ? $"batch/new:{name[4..]}" : $"{mode}/{name}"], actual,
                NetworkTolerance, name);
    }

    static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        var error = Closeness.LargestDifference(actual, expected) / Math.Max(1e-3, expected.Max(Math.Abs));
        Assert.True(error <= tolerance, $"{what} is off by {error:e2}.");
    }
}
