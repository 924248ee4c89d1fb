using System.Text.Json;
using Residuum.Models;

namespace Residuum.Inspection.Tests;

public class NetworkSummaryTests
{
    static NetworkSummary Of(string name) => NetworkSummary.Of(name, Catalogue.Find(name).Spec.Build());

    [Theory]
    [InlineData("resnet18", "[3x3, 64; 3x3, 64] x 2", "[3x3, 512; 3x3, 512] x 2", 512)]
    [InlineData("resnet34", "[3x3, 64; 3x3, 64] x 3", "[3x3, 512; 3x3, 512] x 3", 512)]
    [InlineData("resnet50_v1", "[1x1, 64; 3x3, 64; 1x1, 256] x 3", "[1x1, 512; 3x3, 512; 1x1, 2048] x 3", 2048)]
    public void The_stages_are_those_of_the_papers_table(string name, string first, string last, int channels)
    {
        var stages = Of(name).Stages;

        Assert.Equal(["stem", "stem.pool", "stage1", "stage2", "stage3", "stage4", "head"], stages.Select(stage => stage.Name));
        Assert.Equal([112, 56, 56, 28, 14, 7], stages.Take(6).Select(stage => stage.Output[1]));
        Assert.Equal([112, 56, 56, 28, 14, 7], stages.Take(6).Select(stage => stage.Output[2]));
        Assert.Equal("7x7, 64, stride 2", stages[0].Layers);
        Assert.Equal("3x3 max pool, stride 2", stages[1].Layers);
        Assert.Equal(first, stages[2].Layers);
        Assert.Equal(last, stages[5].Layers);
        Assert.Equal(channels, stages[5].Output[0]);
        Assert.Equal("average pool; 1000-d linear", stages[6].Layers);
        Assert.Equal([1000], stages[6].Output.ToArray());
    }

    [Theory]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("cifar_resnet20_c")]
    [InlineData("cifar_preact_resnet164")]
    [InlineData("mnist_cnn")]
    [InlineData("vgg11_bn")]
    [InlineData("mobilenet_v2")]
    public void Rows_of_nodes_and_of_stages_add_up_to_the_totals(string name)
    {
        var summary = Of(name);

        Assert.Equal(summary.Parameters, summary.Nodes.Sum(node => node.Parameters));
        Assert.Equal(summary.MultiplyAdds, summary.Nodes.Sum(node => node.MultiplyAdds));
        Assert.Equal(summary.Parameters, summary.Stages.Sum(stage => stage.Parameters));
        Assert.Equal(summary.MultiplyAdds, summary.Stages.Sum(stage => stage.MultiplyAdds));
        Assert.True(name == "mnist_cnn" ? summary.TotalParameters == summary.Parameters : summary.TotalParameters > summary.Parameters);
    }

    [Fact]
    public void Groups_are_told_where_there_are_several()
    {
        var summary = Of("resnext50_32x4d");
        Assert.Equal("[1x1, 128; 3x3, 128, 32 groups; 1x1, 256] x 3", summary.Stages[2].Layers);
        Assert.Equal(16, summary.Nodes.Count(node => node.Groups == 32));
        Assert.Contains("Groups", summary.ToText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Groups", Of("resnet18").ToText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18", "stem.conv", 7)]
    [InlineData("resnet18", "stem.pool", 11)]
    [InlineData("resnet18", "stage1.block1.conv1", 19)]
    [InlineData("resnet18", "stage4.block2.relu2", 435)]
    [InlineData("resnet34", "stage4.block3.relu2", 899)]
    [InlineData("resnet50", "stage4.block3.relu3", 427)]
    [InlineData("resnet50_v1", "stage4.block3.relu3", 483)]
    [InlineData("mnist_cnn", "conv3", 18)]
    [InlineData("cifar_resnet20", "stage2.block1.shortcut.subsample", 15)]
    public void Receptive_fields_are_those_computed_by_hand(string name, string node, long side) =>
        Assert.Equal(side, Of(name).Nodes.Single(row => row.Name == node).ReceptiveField);

    [Fact]
    public void Behind_the_average_every_number_depends_on_the_whole_image() =>
        Assert.All(Of("resnet18").Nodes.Where(row => row.Name.StartsWith("head.")), row => Assert.Null(row.ReceptiveField));

    [Fact]
    public void Receptive_fields_of_extreme_networks_do_not_overflow()
    {
        var spec = new ResNetSpec("strided", new ImageSize(1, 8, 8), StemSpec.Of3x3(1), [.. Enumerable.Repeat(new StageSpec(1, 1, 64), 64)],
            new BasicBlockSpec(), 2);

        Assert.All(NetworkSummary.Of("strided", spec.Build()).Nodes, row => Assert.True(row.ReceptiveField is null or > 0));
    }

    [Theory]
    [InlineData("resnet34", "stage2.block3.conv1", "stage2", 3, 128 * 28 * 28)]
    [InlineData("resnet34", "stem.pool", "stem", null, 64 * 56 * 56)]
    [InlineData("resnet34", "head.linear", "head", null, 1000)]
    [InlineData("cifar_preact_resnet164", "stage3.block18.conv3", "stage3", 18, 256 * 8 * 8)]
    [InlineData("mnist_cnn", "relu2", "conv2", null, 64 * 11 * 11)]
    public void Nodes_know_their_place_and_the_memory_of_what_they_make(string name, string node, string stage, int? block, int numbers)
    {
        var row = Of(name).Nodes.Single(row => row.Name == node);

        Assert.Equal(stage, row.Stage);
        Assert.Equal(block, row.Block);
        Assert.Equal(sizeof(float) * numbers, row.ActivationBytes);
    }

    [Fact]
    public void A_network_without_stages_shows_its_layers() =>
        Assert.Equal(
            ["conv1: 3x3, 32", "pool1: 2x2 max pool, stride 2", "conv2: 3x3, 64", "pool2: 2x2 max pool, stride 2", "conv3: 3x3, 128",
                "linear1: 100-d linear", "linear2: 10-d linear"],
            Of("mnist_cnn").Stages.Select(stage => $"{stage.Name}: {stage.Layers}"));

    [Fact]
    public void The_json_has_the_documented_members()
    {
        using var document = JsonDocument.Parse(Of("resnet34").ToJson());
        var root = document.RootElement;
        var convolution = root.GetProperty("nodes").EnumerateArray()
            .Single(node => node.GetProperty("name").GetString() == "stage2.block1.conv1");

        Assert.Equal("resnet34", root.GetProperty("name").GetString());
        Assert.Equal(21_797_672, root.GetProperty("parameters").GetInt64());
        Assert.Equal(21_814_696, root.GetProperty("totalParameters").GetInt64());
        Assert.Equal(3_663_761_408, root.GetProperty("multiplyAdds").GetInt64());
        Assert.Equal([3, 224, 224], root.GetProperty("input").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal("Conv2d", convolution.GetProperty("kind").GetString());
        Assert.Equal([128, 28, 28], convolution.GetProperty("output").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal(73_728, convolution.GetProperty("parameters").GetInt64());
        Assert.Equal(57_802_752, convolution.GetProperty("multiplyAdds").GetInt64());
        Assert.Equal("3x3", convolution.GetProperty("kernel").GetString());
        Assert.Equal("2", convolution.GetProperty("stride").GetString());
        Assert.Equal("1", convolution.GetProperty("padding").GetString());
        Assert.Equal("stage2", convolution.GetProperty("stage").GetString());
        Assert.Equal(1, convolution.GetProperty("block").GetInt32());
        Assert.Equal(4 * 128 * 28 * 28, convolution.GetProperty("activationBytes").GetInt64());
    }

    [Theory]
    [InlineData("resnet34")]
    [InlineData("mnist_cnn")]
    public void The_text_reads_as_approved(string name)
    {
        var text = Of(name).ToText();

        Assert.Equal(Residuum.Testing.Approved.Text($"Residuum.Inspection.Tests/Golden/{name}.txt", text), text);
    }
}
