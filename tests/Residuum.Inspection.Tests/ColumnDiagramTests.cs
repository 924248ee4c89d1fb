using System.Globalization;
using System.Xml.Linq;
using Residuum.Graphs;

namespace Residuum.Inspection.Tests;

public class ColumnDiagramTests
{
    public static TheoryData<string> Names => [.. DiagramSamples.Names];

    [Theory, MemberData(nameof(Names))]
    public void Labels_are_apart_alone_and_beside_others(string name)
    {
        var graph = DiagramSamples.Build(name);
        DiagramLabels.Check(ColumnPainter.Draw(Diagram.Columns((name, graph))));
        DiagramLabels.Check(ColumnPainter.Draw(Diagram.Columns(("plain18", DiagramSamples.Build("plain18")), (name, graph))));
    }

    [Fact]
    public void The_papers_figure_has_its_rows()
    {
        var diagram = Diagram.Columns(Networks("vgg19", "plain34", "resnet34"));
        Assert.Equal("224 x 224, 112 x 112, 56 x 56, 28 x 28, 14 x 14, 7 x 7, features", string.Join(", ", diagram.Sizes));
        Assert.Equal(["image", "7x7 conv, 64, /2", "3x3 max pool, /2", "3x3 conv, 64"],
            diagram.Networks[2].Layers.Take(4).Select(layer => layer.Text));
        Assert.Equal(34, diagram.Networks[1].Layers.Count(layer => layer.Text.Contains("conv") || layer.Text.Contains("fc")));
        Assert.Equal(16, diagram.Networks[2].Shortcuts.Length);
        Assert.Empty(diagram.Networks[0].Shortcuts);
    }

    [Theory]
    [InlineData("vgg19", "plain34", "resnet34")]
    [InlineData("mnist_cnn", "cifar_resnet20", "resnet152")]
    [InlineData("autoencoder", "resnet18", "autoencoder with latents")]
    [InlineData("cifar_preact_resnet1001", "odd widths", "ways")]
    public void Layers_of_one_row_begin_at_one_height_and_follow_one_another(params string[] names)
    {
        var diagram = Diagram.Columns(Networks(names));
        var tops = Tops(diagram);
        foreach (var group in diagram.Groups)
            Assert.Single(group.Layers.Select((layers, network) => (layers, network)).Where(pair => pair.layers.Length > 0)
                .Select(pair => tops[pair.network][pair.layers[0]]).Distinct());
        for (var network = 0; network < names.Length; network++)
        {
            Assert.Equal(Enumerable.Range(0, diagram.Networks[network].Layers.Length),
                diagram.Groups.SelectMany(group => group.Layers[network]));
            Assert.Equal(tops[network].Order(), tops[network]);
            Assert.Equal(tops[network].Length, tops[network].Distinct().Count());
        }
    }

    static (string Name, Graph Graph)[] Networks(params string[] names) => [.. names.Select(name => (name, DiagramSamples.Build(name)))];

    // Where the labels of each network's layers stand in the drawing.
    static double[][] Tops(ColumnDiagram diagram)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var places = XDocument.Parse(diagram.ToSvg()).Descendants(svg + "g").Where(group => group.Attribute("data-node") is not null)
            .Select(group => double.Parse(group.Element(svg + "text")!.Attribute("y")!.Value, CultureInfo.InvariantCulture)).ToList();
        var (tops, next) = (new double[diagram.Networks.Length][], 0);
        for (var i = 0; i < tops.Length; i++)
        {
            tops[i] = [.. places.Skip(next).Take(diagram.Networks[i].Layers.Length)];
            next += tops[i].Length;
        }
        Assert.Equal(next, places.Count);
        return tops;
    }
}
