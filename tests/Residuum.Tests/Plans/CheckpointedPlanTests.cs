using Residuum.Graphs;
using Residuum.Models;
using Residuum.Passes;
using Residuum.Plans;
using Residuum.Tests.Passes;
using Residuum.Training;

namespace Residuum.Tests.Plans;

/// <summary>Training with maps that are computed again: the same bits in less memory.</summary>
public class CheckpointedPlanTests
{
    const int Batch = 3;
    const int Steps = 3;

    /// <summary>What the backward part computes again.</summary>
    public enum Again { Nothing, Normalizations, Segments }

    [Theory]
    [InlineData("cifar_resnet20", 3, 12, 10)]
    [InlineData("cifar_resnet20_b", 3, 9, 12)]
    [InlineData("cifar_plain20", 3, 10, 10)]
    [InlineData("cifar_preact_basic20", 3, 11, 9)]
    [InlineData("cifar_preact_bottleneck29", 3, 8, 8)]
    [InlineData("resnet18", 3, 40, 33)]
    public void Steps_of_training_have_the_same_bits_and_take_less_memory(string name, int channels, int height, int width)
    {
        var network = Catalogue.Find(name).Spec.WithInput(channels, height, width).Build();
        var (kept, keptMemory) = Train(network, Again.Nothing);
        foreach (var again in new[] { Again.Normalizations, Again.Segments })
        {
            var (bits, memory) = Train(network, again);
            Assert.Equal(kept, bits);
            Assert.True(memory < keptMemory, $"{again}: {memory} floats are not fewer than {keptMemory}.");
        }
    }

    [Fact]
    public void The_memory_of_a_deep_network_grows_more_slowly_than_its_depth()
    {
        double Growth(Again again) => (double)Activations("cifar_resnet110", again) / Activations("cifar_resnet20", again);
        Assert.InRange(Growth(Again.Nothing), 5, 6);
        Assert.InRange(Growth(Again.Segments), 1, 3);
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("cifar_resnet56_b")]
    [InlineData("cifar_preact_resnet164")]
    public void Without_what_normalizations_made_a_third_less_is_kept(string name) =>
        Assert.InRange((double)Activations(name, Again.Normalizations) / Activations(name, Again.Nothing), 0.4, 0.7);

    [Fact]
    public void Segments_end_where_a_single_map_leads_on()
    {
        var network = Catalogue.Find("cifar_resnet56").Spec.Build();
        var (graph, forward) = TrainingGraph.WithGradients(network);
        var ends = SegmentCut.Choose(graph, forward);
        Assert.InRange(ends.Count, 3, 8);
        Assert.All(ends, end => Assert.EndsWith("relu2", graph.Nodes[end - 1].Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_state_is_updated_once_and_by_the_forward_part()
    {
        var network = Catalogue.Find("cifar_resnet20").Spec.Build();
        var plain = Pipeline.ForGradients(TrainingGraph.Create(network));
        var graph = Pipeline.ForGradients(TrainingGraph.Create(network, checkpointActivations: true));
        Assert.Equal(plain.Updates.Length, graph.Updates.Length);
        Assert.All(graph.Updates, update => Assert.DoesNotContain("/again", graph.Nodes[update.Value.Node].Name, StringComparison.Ordinal));
        Assert.True(graph.Count<FusedConv2d>() > plain.Count<FusedConv2d>());
        Assert.Equal(plain.Count<SummedBatchNormGradient>(), graph.Count<SummedBatchNormGradient>());
        Assert.Equal(plain.Count<Relu>(), graph.Count<Relu>());
    }

    static long Activations(string name, Again again)
    {
        using var plan = Plan.ForGradients(WithGradients(Catalogue.Find(name).Spec.WithInput(3, 32, 32).Build(), again), Batch, 1);
        return plan.Memory.ActivationLength;
    }

    static Graph WithGradients(Graph network, Again again) => again == Again.Nothing
        ? TrainingGraph.WithGradients(network, 0.1f).Graph
        : TrainingGraph.Create(network, 0.1f, again == Again.Segments);

    static (string Bits, long Memory) Train(Graph network, Again again)
    {
        using var plan = Plan.ForGradients(WithGradients(network, again), Batch, again == Again.Nothing ? 1 : 2);
        using var optimizer = new Optimizer(plan, new Sgd { Nesterov = true, WeightDecay = 5e-4f });
        plan.Load(Initialization.Create(network, 1));
        var random = new Random(1);
        var results = new List<double>();
        for (var step = 0; step < Steps; step++)
        {
            foreach (ref var number in plan.Input("image")) number = random.NextSingle() - 0.5f;
            foreach (ref var label in plan.Labels(TrainingGraph.Labels)) label = random.Next(10);
            plan.Run(Batch);
            foreach (var node in network.Parameters) foreach (var number in plan.Gradient(node.Name).Span<float>()) results.Add(number);
            optimizer.Step(0.1f);
            foreach (var loss in plan.Output(TrainingGraph.ImageLosses)) results.Add(loss);
        }
        foreach (var tensor in plan.Save().Values) foreach (var number in tensor.Span<float>()) results.Add(number);
        return (PlanRun.Bits(results), plan.MemoryBytes / sizeof(float));
    }
}
