using System.Runtime.InteropServices;
using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Passes;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Interop;

namespace Residuum.Tests.Root;

/// <summary>Models as ONNX files: ours back as they were, and others' as networks that run like ours.</summary>
public sealed class OnnxModelFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("residuum-onnx-").FullName;

    string this[string name] => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cifar_resnet20")]
    [InlineData("cifar_preact_bottleneck20")]
    [InlineData("mnist_cnn")]
    public void A_network_of_ours_comes_back_with_its_description_labels_and_weights(string name)
    {
        using var random = OnnxRuntimeTests.Lively(Catalogue.Find(name).Spec);
        using var model = random.With(random.Preprocessing with { Mean = [.. random.Preprocessing.Mean.Select(mean => mean / 2)] });
        model.Save(this["a.onnx"]);

        using var read = Model.Load(this["a.onnx"]);

        Assert.Equal(model.Network, read.Network);
        Assert.Equal(model.Preprocessing, read.Preprocessing);
        Assert.Equal(model.Labels, read.Labels);
        Assert.Equal(0, ModelComparison.LargestDifference(model, read));
    }

    [Theory]
    [InlineData("cifar_resnet20")]
    [InlineData("cifar_preact_bottleneck20")]
    public void A_folded_network_gives_the_same_from_fewer_nodes(string name)
    {
        using var model = OnnxRuntimeTests.Lively(Catalogue.Find(name).Spec);
        using var folded = FoldedModel.Of(model);
        folded.Save(this["a.onnx"]);

        using var read = Model.Load(this["a.onnx"]);

        Assert.True(ModelComparison.LargestDifference(model, folded) < 1e-6);
        Assert.Equal(folded.Network, read.Network);
        Assert.Equal(0, ModelComparison.LargestDifference(folded, read));
        Assert.True(folded.Graph.Nodes.Count(node => node.Op is BatchNorm) < model.Graph.Nodes.Count(node => node.Op is BatchNorm));
        Assert.Contains("stem.conv.bias", folded.Weights.Keys.Concat(name.Contains("preact") ? ["stem.conv.bias"] : []));
    }

    [Fact]
    public void A_folded_bias_does_not_take_the_place_of_a_weight_of_its_name()
    {
        var builder = new GraphBuilder();
        var image = builder.Input("image", TensorType.Float(Shape.Batch, 3, 8, 8));
        var conv = builder.Add("a", new Conv2d(new Window(3, 3, 1, 1, 0, 0, 0, 0)), image,
            builder.Parameter("a.weight", new Shape(4, 3, 3, 3), ParameterRole.ConvWeight));
        var norm = builder.Add("n", new BatchNorm(1e-5f, 0.1f), conv,
            builder.Parameter("n.weight", new Shape(4), ParameterRole.NormScale),
                builder.Parameter("n.bias", new Shape(4), ParameterRole.NormShift),
            builder.State("n.mean", new Shape(4), 0), builder.State("n.variance", new Shape(4), 1));
        builder.Output("logits", builder.Add("linear", new Linear(), builder.Add("pool", new GlobalAveragePool(), norm),
            builder.Parameter("m", new Shape(4, 4), ParameterRole.LinearWeight),
                builder.Parameter("a.bias", new Shape(4), ParameterRole.LinearBias)));
        using var model = OnnxRuntimeTests.Lively(GraphSpec.Of("names", builder.Build()));
        using var folded = FoldedModel.Of(model);
        Assert.True(ModelComparison.LargestDifference(model, folded) < 1e-6);
    }

    [Fact]
    public void Options_of_a_written_file_are_followed_or_refused()
    {
        using var model = OnnxRuntimeTests.Lively(Catalogue.Find("cifar_resnet8").Spec);
        model.SaveOnnx(this["a.onnx"], new OnnxOptions(Fold: true, Batch: 2, Opset: 18));
        var read = OnnxReader.Read(this["a.onnx"]);
        Assert.Equal((2, 18), (read.File.Batch!.Value, read.File.Opset));
        Assert.DoesNotContain(read.Graph.Nodes, node => node.Op is BatchNorm);
        Assert.Contains(".onnx", Assert.Throws<ResiduumException>(() => model.SaveOnnx(this["a.bin"])).Message);
        Assert.Contains("batch of 0", Assert.Throws<ResiduumException>(
            () => model.SaveOnnx(this["a.onnx"], new OnnxOptions(Batch: 0))).Message);
        Assert.Contains("Version 99", Assert.Throws<ResiduumException>(
            () => model.SaveOnnx(this["a.onnx"], new OnnxOptions(Opset: 99))).Message);
    }

    [Fact]
    public void Labels_of_a_file_hold_for_its_own_network_even_where_that_is_named()
    {
        var network = Catalogue.Find("cifar_resnet8").Spec;
        using var model = OnnxRuntimeTests.Lively(network).With(labels: [.. Enumerable.Range(0, 10).Select(number => $"mine {number}")]);
        model.Save(this["a.onnx"]);
        using var named = Model.Load(this["a.onnx"], network);
        Assert.Equal(model.Labels, named.Labels);
        using var other = Model.Load(this["a.onnx"], network with { Name = "other" });
        Assert.NotEqual(model.Labels, other.Labels);
    }

    [Fact]
    public void Weights_of_an_onnx_file_can_be_loaded_into_a_named_network()
    {
        var network = Catalogue.Find("cifar_resnet8").Spec;
        using var model = OnnxRuntimeTests.Lively(network);
        model.Save(this["a.onnx"]);
        using var loaded = Model.Open("cifar_resnet8", this["a.onnx"]);
        Assert.Equal(0, ModelComparison.LargestDifference(model, loaded));
    }

    [Fact]
    public void Nodes_that_somebody_changed_are_the_network()
    {
        using var model = OnnxRuntimeTests.Lively(Catalogue.Find("cifar_resnet8").Spec);
        model.Save(this["a.onnx"]);
        var changed = ModelProto.Parser.ParseFrom(File.ReadAllBytes(this["a.onnx"]));
        changed.Graph.Node.Single(node => node.Name == "stem.relu").OpType = "Sigmoid";
        File.WriteAllBytes(this["a.onnx"], Google.Protobuf.MessageExtensions.ToByteArray(changed));

        using var read = Model.Load(this["a.onnx"]);

        Assert.IsType<GraphSpec>(read.Network);
        Assert.IsType<Sigmoid>(read.Graph.Find("stem.relu")!.Op);
        Assert.True(ModelComparison.LargestDifference(model, read) > 1e-3);
        // As a model file of ours it stays what it is.
        read.Save(this["a.safetensors"]);
        using var again = Model.Load(this["a.safetensors"]);
        Assert.Equal(read.Network, again.Network);
        Assert.Equal(0, ModelComparison.LargestDifference(read, again));
    }

    // Exported by PyTorch 1.13 from torchvision (tests/onnx/light.py says how), with all large weights replaced by one number, as in
    // ONNX's own light models: the nodes are what matters here.
    [Theory]
    [InlineData("resnet18", "resnet18-17-folded")]
    [InlineData("resnet18", "resnet18-13-chains")]
    [InlineData("resnet50", "resnet50-11-folded")]
    public void An_imported_network_has_the_same_plan_as_ours_by_name(string name, string file)
    {
        var ours = Pipeline.ForInference(Catalogue.Find(name).Spec.Build());
        var theirs = Pipeline.ForInference(OnnxReader.Read(Golden.Path($"{file}.light.onnx")).Graph);
        Assert.Equal(Steps(ours), Steps(theirs));
    }

    [SkippableTheory]
    [InlineData("light_resnet50")]
    [InlineData("light_vgg19")]
    public void Light_models_of_onnx_give_their_expected_output(string name)
    {
        var path = SharedData.Find($"data/onnx-light/{name}.onnx");
        Skip.If(path is null, "ONNX's light models are not beside the repository.");
        using var model = Model.Load(path!);
        var tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(SharedData.Find($"data/onnx-light/{name}_output_0.pb")!));
        var expected = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        // What ONNX's own test feeds: the numbers from 0, divided by how many they are.
        var image = new float[3 * 224 * 224];
        for (var i = 0; i < image.Length; i++) image[i] = (float)((double)i / image.Length);
        var logits = OnnxRuns.FirstOutput(model, image);
        var largest = logits.Max();
        var shares = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        var sum = shares.Sum();
        Assert.True(OnnxRuns.Difference(Array.ConvertAll(shares, share => (float)(share / sum)), expected) < 1e-4);
    }

    // What runs, in order: operations and the shapes of what they make. How the numbers of a convolution came about does not matter.
    static string[] Steps(Graph graph) =>
        [.. graph.Nodes.Where(node => node.Op is not (SourceOp or FoldedWeight or FoldedBias))
            .Select(node => $"{node.Op} -> {string.Join(", ", node.Outputs)}")];
}
