using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Testing;
using Xunit.Abstractions;

namespace Residuum.Tests.Plans;

/// <summary>Plans against the unrewritten graph run in double precision.</summary>
public class PlanReferenceTests(ITestOutputHelper output)
{
    // Errors are relative to the largest number of a tensor. Single precision rounds to 6e-8; what a network adds to that was at most
    // 2e-6 for logits when this was written.
    const double LogitTolerance = 1e-5;

    // Gradients go through twice as many layers, and batch statistics of few numbers divide by what may be small.
    const double GradientTolerance = 1e-4;

    // No ReLU or maximum is so near its kink that single precision could decide otherwise.
    const double Clearance = 3e-6;

    const int Batch = 3;

    [Theory, MemberData(nameof(PlanCases.All), MemberType = typeof(PlanCases))]
    public void A_plan_for_inference_gives_the_references_logits(string name)
    {
        var graph = PlanCases.Build(name);
        var sources = PlanRun.Sources(graph, Batch);
        var expected = PlanRun.Reference(graph, sources, Batch)["logits"];
        using var plan = Plan.ForInference(graph, maximumBatch: 5, threads: 2);
        plan.Load(PlanRun.Tensors(graph, sources));
        foreach (var images in new[] { 1, Batch })
        {
            PlanRun.Run(plan, sources, Batch, images);
            var actual = PlanRun.Output(plan, "logits", images);
            var error = Closeness.LargestDifference(actual, expected[..actual.Length]) / expected.Max(Math.Abs);
            output.WriteLine($"{images} images: {error:e2}");
            Assert.True(error <= LogitTolerance, $"The logits of {images} images are off by {error:e2}.");
        }
    }

    [Theory, MemberData(nameof(PlanCases.Small), MemberType = typeof(PlanCases))]
    public void A_plan_for_training_gives_the_references_loss_gradients_and_statistics(string name) =>
        Check(PlanCases.BuildTraining(name), Clearance);

    [Theory, MemberData(nameof(PlanCases.Small), MemberType = typeof(PlanCases))]
    public void Running_statistics_with_gradients_give_the_references_gradients_and_leave_the_statistics_alone(string name)
    {
        var graph = PlanCases.Build(name);
        if (graph.Outputs.All(each => each.Name != "loss"))
            graph = Residuum.Training.TrainingGraph.Create(graph).WithoutGradients(Statistics.Running);
        var actual = Check(PlanRun.WithGradients(graph), Clearance);
        Assert.DoesNotContain(actual.Keys, key => key.StartsWith("new ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("basic-a-split", "image", "stage1.block2.relu", "stage2.block1.conv1", "stage2.block2.add")]
    [InlineData("basic-c", "image", "stem.conv", "stage2.block1.shortcut.conv", "pool")]
    [InlineData("basic-b-large-stem", "image", "stem.pool", "stem.relu", "classifier")]
    [InlineData("bottleneck-stride-first", "image", "stage1.block1.norm2", "stage2.block1.shortcut.norm")]
    [InlineData("pre-activation-basic", "image", "stage1.block1.add", "stage2.block1.relu1")]
    [InlineData("pre-activation-basic-a", "image", "stage2.block1.shortcut.pad", "stage2.block1.shortcut.subsample")]
    [InlineData("pre-activation-bottleneck", "image", "last.norm", "stage2.block1.conv2")]
    [InlineData("convolutional", "image", "pool1", "flatten", "linear1")]
    public void Gradients_reach_the_image_and_inner_nodes(string name, params string[] targets)
    {
        foreach (var statistics in new[] { Statistics.Running, Statistics.Batch })
        {
            var graph = PlanCases.Build(name);
            if (statistics == Statistics.Batch) graph = Residuum.Passes.UseBatchStatistics.Apply(graph);
            Check(Backward.Append(graph, graph.Output("loss"), [.. targets.Select(target => graph.Find(target)!.Output())]), Clearance);
        }
    }

    [Fact]
    public void A_gradient_can_start_from_a_map_that_the_caller_gives()
    {
        var forward = PlanCases.Build("basic-b");
        var builder = new GraphBuilder(forward);
        var start = builder.Input("start", forward.TypeOf(forward.Find("stage2.block1.relu")!.Output()));
        var graph = builder.Build();
        Check(Backward.Append(graph, [new Seed(graph.Find("stage2.block1.relu")!.Output(), start)], [graph.Find("image")!.Output()]),
            Clearance);
    }

    [Fact]
    public void Frozen_and_trained_normalizations_stand_side_by_side()
    {
        var network = PlanCases.Build("basic-b");
        var graph = Residuum.Passes.UseBatchStatistics.Apply(network, node => node.Name.StartsWith("stage2", StringComparison.Ordinal));
        var results = Check(PlanRun.WithGradients(graph), Clearance);
        Assert.Contains("new stage2.block1.norm1.running_mean", results.Keys);
        Assert.DoesNotContain("new stem.norm.running_mean", results.Keys);
    }

    // Compares all that a graph hands out and updates; the plan is larger than the batch, and runs twice from the same state.
    Dictionary<string, double[]> Check(Graph graph, double clearance)
    {
        var sources = PlanRun.Sources(graph, Batch, clearance);
        var expected = PlanRun.Reference(graph, sources, Batch);
        using var plan = Plan.ForGradients(graph, maximumBatch: 5, threads: 2);
        Dictionary<string, double[]> results = [];
        foreach (var _ in new[] { 1, 2 })
        {
            plan.Load(PlanRun.Tensors(graph, sources));
            PlanRun.Run(plan, sources, Batch, Batch);
            results = PlanRun.Results(plan, Batch);
            var errors = PlanRun.Errors(results, expected);
            var (name, error) = errors.MaxBy(pair => pair.Value);
            output.WriteLine($"largest error {error:e2} of {name}");
            Assert.True(error <= GradientTolerance, $"{name} is off by {error:e2}.");
            Assert.True(errors.GetValueOrDefault("logits") <= LogitTolerance * 10,
                $"The logits are off by {errors.GetValueOrDefault("logits"):e2}.");
        }
        return results;
    }
}

static class GraphExtensions
{
    /// <summary>The forward part of a training graph, with these statistics and without updates.</summary>
    public static Graph WithoutGradients(this Graph graph, Statistics statistics)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes.TakeWhile(node => node.Name != "loss/dy"))
            builder.Add(node.Name, node.Op is BatchNorm norm ? norm with { Statistics = statistics } : node.Op, node.Inputs.AsSpan());
        foreach (var name in new[] { "logits", "loss" }) builder.Output(name, graph.Output(name));
        return builder.Build();
    }
}
