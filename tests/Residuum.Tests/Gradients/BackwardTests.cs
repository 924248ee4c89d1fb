using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

public class BackwardTests
{
    static readonly TensorType Image = TensorType.Float(Shape.Batch, 2, 4, 4);

    [Fact]
    public void The_graph_keeps_its_nodes_outputs_and_updates_and_hands_out_one_gradient_for_each_target()
    {
        var graph = SmallNetwork.All[3].Build(Statistics.Batch);
        var targets = graph.Parameters.Select(node => node.Output()).ToArray();
        var backward = Backward.Append(graph, graph.Output("loss"), targets);

        Assert.Equal(graph.Nodes, backward.Nodes.Take(graph.Nodes.Length));
        Assert.Equal(graph.Updates.ToArray(), backward.Updates.ToArray());
        Assert.Equal(
            [.. graph.Outputs.Select(output => output.Name), .. graph.Parameters.Select(node => $"gradient:{node.Name}")],
            backward.Outputs.Select(output => output.Name));
        Assert.All(targets, target => Assert.Equal(
            graph.TypeOf(target), backward.TypeOf(backward.Output(Backward.OutputName(graph.Nodes[target.Node].Name)))));
    }

    [Fact]
    public void Backward_nodes_are_named_after_their_forward_nodes()
    {
        var graph = SmallConvolutionalNetwork.Build();
        var backward = Backward.Append(graph, graph.Output("loss"), [.. graph.Parameters.Select(node => node.Output())]);
        var names = backward.Nodes.Skip(graph.Nodes.Length).Select(node => node.Name);
        Assert.Equal(
            [
                "loss/dy", "loss/dx", "linear2/dx", "linear2/dw", "linear2/db", "relu3/dx", "linear1/dx", "linear1/dw", "linear1/db",
                "flatten/dx", "pool2/dx", "relu2/dx", "conv2/dx", "conv2/dw", "conv2/db", "pool1/dx", "relu1/dx", "conv1/dw", "conv1/db",
            ], names);
    }

    [Fact]
    public void Only_the_nodes_that_the_targets_need_are_appended()
    {
        var graph = SmallConvolutionalNetwork.Build();
        var backward = Backward.Append(graph, graph.Output("loss"), [graph.Find("linear2.weight")!.Output()]);
        Assert.Contains("loss/dy = Constant[1]()", backward.ToString());
        Assert.Equal(["loss/dy", "loss/dx", "linear2/dw"], backward.Nodes.Skip(graph.Nodes.Length).Select(node => node.Name));
    }

    [Fact]
    public void Gradients_reach_the_image_and_what_any_node_makes()
    {
        var graph = SmallConvolutionalNetwork.Build();
        var backward = Backward.Append(graph, graph.Output("loss"), [graph.Find("image")!.Output(), graph.Find("relu1")!.Output()]);
        Assert.Equal("conv1/dx", backward.Nodes[backward.Output("gradient:image").Node].Name);
        Assert.Equal("pool1/dx", backward.Nodes[backward.Output("gradient:relu1").Node].Name);
        Assert.Null(backward.Find("conv1/dw"));
    }

    [Fact]
    public void A_seed_with_a_gradient_starts_at_any_value()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", Image);
        var y = builder.Add("y", new Relu(), x);
        var dy = builder.Input("dy", Image);
        var backward = Backward.Append(builder.Build(), [new Seed(y, dy)], [x]);
        var values = ReferenceRunner.Run(backward, new Dictionary<string, double[]>
        {
            ["x"] = [.. Enumerable.Range(-16, 32).Select(i => (double)i)],
            ["dy"] = [.. Enumerable.Repeat(3.0, 32)],
        }, 1);
        Assert.Equal(Enumerable.Range(-16, 32).Select(i => i > 0 ? 3.0 : 0), values[backward.Output("gradient:x")]);
    }

    [Fact]
    public void The_gradients_of_a_value_are_summed_seeds_first_then_the_last_reader_first_then_by_input()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", Image);
        var start = builder.Input("start", Image);
        var first = builder.Add("first", new Relu(), x);
        var second = builder.Add("second", new Add(), x, x);
        var sum = builder.Add("sum", new Add(), first, second);
        var backward = Backward.Append(builder.Build(), [new Seed(x, start), new Seed(sum, start)], [x]);

        var add3 = backward.Nodes[backward.Output("gradient:x").Node];
        var add2 = backward.Nodes[add3.Inputs[0].Node];
        var add1 = backward.Nodes[add2.Inputs[0].Node];
        Assert.Equal(["x/dy", "x/dy#2", "x/dy#3"], [add1.Name, add2.Name, add3.Name]);
        Assert.Equal([start, start], add1.Inputs.ToArray());
        Assert.Equal(start, add2.Inputs[1]);
        Assert.Equal("first/dx", backward.Nodes[add3.Inputs[1].Node].Name);
    }

    [Fact]
    public void A_normalization_is_differentiated_with_the_mean_and_deviation_that_it_used()
    {
        var graph = SmallNetwork.All[0].Build(Statistics.Running);
        var backward = Backward.Append(graph, graph.Output("loss"), [graph.Find("stem.norm.weight")!.Output()]);
        var gradient = backward.Find("stem.norm/dx")!;
        var norm = graph.Find("stem.norm")!;
        Assert.Equal(new BatchNormGradient(Statistics.Running), gradient.Op);
        Assert.Equal([norm.Output(BatchNorm.Mean), norm.Output(BatchNorm.InverseDeviation)], gradient.Inputs.Skip(3));
        Assert.Equal(gradient.Output(1), backward.Output("gradient:stem.norm.weight"));
    }

    [Fact]
    public void A_target_that_the_loss_does_not_depend_on_is_an_error()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, 3));
        var other = builder.Parameter("other", new Shape(3), ParameterRole.ConvBias);
        var labels = builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        var loss = builder.Add("loss", new SoftmaxCrossEntropy(), x, labels);
        var graph = builder.Build();
        AssertComplains("'other'", () => Backward.Append(graph, loss, [other]));
        AssertComplains("integers", () => Backward.Append(graph, loss, [labels]));
    }

    [Fact]
    public void A_value_that_is_no_scalar_needs_a_gradient_of_its_own_type()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", Image);
        var y = builder.Add("y", new Relu(), x);
        var dy = builder.Input("dy", TensorType.Float(Shape.Batch, 2, 4, 5));
        var graph = builder.Build();
        AssertComplains("scalar", () => Backward.Append(graph, y, [x]));
        AssertComplains("4x5", () => Backward.Append(graph, [new Seed(y, dy)], [x]));
        AssertComplains("does not exist", () => Backward.Append(graph, y, [new Value(99)]));
        AssertComplains("does not exist", () => Backward.Append(graph, new Value(99), [x]));
    }

    [Fact]
    public void A_way_through_something_without_a_gradient_is_an_error_and_not_a_zero()
    {
        var graph = SmallNetwork.All[0].Build(Statistics.Running);
        var mean = graph.Find("stem.norm.running_mean")!.Output();
        AssertComplains("input 3", () => Backward.Append(graph, graph.Output("loss"), [mean]));

        var builder = new GraphBuilder();
        var x = builder.Input("x", Image);
        var w = builder.Parameter("w", new Shape(2, 2, 1, 1), ParameterRole.ConvWeight);
        var fused = builder.Add("fused", new FusedConv2d(Window.Square(1), false, false, true), x, w);
        AssertComplains("after gradients", () => Backward.Append(builder.Build(), [new Seed(fused, fused)], [x]));

        var norm = graph.Find("stem.norm")!;
        var used = new Seed(norm.Output(BatchNorm.InverseDeviation), norm.Output(BatchNorm.Mean));
        AssertComplains("output 2", () => Backward.Append(graph, [used], [graph.Find("image")!.Output()]));
    }

    static void AssertComplains(string part, Action action) => Assert.Contains(part, Assert.Throws<ResiduumException>(action).Message);
}
