using System.Text.Json;
using Residuum.Models;

namespace Residuum.Inspection.Tests;

/// <summary>The papers' tables against published figures.</summary>
public class PaperTableTests
{
    static PaperNetwork Network(string name)
    {
        var spec = Catalogue.Find(name).Spec;
        return new PaperNetwork(name, spec.Build(), (spec as ResNetSpec)?.ForCifar10()?.Build());
    }

    static PaperTables Of(params string[] names) => PaperTables.Of(names.Select(Network));

    // Parameters and multiply-adds as torchvision's networks and [He15]'s have them; on CIFAR-10 as kuangliu's; 0 where nobody says it.
    [Theory]
    [InlineData("resnet18", 11_689_512, 1_814_073_344, "1.8", 11_173_962, 555_422_720)]
    [InlineData("resnet34", 21_797_672, 3_663_761_408, "3.6", 21_282_122, 1_159_402_496)]
    [InlineData("resnet50", 25_557_032, 4_089_184_256, null, 23_520_842, 1_297_829_888)]
    [InlineData("resnet101", 44_549_160, 7_801_405_440, null, 42_512_970, 2_509_983_744)]
    [InlineData("resnet152", 60_192_808, 11_513_626_624, null, 58_156_618, 3_722_137_600)]
    [InlineData("resnet50_v1", 25_557_032, 3_857_973_248, "3.8", 23_520_842, 0)]
    [InlineData("resnet101_v1", 44_549_160, 7_570_194_432, "7.6", 42_512_970, 0)]
    [InlineData("resnet152_v1", 60_192_808, 11_282_415_616, "11.3", 58_156_618, 0)]
    [InlineData("plain18", 11_515_688, 1_794_805_760, "1.8", 0, 0)]
    [InlineData("plain34", 21_623_848, 3_644_493_824, "3.6", 0, 0)]
    public void Costs_are_the_published_ones(
        string name, long parameters, long multiplyAdds, string? printed, long onCifar10, long cifarMultiplyAdds)
    {
        var network = Assert.Single(Assert.Single(Of(name).Tables).Networks);

        Assert.Equal(parameters, network.Parameters);
        Assert.Equal(multiplyAdds, network.MultiplyAdds);
        Assert.Equal(printed, network.Printed);
        if (onCifar10 > 0) Assert.Equal(onCifar10, network.OnCifar10!.Parameters);
        if (cifarMultiplyAdds > 0) Assert.Equal(cifarMultiplyAdds, network.OnCifar10!.MultiplyAdds);
    }

    [Fact]
    public void Networks_of_one_shape_share_a_table_with_the_papers_rows()
    {
        var table = Assert.Single(Of("resnet18", "resnet50_v1", "plain34").Tables);

        Assert.False(table.IsSmallForm);
        Assert.Equal(["conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", ""], table.Rows.Select(row => row.Name));
        Assert.Equal([112, 56, 28, 14, 7, 1], table.Rows.Select(row => row.Height));
        Assert.Equal([112, 56, 28, 14, 7, 1], table.Rows.Select(row => row.Width));
        var bottleneck = table.Networks[1].Cells[1].Groups;
        Assert.Equal("3x3 max pool, stride 2", Assert.Single(bottleneck[0].Layers));
        Assert.Equal(["1x1, 64", "3x3, 64", "1x1, 256"], bottleneck[1].Layers.ToArray());
        Assert.Equal(3, bottleneck[1].Times);
    }

    [Fact]
    public void Other_shapes_have_tables_of_their_own() =>
        Assert.Equal([["resnet18", "resnet34"], ["cifar_resnet20", "cifar_plain20"], ["mnist_cnn"], ["vgg11"]],
            Of("resnet18", "cifar_resnet20", "mnist_cnn", "resnet34", "cifar_plain20", "vgg11").Tables.Select(
                table => table.Networks.Select(network => network.Name)));

    [Theory]
    [InlineData("imagenet", "resnet18", "resnet34", "resnet50_v1", "resnet101_v1", "resnet152_v1", "resnet50", "resnet101", "resnet152")]
    [InlineData("cifar10", "cifar_resnet20", "cifar_resnet56", "cifar_plain20", "cifar_preact_resnet164", "mobilenet_v2", "seresnet18")]
    public void The_text_reads_as_approved(string name, params string[] networks)
    {
        var text = Of(networks).ToText();

        Assert.Equal(Residuum.Testing.Approved.Text($"Residuum.Inspection.Tests/Golden/paper-{name}.txt", text), text);
    }

    [Fact]
    public void The_json_has_the_same_numbers()
    {
        using var document = JsonDocument.Parse(Of("resnet50").ToJson());
        var table = document.RootElement.GetProperty("tables")[0];
        var network = table.GetProperty("networks")[0];

        Assert.Equal("conv2_x", table.GetProperty("rows")[1].GetProperty("name").GetString());
        Assert.Equal(56, table.GetProperty("rows")[1].GetProperty("height").GetInt32());
        Assert.Equal(4_089_184_256, network.GetProperty("multiplyAdds").GetInt64());
        Assert.Equal(23_520_842, network.GetProperty("onCifar10").GetProperty("parameters").GetInt64());
        Assert.Equal(6, network.GetProperty("cells")[3].GetProperty("groups")[0].GetProperty("times").GetInt32());
        Assert.False(network.TryGetProperty("printed", out _));
    }
}
