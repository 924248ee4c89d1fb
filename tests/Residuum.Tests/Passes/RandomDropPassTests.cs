using Residuum.Graphs;
using Residuum.Passes;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Plans;
using Residuum.Training;

namespace Residuum.Tests.Passes;

/// <summary>Dropout and stochastic depth: nothing at inference, random in training.</summary>
public class RandomDropPassTests
{
    [Fact]
    public void At_inference_nothing_is_left_of_them_and_the_result_is_the_same()
    {
        var graph = SmallLayeredNetwork.Build();
        var rewritten = Pipeline.ForInference(graph);
        Assert.Equal(3, graph.Nodes.Count(node => node.Op is RandomOp));
        Assert.DoesNotContain(rewritten.Nodes, node => node.Op is RandomOp);
        Assert.IsType<FusedScaleChannels>(rewritten.Find("relu4")!.Op);
        Assert.DoesNotContain(rewritten.Inputs, node => node.Name == TrainingGraph.Keys);
        var sources = PlanRun.Sources(graph, 2);
        var difference = Closeness.LargestDifference(
            PlanRun.Reference(rewritten, sources, 2)["logits"], PlanRun.Reference(graph, sources, 2)["logits"]);
        Assert.True(difference < 1e-12, $"The logits differ by {difference:e2}.");
    }

    [Fact]
    public void In_training_all_of_them_and_their_gradients_read_one_input_of_keys()
    {
        var builder = new GraphBuilder(SmallLayeredNetwork.Build());
        var graph = PlanRun.WithGradients(DropAtRandom.Apply(UseBatchStatistics.Apply(builder.Build()), TrainingGraph.Keys));
        var keys = graph.Find(TrainingGraph.Keys)!;
        Assert.Equal(new TensorType(ElementType.Int32, new Shape(Shape.Batch, 2)), keys.Outputs[0]);
        var random = graph.Nodes.Where(node => node.Op is RandomOp).ToList();
        Assert.Equal(6, random.Count);
        Assert.All(random, node => Assert.Equal(keys.Output(), node.Inputs[1]));
    }

    [Fact]
    public void A_rate_of_zero_asks_for_no_keys_and_a_graph_without_any_stays_as_it_is()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("image", TensorType.Float(Shape.Batch, 3, 4, 4));
        var graph = builder.Output("y", builder.Add("y", new Dropout(0, 1), x)).Build();
        Assert.Same(graph, DropAtRandom.Apply(graph, TrainingGraph.Keys));
        Assert.DoesNotContain(Pipeline.ForGradients(graph).Nodes, node => node.Op is RandomOp);
        var network = SmallConvolutionalNetwork.Build();
        Assert.Same(network, RemoveIdle.Apply(network));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void A_rate_that_makes_no_sense_is_refused(float rate)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("image", TensorType.Float(Shape.Batch, 3, 4, 4));
        var error = Assert.Throws<ResiduumException>(() => builder.Add("y", new Dropout(rate, 1), x));
        Assert.Equal($"At 'y': Dropout cannot be applied: a rate of {rate} must be at least 0 and below 1.", error.Message);
    }
}
