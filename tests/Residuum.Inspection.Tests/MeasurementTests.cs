using System.Collections.Immutable;
using System.Text.Json;
using System.Xml.Linq;
using Residuum.Data;
using Residuum.Models;
using Residuum.Testing;

namespace Residuum.Inspection.Tests;

/// <summary>
/// Gradient flow, similarity of layers and contributions of blocks against PyTorch in double precision (tests/golden/inspection.py). What
/// is computed in single precision through nine layers agrees to about 1e-5; tolerances leave room for Winograd's filtering.
/// </summary>
public class MeasurementTests
{
    const int Images = 12;

    static readonly Lazy<GoldenFile> s_golden = new(() => GoldenFile.Read("Residuum.Inspection.Tests/Golden/measurements.safetensors"));

    public static TheoryData<string> Networks => ["cifar_plain8", "cifar_resnet8", "cifar_preact_basic8"];

    [Theory, MemberData(nameof(Networks))]
    public void Gradient_flow_is_that_of_PyTorch(string name)
    {
        var flow = GradientFlow.Of(WithFormulaWeights(name), Sample(), threads: 2);
        var network = Assert.Single(flow.Networks);
        Close(name, "loss", [network.Loss], 1e-5);
        Close(name, "gradients", [.. network.Blocks.Select(block => block.GradientNorm)], 1e-3);
        Close(name, "weights", [.. network.Convolutions.Select(convolution => convolution.GradientNorm)], 1e-3);
        Close(name, "explained", [.. network.Blocks.Select(block => block.StemExplained ?? double.NaN)], 1e-3);
        Close(name, "alignment", [.. network.Blocks.Select(block => block.StemAlignment ?? double.NaN)], 1e-3);
        Assert.Equal(["stem", "stage1.block1", "stage2.block1", "stage3.block1"], network.Blocks.Select(block => block.Name));
    }

    [Theory, MemberData(nameof(Networks))]
    public void The_similarity_of_layers_is_that_of_a_transcription(string name)
    {
        var model = WithFormulaWeights(name);
        var similarity = LayerSimilarity.Of(model, Sample(), threads: 1);
        Close(name, "similarity", [.. similarity.Alignment.SelectMany(row => row).Select(value => value ?? double.NaN)], 1e-3);
        for (var i = 0; i < similarity.Rows.Layers.Length; i++) Assert.Equal(1, similarity.Alignment[i][i]!.Value, 1e-12);
        var both = LayerSimilarity.Of(model, Sample(), model, threads: 2);
        Assert.Equal(similarity.Alignment.SelectMany(row => row), both.Alignment.SelectMany(row => row));
    }

    [Theory, MemberData(nameof(Networks))]
    public void What_blocks_add_and_what_is_lost_without_them_is_that_of_PyTorch(string name)
    {
        var blocks = BlockContributions.Of(WithFormulaWeights(name), Sample(), lesions: true);
        var isPlain = name.Contains("plain");
        Close(name, "branches", [.. blocks.Blocks.Select(block => block.BranchNorm).OfType<double>()], 1e-4);
        Close(name, "shortcuts", [.. blocks.Blocks.Select(block => block.ShortcutNorm).OfType<double>()], 1e-4);
        Close(name, "ratios", [.. blocks.Blocks.Select(block => block.Ratio).OfType<double>()], 1e-4);
        Close(name, "whole", [blocks.Loss!.Value], 1e-4);
        Close(name, "lesions", [.. blocks.Blocks.Select(block => block.Loss).OfType<double>()], 1e-4);
        Assert.Equal(isPlain ? [BlockRemoval.Block, BlockRemoval.None, BlockRemoval.None]
            : [BlockRemoval.Block, BlockRemoval.Branch, BlockRemoval.Branch],
            blocks.Blocks.Select(block => block.Removal!.Value));
    }

    [Fact]
    public void Figures_depend_neither_on_threads_nor_on_the_batches_of_a_run()
    {
        var model = WithFormulaWeights("cifar_resnet8");
        Assert.Equal(GradientFlow.Of(model, Sample(), threads: 1).ToJson(), GradientFlow.Of(model, Sample(), threads: 2).ToJson());
        Assert.Equal(BlockContributions.Of(model, Sample(), true, 1).ToJson(), BlockContributions.Of(model, Sample(), true, 2).ToJson());
    }

    [Fact]
    public void Json_says_what_it_takes_to_measure_again_and_pictures_hold_each_network()
    {
        var sample = ImageSample.Draw(Set(), 6, seed: 3);
        MeasuredModel model = WithFormulaWeights("cifar_resnet8");
        var flow = GradientFlow.Of([model with { Name = "first", Weights = "a.safetensors", Epoch = 2 },
            model with { Name = "second", Seed = 5 }], sample);
        using var json = JsonDocument.Parse(flow.ToJson());
        Assert.Equal(sample.Indices, json.RootElement.GetProperty("images").EnumerateArray().Select(index => index.GetInt32()));
        var origin = json.RootElement.GetProperty("networks")[0].GetProperty("origin");
        Assert.Equal(("a.safetensors", 2), (origin.GetProperty("weights").GetString(), origin.GetProperty("epoch").GetInt32()));
        Assert.Equal([0.5f, 0.5f, 0.5f], origin.GetProperty("mean").EnumerateArray().Select(number => number.GetSingle()));
        Assert.All((string[])["first", "second"], name => Assert.Contains(name, flow.ToText()));
        Pictured(flow.ToSvg(), "first", "second");
        Pictured(LayerSimilarity.Of(model, sample).ToSvg(), "stage3.block1");
        Pictured(BlockContributions.Of(model, sample, lesions: true).ToSvg(), "stage3.block1");
        Assert.Equal("Block", BlockContributions.Of(model, sample, lesions: true).Blocks[0].Removal.ToString());
    }

    [Fact]
    public void A_network_without_blocks_is_measured_layer_by_layer()
    {
        var model = Model.Create(SpecOf("mnist_cnn"), 1);
        var set = new ImageSet("digits", 1, 28, 28, [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
            [.. Enumerable.Range(0, 20 * 784).Select(i => (byte)(i * 31 % 251))], [.. Enumerable.Range(0, 20).Select(i => (byte)(i % 10))]);
        var flow = GradientFlow.Of(InspectedModel.ToInspectedModel(model), ImageSample.Draw(set, 20)).Networks[0];
        Assert.Equal("conv1", flow.Blocks[0].Name);
        Assert.All(flow.Blocks, block => Assert.True(block.GradientNorm > 0, block.Name));
        var exception = Assert.Throws<ResiduumException>(
            () => BlockContributions.Of(InspectedModel.ToInspectedModel(model), ImageSample.Draw(set, 20)));
        Assert.Contains("no blocks", exception.Message);
    }

    [Fact]
    public void Gradient_flow_ends_between_blocks_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        MeasuredModel model = WithFormulaWeights("cifar_resnet8");
        Assert.Throws<OperationCanceledException>(
            () => GradientFlow.Of([model], Sample(), progress: _ => source.Cancel(), cancellation: source.Token));
    }

    [Fact]
    public void Samples_that_cannot_be_measured_are_refused()
    {
        var model = WithFormulaWeights("cifar_resnet8");
        Assert.Contains("4 or more", Assert.Throws<ResiduumException>(() => GradientFlow.Of(model, ImageSample.Draw(Set(), 3))).Message);
        Assert.Contains("4 or more", Assert.Throws<ResiduumException>(() => LayerSimilarity.Of(model, ImageSample.Draw(Set(), 3))).Message);
        Assert.Contains("at least one", Assert.Throws<ResiduumException>(() => ImageSample.Draw(Set(), 0)).Message);
        Assert.Contains("no image 12", Assert.Throws<ResiduumException>(() => new ImageSample(Set(), [12])).Message);
        var digits = InspectedModel.ToInspectedModel(Model.Create(SpecOf("mnist_cnn"), 1));
        Assert.Contains("3x32x32", Assert.Throws<ResiduumException>(() => GradientFlow.Of(digits, Sample())).Message);
    }

    static NetworkSpec SpecOf(string name) => Catalogue.Find(name).Spec;

    static InspectedModel WithFormulaWeights(string name)
    {
        var graph = SpecOf(name).Build();
        var weights = graph.Parameters.Concat(graph.States)
            .ToDictionary(node => node.Name, node => FormulaWeights.Fill(node.Name, node.Outputs[0].Shape));
        var model = new Model(SpecOf(name), weights);
        return model.With(model.Preprocessing with { Mean = [0.5f, 0.5f, 0.5f], Deviation = [0.25f, 0.25f, 0.25f] });
    }

    static ImageSample Sample() => new(Set(), [.. Enumerable.Range(0, Images)]);

    static ImageSet Set() => new("formula", 3, 32, 32, [.. Enumerable.Range(0, 10).Select(i => $"{i}")],
        Array.ConvertAll(FormulaWeights.Image("pixels", Images * 3 * 32 * 32), x => (byte)((x / 4 + 0.5) * 256)),
        [.. Enumerable.Range(0, Images).Select(i => (byte)(i * 7 % 10))]);

    static void Close(string network, string measure, ImmutableArray<double> actual, double tolerance)
    {
        var expected = s_golden.Value[$"{network}/{measure}"];
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance * Math.Max(
                Math.Abs(expected[i]), measure is "alignment" or "similarity" or "explained" ? 1 : 0),
                $"{measure} {i} of {network} is {actual[i]}, in PyTorch {expected[i]}.");
    }

    static void Pictured(string svg, params string[] texts)
    {
        var all = XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)
            .ToArray();
        Assert.All(texts, text => Assert.Contains(all, each => each.Contains(text, StringComparison.Ordinal)));
    }
}
