using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Passes;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Passes;

/// <summary>Where passes must keep their hands off, on graphs built for it.</summary>
public class PassConditionTests
{
    readonly GraphBuilder _builder = new();
    readonly Value _image;

    public PassConditionTests() => _image = _builder.Input("image", TensorType.Float(Shape.Batch, 2, 5, 5));

    Value Conv(string name, Value x, bool bias = false)
    {
        var w = _builder.Parameter($"{name}.weight", new Shape(2, 2, 3, 3), ParameterRole.ConvWeight);
        var window = Window.Square(3, 1, 1);
        return bias
            ? _builder.Add(name, new Conv2d(window), x, w, _builder.Parameter($"{name}.bias", new Shape(2), ParameterRole.ConvBias))
            : _builder.Add(name, new Conv2d(window), x, w);
    }

    Value Norm(string name, Value x, Statistics statistics = Statistics.Running) =>
        _builder.Add(name, new BatchNorm(1e-3f, 0.1f, statistics), x,
        _builder.Parameter($"{name}.weight", new Shape(2), ParameterRole.NormScale),
            _builder.Parameter($"{name}.bias", new Shape(2), ParameterRole.NormShift),
        _builder.State($"{name}.mean", new Shape(2), 0), _builder.State($"{name}.variance", new Shape(2), 1));

    Graph Build(params (string Name, Value Value)[] outputs)
    {
        foreach (var (name, value) in outputs) _builder.Output(name, value);
        return _builder.Build();
    }

    static Graph Checked(Graph before, Func<Graph, Graph> pass)
    {
        var after = pass(before);
        PassRun.AssertSame(before, after);
        return after;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_normalization_is_folded_into_a_convolution_with_or_without_a_bias(bool bias)
    {
        var graph = Checked(Build(("y", Norm("norm", Conv("conv", _image, bias)))), FoldBatchNorm.Apply);
        Assert.Equal((0, 1, 1), (graph.Count<BatchNorm>(), graph.Count<FoldedWeight>(), graph.Count<FoldedBias>()));
        Assert.Equal(bias ? 5 : 4, graph.Nodes.Single(node => node.Op is FoldedBias).Inputs.Length);
    }

    [Fact]
    public void It_is_not_folded_where_something_else_reads_the_convolution()
    {
        var conv = Conv("conv", _image);
        var graph = Checked(Build(("y", Norm("norm", conv)), ("z", _builder.Add("relu", new Relu(), conv))), FoldBatchNorm.Apply);
        Assert.Equal((1, 0), (graph.Count<BatchNorm>(), graph.Count<FoldedWeight>()));
    }

    [Fact]
    public void It_is_not_folded_where_the_convolution_is_handed_out()
    {
        var conv = Conv("conv", _image);
        Assert.Equal(1, Checked(Build(("y", Norm("norm", conv)), ("conv", conv)), FoldBatchNorm.Apply).Count<BatchNorm>());
    }

    [Fact]
    public void It_is_not_folded_where_its_statistics_are_handed_out()
    {
        var norm = Norm("norm", Conv("conv", _image));
        Assert.Equal(1, Checked(Build(("y", norm), ("mean", norm with { Output = BatchNorm.Mean })),
            FoldBatchNorm.Apply).Count<BatchNorm>());
    }

    [Fact]
    public void It_is_not_folded_with_the_statistics_of_the_batch() =>
        Assert.Equal(1, Checked(Build(("y", Norm("norm", Conv("conv", _image), Statistics.Batch))),
            FoldBatchNorm.Apply).Count<BatchNorm>());

    [Fact]
    public void A_chain_of_normalizations_is_folded_once()
    {
        var graph = Checked(Build(("y", Norm("second", Norm("first", Conv("conv", _image))))), Pipeline.ForInference);
        Assert.Equal((1, 1), (graph.Count<BatchNorm>(), graph.Count<FoldedWeight>()));
    }

    [Fact]
    public void A_convolution_added_to_itself_is_not_its_own_residual()
    {
        var conv = Conv("conv", _image);
        var graph = Checked(Build(("y", _builder.Add("sum", new Add(), conv, conv))), FuseConvolutions.Apply);
        Assert.Equal((1, 0), (graph.Count<Add>(), graph.Count<FusedConv2d>()));
        var norm = Norm("norm", conv);
        var twice = Checked(Build(("z", _builder.Add("relu", new Relu(), _builder.Add("twice", new Add(), norm, norm)))),
            FuseBatchNorm.Apply);
        Assert.Equal(0, twice.Count<FusedBatchNorm>());
    }

    [Fact]
    public void A_sum_that_is_handed_out_keeps_its_ReLU_apart()
    {
        var sum = _builder.Add("sum", new Add(), Conv("conv", _image), _image);
        var graph = Checked(Build(("y", _builder.Add("relu", new Relu(), sum)), ("sum", sum)), FuseConvolutions.Apply);
        Assert.Equal(1, graph.Count<Relu>());
        Assert.True(graph.Nodes.Single(node => node.Op is FusedConv2d).Op is FusedConv2d { HasResidual: true, HasRelu: false });
    }

    [Fact]
    public void A_second_output_of_a_normalization_is_no_map_to_add()
    {
        var norm = Norm("norm", Conv("conv", _image));
        var graph = Checked(Build(("y", _builder.Add("relu", new Relu(), norm with { Output = BatchNorm.Mean }))), FuseBatchNorm.Apply);
        Assert.Equal(0, graph.Count<FusedBatchNorm>());
    }

    [Fact]
    public void Two_normalizations_that_meet_are_fused_with_the_later()
    {
        var sum = _builder.Add("sum", new Add(), Norm("late", Conv("conv2", _image)), Norm("early", Conv("conv1", _image)));
        var graph = Checked(Build(("y", _builder.Add("relu", new Relu(), sum))), FuseBatchNorm.Apply);
        Assert.Equal((1, 1), (graph.Count<BatchNorm>(), graph.Count<FusedBatchNorm>()));
    }

    [Fact]
    public void Moments_are_gathered_for_the_statistics_of_the_batch_alone_and_whoever_else_reads_the_map()
    {
        var conv = Conv("conv", _image, bias: true);
        var graph = Checked(Build(("y", Norm("batch", conv, Statistics.Batch)), ("z", Norm("running", conv)), ("conv", conv)),
            GatherMoments.Apply);
        Assert.True(graph.Nodes.Single(node => node.Op is FusedConv2d).Op is FusedConv2d { HasBias: true, HasMoments: true });
        Assert.True(graph.Nodes.Single(node => node.Op is FusedBatchNorm).Op is FusedBatchNorm { HasMoments: true });
        Assert.Equal(1, graph.Count<BatchNorm>());
    }

    [Fact]
    public void Moments_are_not_gathered_where_no_convolution_writes_the_map()
    {
        var graph = Checked(Build(("y", Norm("norm", _builder.Add("relu", new Relu(), Conv("conv", _image)), Statistics.Batch))),
            GatherMoments.Apply);
        Assert.Equal((1, 1), (graph.Count<BatchNorm>(), graph.Count<Conv2d>()));
    }

    [Fact]
    public void Moments_cannot_be_handed_out()
    {
        var graph = GatherMoments.Apply(Build(("y", Norm("norm", Conv("conv", _image), Statistics.Batch))));
        var builder = new GraphBuilder(graph);
        builder.Output("moments", graph.Nodes.Single(node => node.Op is FusedConv2d).Output(FusedConv2d.Moments));
        var error = Assert.Throws<ResiduumException>(() => Residuum.Plans.Plan.ForGradients(builder.Build(), 1, 1));
        Assert.Equal("The plan cannot hand out 'moments', whose sums it keeps in parts; sum the map itself.", error.Message);
    }

    [Fact]
    public void Two_gradients_that_meet_are_fused_with_the_later_and_one_that_is_handed_out_with_none()
    {
        var sum = _builder.Add("sum", new Add(), Conv("conv1", _image), Conv("conv2", _image));
        var forward = Build(("y", sum));
        var builder = new GraphBuilder(forward);
        var dy = builder.Input("dy", forward.TypeOf(sum));
        var graph = Backward.Append(builder.Build(), [new Seed(sum, dy)], [_image]);
        var fused = Checked(graph, FuseGradientAdd.Apply);
        // The addition that is left is that of the forward part.
        Assert.Equal((1, 1, 1), (fused.Count<Add>(), fused.Count<ConvInputGradient>(), fused.Count<FusedConvInputGradient>()));

        var read = new GraphBuilder(graph);
        foreach (var node in graph.Nodes.Where(node => node.Op is ConvInputGradient)) read.Output(node.Name, node.Output());
        Assert.Equal(2, Checked(read.Build(), FuseGradientAdd.Apply).Count<Add>());
    }

    [Fact]
    public void A_gradient_that_something_else_reads_is_not_masked_where_it_is_written()
    {
        var relu = _builder.Add("relu", new Relu(), Norm("norm", Conv("conv", _image), Statistics.Batch));
        var forward = Build(("y", Conv("last", relu)));
        var builder = new GraphBuilder(forward);
        var dy = builder.Input("dy", forward.TypeOf(forward.Output("y")));
        var seeds = new[] { new Seed(forward.Output("y"), dy) };
        Value[] weights = [.. forward.Parameters.Select(node => node.Output())];
        var alone = Pipeline.ForGradients(Backward.Append(builder.Build(), seeds, weights));
        Assert.Equal((1, 0), (alone.Count<FusedConvInputGradient>(), alone.Count<FusedBatchNormGradient>()));
        var read = Checked(Backward.Append(builder.Build(), seeds, [.. weights, relu]), Pipeline.ForGradients);
        Assert.Equal((0, 1), (read.Count<FusedConvInputGradient>(), read.Count<FusedBatchNormGradient>()));
    }

    [Fact]
    public void What_no_output_needs_is_removed_and_inputs_stay()
    {
        _builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        Conv("unused", _image);
        var graph = RemoveUnused.Apply(Build(("y", Conv("conv", _image))));
        Assert.Equal(["image", "labels", "conv.weight", "conv"], graph.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void A_graph_without_waste_is_left_as_it_is()
    {
        var graph = Build(("y", Conv("conv", _image)));
        Assert.Same(graph, RemoveUnused.Apply(graph));
    }

    [Fact]
    public void Batch_statistics_are_chosen_normalization_by_normalization()
    {
        var network = SmallNetwork.All[3].Build(Statistics.Running);
        var graph = UseBatchStatistics.Apply(network, node => node.Name.Contains("stage2", StringComparison.Ordinal));
        foreach (var node in graph.Nodes)
            if (node.Op is BatchNorm norm)
                Assert.Equal(node.Name.Contains("stage2", StringComparison.Ordinal) ? Statistics.Batch : Statistics.Running,
                    norm.Statistics);
        Assert.Equal(2 * graph.Nodes.Count(node => node.Op is BatchNorm { Statistics: Statistics.Batch }), graph.Updates.Length);
        Assert.All(graph.Updates, update => Assert.Contains("stage2", graph.Nodes[update.State].Name, StringComparison.Ordinal));
    }

    [Fact]
    public void All_batch_statistics_make_the_network_that_was_built_with_them()
    {
        foreach (var network in SmallNetwork.All)
            Assert.Equal(network.Build(Statistics.Batch).ToString(),
                UseBatchStatistics.Apply(network.Build(Statistics.Running)).ToString());
    }

    [Theory]
    [InlineData("inference")]
    [InlineData("training")]
    public void The_rewritten_graph_reads_as_approved(string kind)
    {
        var image = _builder.Add("relu0", new Relu(), Norm("norm0", Conv("conv0", _image)));
        var sum = _builder.Add("add", new Add(), Norm("norm2", Conv("conv2", image)), Norm("shortcut.norm", Conv("shortcut.conv", image)));
        var graph = Build(("y", _builder.Add("relu2", new Relu(), sum)));
        if (kind == "training")
        {
            var builder = new GraphBuilder(UseBatchStatistics.Apply(graph));
            var start = builder.Input("dy", graph.TypeOf(graph.Output("y")));
            graph = Pipeline.ForGradients(
                Backward.Append(builder.Build(), [new Seed(graph.Output("y"), start)],
                [.. graph.Parameters.Select(node => node.Output())]));
        }
        else graph = Pipeline.ForInference(graph);
        Assert.Equal(Approved.Text($"Residuum.Tests/Golden/Passes/{kind}.txt", graph.ToString()), graph.ToString());
    }
}
