using Residuum.Graphs;
using Residuum.Models;

namespace Residuum.Tests.Models;

public class PlainCnnTests
{
    [Fact]
    public void The_cnn_for_digits_has_the_maps_of_its_description()
    {
        var graph = Catalogue.Find("mnist_cnn").Spec.Build();
        var layers = graph.Nodes.Where(node => node.Op is not (Parameter or Input)).Select(node => $"{node.Name} {node.Outputs[0].Shape}");

        Assert.Equal(
            [
                "conv1 Nx32x26x26", "relu1 Nx32x26x26", "pool1 Nx32x13x13", "conv2 Nx64x11x11", "relu2 Nx64x11x11", "pool2 Nx64x5x5",
                "conv3 Nx128x3x3", "relu3 Nx128x3x3", "flatten Nx1152", "linear1 Nx100", "relu4 Nx100", "linear2 Nx10",
            ],
            layers);
        Assert.Equal(
            ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "conv3.weight", "conv3.bias", "linear1.weight", "linear1.bias",
                "linear2.weight", "linear2.bias"],
            graph.Parameters.Select(node => node.Name));
    }

    [Fact]
    public void Without_convolutions_and_hidden_layers_it_is_a_linear_classifier()
    {
        var graph = new PlainCnnSpec("linear", new ImageSize(3, 32, 32), [], [], 10).Build();

        Assert.Equal(["flatten", "linear1"], graph.Nodes.Where(node => node.Op is not (Parameter or Input)).Select(node => node.Name));
        Assert.Equal(10 * 3 * 32 * 32 + 10, graph.ParameterCount);
    }

    [Fact]
    public void Another_image_size_changes_the_first_dense_layer()
    {
        var graph = Catalogue.Find("mnist_cnn").Spec.WithInput(3, 32, 32).Build();

        Assert.Equal(128 * 4 * 4, graph.Find("linear1.weight")!.Outputs[0].Shape[1]);
    }

    [Fact]
    public void An_image_too_small_is_refused_with_the_layer_that_it_does_not_reach()
    {
        var error = Assert.Throws<ResiduumException>(() => Catalogue.Find("mnist_cnn").Spec.WithInput(1, 6, 6).Build());

        Assert.Contains("conv2", error.Message);
    }
}
