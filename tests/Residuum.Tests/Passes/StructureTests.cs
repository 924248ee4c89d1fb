using Residuum.Graphs;
using Residuum.Models;
using Residuum.Passes;
using Residuum.Training;

namespace Residuum.Tests.Passes;

/// <summary>What the pipelines leave of the networks of the catalogue.</summary>
public class StructureTests
{
    static Graph Inference(string name) => Pipeline.ForInference(Catalogue.Find(name).Spec.Build());

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("resnet34_a")]
    [InlineData("cifar_resnet20")]
    [InlineData("cifar_resnet20_c")]
    [InlineData("plain18")]
    public void For_inference_a_post_activation_network_is_fused_convolutions_pooling_and_the_classifier(string name)
    {
        var network = Catalogue.Find(name).Spec.Build();
        var graph = Pipeline.ForInference(network);
        Assert.Equal(0, graph.Count<BatchNorm>() + graph.Count<FusedBatchNorm>());
        Assert.Equal(0, graph.Count<Add>() + graph.Count<Relu>());
        Assert.Equal(network.Count<Conv2d>(), graph.Count<FusedConv2d>() + graph.Count<Conv2d>());
        // Where two convolutions are added, one takes the addition and the other has nothing behind it to take.
        Assert.Equal(network.Nodes.Count(node => node.Name.EndsWith("shortcut.conv", StringComparison.Ordinal)), graph.Count<Conv2d>());
        Assert.Equal(network.Count<Add>(), graph.Nodes.Count(node => node.Op is FusedConv2d { HasResidual: true, HasRelu: true }));
        Assert.Equal(network.MultiplyAdds, graph.MultiplyAdds);
    }

    [Fact]
    public void A_block_with_a_projection_adds_it_in_the_later_of_its_two_convolutions()
    {
        var graph = Inference("resnet18");
        var sum = graph.Find("stage2.block1.relu2")!;
        Assert.True(sum.Op is FusedConv2d { HasBias: true, HasResidual: true, HasRelu: true });
        var residual = graph.Nodes[sum.Inputs[^1].Node];
        Assert.True(residual.Index < sum.Index);
        Assert.IsType<Conv2d>(residual.Op);
        // The projection comes later in the graph, so it takes the addition, and the branch is what it adds.
        Assert.Equal(1, ((FusedConv2d)sum.Op).Window.KernelHeight);
        Assert.Equal("stage2.block1.norm2", residual.Name);
    }

    [Fact]
    public void A_zero_padded_shortcut_is_added_in_the_branchs_last_convolution()
    {
        var graph = Inference("cifar_resnet20");
        var sum = graph.Find("stage2.block1.relu2")!;
        Assert.True(sum.Op is FusedConv2d { HasResidual: true, HasRelu: true });
        Assert.IsType<PadChannels>(graph.Nodes[sum.Inputs[^1].Node].Op);
    }

    [Theory]
    [InlineData("cifar_preact_basic20")]
    [InlineData("cifar_preact_bottleneck29")]
    public void For_inference_a_pre_activation_network_keeps_its_normalizations_fused_with_ReLU(string name)
    {
        var network = Catalogue.Find(name).Spec.Build();
        var graph = Pipeline.ForInference(network);
        Assert.Equal(0, graph.Count<BatchNorm>() + graph.Count<Relu>() + graph.Count<Add>());
        Assert.All(graph.Nodes.Where(node => node.Op is FusedBatchNorm), node => Assert.True(((FusedBatchNorm)node.Op).HasRelu));
        // A normalization between two convolutions that only it reads is folded; those that read a sum stay.
        Assert.All(graph.Nodes.Where(node => node.Op is FusedBatchNorm),
            node => Assert.True(graph.Nodes[node.Inputs[0].Node].Op
                is FusedConv2d { HasResidual: true } or FusedConv2d { HasRelu: true } or MaxPool or Conv2d));
        Assert.Equal(network.Count<Add>(), graph.Nodes.Count(node => node.Op is FusedConv2d { HasResidual: true, HasRelu: false }));
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("cifar_resnet20")]
    [InlineData("cifar_preact_bottleneck29")]
    public void For_training_every_ReLU_is_one_with_its_normalization_in_both_directions(string name)
    {
        var network = Catalogue.Find(name).Spec.Build();
        var graph = Pipeline.ForGradients(TrainingGraph.Create(network));
        Assert.Equal(0, graph.Count<Relu>() + graph.Count<ReluGradient>());
        Assert.Equal(network.Count<Relu>(), graph.Nodes.Count(node => node.Op is FusedBatchNorm { HasRelu: true }));
        Assert.Equal(network.Count<Relu>(), graph.Count<FusedBatchNormGradient>() + graph.Count<SummedBatchNormGradient>());
        Assert.Equal(network.Count<BatchNorm>(), graph.Count<FusedBatchNorm>() + graph.Count<BatchNorm>());
        Assert.Equal(2 * network.Count<BatchNorm>(), graph.Updates.Length);
        Assert.Equal(network.Parameters.Count(),
            graph.Outputs.Count(output => output.Name.StartsWith("gradient:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("resnet18", 2)]
    [InlineData("resnet50", 2)]
    [InlineData("cifar_resnet20", 1)]
    [InlineData("cifar_preact_bottleneck29", 1)]
    public void For_training_convolutions_take_all_moments_and_sums_but_those_before_pooling(string name, int poolings)
    {
        var network = Catalogue.Find(name).Spec.Build();
        var graph = Pipeline.ForGradients(TrainingGraph.Create(network));
        Assert.Equal(network.Count<BatchNorm>(), graph.Nodes.Count(node => node.Op is FusedBatchNorm { HasMoments: true }));
        Assert.Equal(poolings, graph.Count<FusedBatchNormGradient>());
        Assert.Equal(network.Count<Relu>() - poolings, graph.Nodes.Count(node => node.Op is FusedConvInputGradient { HasSums: true }));
        Assert.All(graph.Nodes.Where(node => node.Op is Add),
            node => Assert.DoesNotContain(node.Inputs, value => graph.Nodes[value.Node].Op is ConvInputGradient));
    }

    [Fact]
    public void The_gradient_of_a_projections_normalization_reads_what_the_fused_gradient_masked()
    {
        var graph = Pipeline.ForGradients(TrainingGraph.Create(Catalogue.Find("resnet18").Spec.Build()));
        var plain = graph.Nodes.Where(node => node.Op is BatchNormGradient).ToArray();
        Assert.Equal(3, plain.Length);
        foreach (var node in plain)
        {
            var dy = node.Inputs[1];
            Assert.True(graph.Nodes[dy.Node].Op is FusedConvInputGradient { HasResidual: true, HasSums: true });
            Assert.Equal(0, dy.Output);
        }
    }
}
