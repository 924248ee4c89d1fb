using System.Text.RegularExpressions;
using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Training;

namespace Residuum.Tests.Plans;

/// <summary>A plan's public face: what it refuses, and how it reads.</summary>
public partial class PlanTests
{
    static readonly Graph s_network = PlanCases.Build("basic-b");

    [GeneratedRegex(@"(f32)x\d+|(?<=(?:direct|dot|outer) )\S+|(?<=scratch )[\d.]+|(?<=in all )[\d.]+")]
    private static partial Regex WhatDependsOnTheProcessor();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_listing_of_a_plan_reads_as_approved(bool training)
    {
        using var plan = training ? Plan.ForGradients(PlanCases.BuildTraining("basic-a-append"), 2, 1)
            : Plan.ForInference(PlanCases.Build("basic-b-large-stem"), 2, 1);
        var text = WhatDependsOnTheProcessor().Replace(plan.ToString(), "$1*");
        Assert.Equal(Approved.Text($"Residuum.Tests/Golden/Plans/{(training ? "training" : "inference")}.txt", text), text);
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_refused()
    {
        Assert.Equal("A batch of 0 images cannot be planned; it takes at least 1.",
            Assert.Throws<ResiduumException>(() => Plan.ForInference(s_network, 0, 1)).Message);
        using var plan = Plan.ForInference(s_network, 2, 1);
        foreach (var images in new[] { 0, 3, -1 })
            Assert.Equal($"A batch of {images} images does not fit a plan made for 1 to 2.",
                Assert.Throws<ResiduumException>(() => plan.Run(images)).Message);
    }

    [Fact]
    public void Names_that_are_not_there_are_answered_with_those_that_are()
    {
        using var plan = Plan.ForInference(s_network, 2, 1);
        Assert.Equal("The graph has no input 'picture'; it has image, labels.",
            Assert.Throws<ResiduumException>(() => plan.Input("picture")).Message);
        Assert.Equal("The graph has no output 'features'; it has logits, loss.",
            Assert.Throws<ResiduumException>(() => plan.Output("features")).Message);
        Assert.Equal("The graph has no output 'gradient:stem.conv.weight'; it has logits, loss.",
            Assert.Throws<ResiduumException>(() => plan.Gradient("stem.conv.weight")).Message);
    }

    [Fact]
    public void Weights_that_are_missing_or_of_another_shape_are_refused_by_name()
    {
        using var plan = Plan.ForInference(s_network, 2, 1);
        var weights = Initialization.Create(s_network, 1);
        weights["stem.conv.weight"] = new Tensor(ElementType.Float32, new Shape(3, 3, 5, 5));
        Assert.Equal("The weight 'stem.conv.weight' has the shape 3x3x5x5, but the network needs 3x3x3x3.",
            Assert.Throws<ResiduumException>(() => plan.Load(weights)).Message);
        weights.Remove("stem.conv.weight");
        Assert.Equal("The weights lack 'stem.conv.weight' (3x3x3x3), which the network needs.",
            Assert.Throws<ResiduumException>(() => plan.Load(weights)).Message);
    }

    [Fact]
    public void What_was_folded_cannot_be_saved()
    {
        using var plan = Plan.ForInference(s_network, 2, 1);
        Assert.Contains("which was folded into other numbers", Assert.Throws<ResiduumException>(plan.Save).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Folded_weights_take_no_memory_twice()
    {
        var graph = Residuum.Models.Catalogue.Find("resnet18").Spec.WithInput(3, 32, 32).Build();
        using var plan = Plan.ForInference(graph, 1, 1);
        // 47 MB of weights, and little else for images as small as these.
        Assert.InRange(plan.MemoryBytes, 4 * graph.ParameterCount, 4.2 * graph.ParameterCount);
    }

    [Fact]
    public void A_parameter_can_be_handed_out()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, 3));
        var w = builder.Parameter("w", new Shape(2, 3), ParameterRole.LinearWeight);
        var unread = builder.Parameter("unread", new Shape(5), ParameterRole.LinearBias);
        builder.Output("y", builder.Add("y", new Linear(), x, w)).Output("w", w).Output("unread", unread);
        using var plan = Plan.ForInference(builder.Build(), 2, 1);
        plan.Load(new Dictionary<string, Tensor>
        {
            ["w"] = Tensor.Of(new Shape(2, 3), [1f, 2, 3, 4, 5, 6]),
            ["unread"] = Tensor.Of(new Shape(5), [7f, 8, 9, 10, 11])
        });
        plan.Input("x").Fill(1);
        plan.Run(2);
        Assert.Equal([6f, 15, 6, 15], plan.Output("y").ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], plan.Output("w").ToArray());
        Assert.Equal([7f, 8, 9, 10, 11], plan.Output("unread").ToArray());
    }

    [Fact]
    public void A_training_plan_saves_what_it_loaded()
    {
        var graph = PlanCases.BuildTraining("cifar_resnet8_b");
        using var plan = Plan.ForGradients(graph, 2, 1);
        var weights = Initialization.Create(graph, 9);
        plan.Load(weights);
        var saved = plan.Save();
        Assert.Equal(weights.Keys, saved.Keys);
        foreach (var (name, tensor) in weights) Assert.Equal(tensor.Bytes, saved[name].Bytes);
    }

    [Fact]
    public void Weights_of_other_types_are_rounded_to_single_precision()
    {
        var weights = Initialization.Create(s_network, 1);
        var halves = weights.ToDictionary(
            pair => pair.Key, pair => Tensor.Of(pair.Value.Shape, Array.ConvertAll(pair.Value.Span<float>().ToArray(), x => (double)x)));
        var logits = new List<double[]>();
        foreach (var tensors in new IReadOnlyDictionary<string, Tensor>[] { weights, halves })
        {
            using var plan = Plan.ForInference(s_network, 1, 1);
            plan.Load(tensors);
            plan.Input("image").Fill(0.5f);
            plan.Run(1);
            logits.Add(PlanRun.Output(plan, "logits", 1));
        }
        Assert.Equal(logits[0], logits[1]);
    }

    [Fact]
    public void The_gradient_of_a_weight_can_be_read_both_ways_and_that_of_an_image_as_an_output()
    {
        var graph = Residuum.Gradients.Backward.Append(s_network, s_network.Output("loss"),
            [s_network.Find("stem.conv.weight")!.Output(), s_network.Find("image")!.Output()]);
        using var plan = Plan.ForGradients(graph, 2, 1);
        plan.Load(Initialization.Create(graph, 1));
        plan.Input("image").Fill(0.25f);
        plan.Run(2);
        Assert.Equal(plan.Gradient("stem.conv.weight").Span<float>().ToArray(), plan.Output("gradient:stem.conv.weight").ToArray());
        Assert.Contains("one for each image; read it as an output", Assert.Throws<ResiduumException>(() => plan.Gradient("image")).Message,
            StringComparison.Ordinal);
        Assert.Equal(2 * 3 * 8 * 7, plan.Output("gradient:image").Length);
    }

    [Fact]
    public void A_parameter_that_two_layers_share_is_refused_in_training()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, 4));
        var w = builder.Parameter("w", new Shape(4, 4), ParameterRole.LinearWeight);
        var y = builder.Add("second", new Linear(), builder.Add("first", new Linear(), x, w), w);
        var labels = builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        var loss = builder.Add("loss", new SoftmaxCrossEntropy(), y, labels);
        var graph = Residuum.Gradients.Backward.Append(builder.Build(), loss, [w]);
        Assert.Equal("The plan cannot compute 'w/dy' (Add), which has no batch; give each layer its own parameters.",
            Assert.Throws<ResiduumException>(() => Plan.ForGradients(graph, 1, 1)).Message);
    }

    [Fact]
    public void A_disposed_plan_says_so()
    {
        var plan = Plan.ForInference(s_network, 1, 1);
        plan.Dispose();
        plan.Dispose();
        Assert.Throws<ObjectDisposedException>(() => plan.Run(1));
        Assert.Throws<ObjectDisposedException>(() => plan.Input("image"));
        Assert.Throws<ObjectDisposedException>(() => plan.Output("logits"));
        Assert.Throws<ObjectDisposedException>(() => plan.Load(new Dictionary<string, Tensor>()));
    }
}
