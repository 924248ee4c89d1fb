using Residuum.Graphs;
using Residuum.Models;
using Residuum.Tests.Interop;

namespace Residuum.Tests.Models;

public class GraphSpecTests
{
    const string Tiny = """
        { "kind": "graph", "name": "tiny", "input": { "channels": 1, "height": 4, "width": 4 },
          "nodes": [
            { "name": "conv.weight", "op": "parameter", "shape": [2, 1, 3, 3], "role": "convWeight" },
            { "name": "conv", "op": "conv2d", "inputs": ["image", "conv.weight"], "kernel": [3, 3] },
            { "name": "pool", "op": "globalAveragePool", "inputs": ["conv"] } ],
          "outputs": [ { "name": "logits", "node": "pool" } ] }
        """;

    public static TheoryData<Type> Operations =>
        [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)];

    [Theory, MemberData(nameof(Operations))]
    public void Every_operation_is_described_or_exempt_with_a_reason(Type operation)
    {
        if (OpForms.ByType.ContainsKey(operation)) Assert.DoesNotContain(operation, OpForms.Exemptions.Keys);
        else Assert.False(string.IsNullOrWhiteSpace(OpForms.WhyNot(operation)), $"{operation.Name} is neither described nor exempt.");
    }

    [Fact]
    public void Every_described_operation_survives_its_json()
    {
        var graph = EveryOperation.Build();
        var missing = OpForms.ByType.Keys.Except(graph.Nodes.Select(node => node.Op.GetType()));
        Assert.Empty(missing);

        var spec = GraphSpec.Of("every", graph);
        var read = NetworkSpec.FromJson(spec.ToJson());

        Assert.Equal(spec, read);
        Assert.Equal(graph.ToString(), read.Build().ToString());
        Assert.Equal(spec, NetworkSpec.FromJson(spec.ToJson(indented: false)));
    }

    [Theory]
    [InlineData("cifar_resnet20")]
    [InlineData("resnet50")]
    [InlineData("cifar_preact_resnet164")]
    [InlineData("mnist_cnn")]
    public void A_network_of_the_catalogue_is_the_same_node_by_node(string name)
    {
        var network = Catalogue.Find(name).Spec;
        var spec = GraphSpec.Of(name, network.Build());
        Assert.Equal(network.Build().ToString(), NetworkSpec.FromJson(spec.ToJson()).Build().ToString());
    }

    [Fact]
    public void Another_size_of_images_goes_through_the_whole_graph()
    {
        var graph = NetworkSpec.FromJson(Tiny).WithInput(1, 9, 7).Build();
        Assert.Equal("Nx2x7x5", graph.TypeOf(graph.Find("conv")!.Output()).Shape.ToString());
    }

    [Fact]
    public void Numbers_that_no_description_can_say_are_refused()
    {
        var tiny = (GraphSpec)NetworkSpec.FromJson(Tiny);
        foreach (var op in new Op[] { new Constant(TensorType.Float(2), float.NaN),
            new State(TensorType.Float(2), float.PositiveInfinity) })
        {
            var spec = tiny with { Nodes = tiny.Nodes.Add(new NodeSpec("further", op, [])) };
            Assert.Contains("'further' is", Assert.Throws<ResiduumException>(() => spec.Build()).Message);
        }
    }

    [Theory]
    [InlineData("\"conv2d\"", "\"conv3d\"", "'conv3d' of the node 'conv' is unknown")]
    [InlineData("[\"image\", \"conv.weight\"]", "[\"image\", \"other\"]", "reads \"other\", which is no earlier node")]
    [InlineData("[\"image\", \"conv.weight\"]", "[\"conv\", \"conv.weight\"]", "reads \"conv\", which is no earlier node")]
    [InlineData("\"kernel\": [3, 3]", "\"kernel\": [3]", "'kernel' must be a list of 2")]
    [InlineData("\"kernel\": [3, 3]", "\"kernel\": [3, 3], \"bias\": true", "there is no member 'bias'")]
    [InlineData("\"kernel\": [3, 3]", "\"kernel\": [3, 3], \"padding\": [2147483647, 0, 0, 0]", "'padding' must be a whole number")]
    [InlineData("\"kernel\": [3, 3]", "\"kernel\": [3, 3], \"padding\": [16777216, 0, 0, 0]", "smaller than the kernel")]
    [InlineData("[2, 1, 3, 3]", "[2, 0, 3, 3]", "'shape'")]
    [InlineData("[2, 1, 3, 3]", "[16777216, 1, 16777216, 3]", "may have")]
    [InlineData("[2, 1, 3, 3]", "[16777216, 16777216, 16777216, 16777216]", "too large")]
    [InlineData("\"convWeight\"", "\"weight\"", "'role' must be one of")]
    [InlineData("\"logits\"", "\"answer\"", "must be logits, features")]
    [InlineData("\"node\": \"pool\"", "\"node\": \"conv\"", "call a map features")]
    [InlineData("\"node\": \"pool\"", "\"node\": \"none\"", "reads \"none\"")]
    [InlineData("\"name\": \"pool\"", "\"name\": \"conv\"", "used twice")]
    [InlineData("\"name\": \"pool\"", "\"name\": \"image\"", "used twice")]
    [InlineData("\"name\": \"pool\"", "\"name\": \"\"", "empty")]
    public void What_makes_no_sense_is_refused_by_name(string part, string other, string says)
    {
        Assert.Contains(part, Tiny);
        var error = Assert.Throws<ResiduumException>(() => NetworkSpec.FromJson(Tiny.Replace(part, other)).Build());
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void A_graph_of_training_is_not_a_description()
    {
        var graph = Residuum.Training.TrainingGraph.Create(Catalogue.Find("cifar_resnet8").Spec.Build());
        Assert.Contains("cannot be described", Assert.Throws<ResiduumException>(() => GraphSpec.Of("training", graph)).Message);
    }
}
