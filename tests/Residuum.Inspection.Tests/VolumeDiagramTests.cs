using System.Globalization;
using System.Xml.Linq;

namespace Residuum.Inspection.Tests;

public class VolumeDiagramTests
{
    public static TheoryData<string> Names => [.. DiagramSamples.Names];

    [Theory, MemberData(nameof(Names))]
    public void Labels_are_apart_and_volumes_to_scale(string name)
    {
        var diagram = Diagram.Volumes(name, DiagramSamples.Build(name));
        DiagramLabels.Check(VolumePainter.Draw(diagram));
        CheckScale(diagram);
    }

    [Theory]
    [InlineData("resnet34", "image stem.conv stem.pool stage1.block1.conv1 stage1.block1.conv2 stage1.block2.conv1")]
    [InlineData("mnist_cnn", "image conv1 pool1 conv2 pool2 conv3 linear1 linear2")]
    public void Layers_are_the_networks(string name, string first) =>
        Assert.StartsWith(first, string.Join(' ', Diagram.Volumes(name, DiagramSamples.Build(name)).Layers.Select(layer => layer.Node)));

    [Theory]
    [InlineData("resnet152", "1 2 1 7 1 35 1 2")]
    [InlineData("cifar_preact_resnet1001", "1 110 1 110 1 110")]
    [InlineData("cifar_resnet110", "18 1 17 1 17")]
    [InlineData("resnet34", "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    public void Equal_blocks_of_deep_networks_are_drawn_once_with_their_number(string name, string copies) =>
        Assert.Equal(copies, string.Join(' ', Diagram.Volumes(name, DiagramSamples.Build(name)).Layers
            .Where(layer => layer.Block is not null).DistinctBy(layer => layer.Block).Select(layer => layer.Copies)));

    [Theory]
    [InlineData("resnet34", "IIIPIIIPIIIIIPII")]
    [InlineData("resnet34 without names", "IIIPIIIPIIIIIPII")]
    [InlineData("cifar_plain20", "")]
    // Those of the blocks, then those over stages.
    [InlineData("odd widths", "PIPIIPPIIIPPZ")]
    [InlineData("odd widths without names", "PIPIIPPIIIPPZ")]
    public void Shortcuts_are_the_networks(string name, string kinds)
    {
        var shortcuts = LayerSequence.Of(name, DiagramSamples.Build(name)).Shortcuts;
        Assert.Equal(kinds, string.Concat(shortcuts.OrderBy(way => way.Level).ThenBy(way => way.From).Select(way => $"{way.Kind}"[0])));
    }

    // The drawing itself is measured: polygons of a front are what the scale says.
    static void CheckScale(VolumeDiagram diagram)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var drawing = XDocument.Parse(diagram.ToSvg());
        var depths = new SortedDictionary<int, HashSet<double>>();
        var heights = new SortedDictionary<int, HashSet<double>>();
        var widths = new SortedDictionary<int, HashSet<double>>();
        var fronts = drawing.Descendants(svg + "g")
            .Where(group => group.Elements(svg + "polygon").Any() && group.Attribute("data-node") is not null).ToArray();
        Assert.Equal(diagram.Layers.Length, fronts.Length);
        foreach (var (layer, group) in diagram.Layers.Zip(fronts))
        {
            Assert.Equal(layer.Node, group.Attribute("data-node")!.Value);
            var faces = group.Elements(svg + "polygon").Select(polygon => Points(polygon.Attribute("points")!.Value)).ToArray();
            var (left, top) = faces[^1].Min();
            var (right, bottom) = faces[^1].Max();
            Add(depths, layer.Channels, right - left);
            if (layer.Height is not { } height) continue;
            Add(heights, height, bottom - top);
            Add(widths, layer.Width!.Value, faces[0].Max().X - right);
        }
        foreach (var sides in (SortedDictionary<int, HashSet<double>>[])[depths, heights, widths])
        {
            // To a hundredth of a pixel, in which two roundings meet.
            Assert.All(sides.Values, lengths => Assert.True(lengths.Max() - lengths.Min() < 0.025));
            Assert.Equal(sides.Values.Select(lengths => lengths.Min()).Order(), sides.Values.Select(lengths => lengths.Min()));
        }
        foreach (var (channels, lengths) in depths) Assert.Equal(diagram.Scale.Depth(channels), lengths.First(), 0.02);
        foreach (var (height, lengths) in heights) Assert.Equal(diagram.Scale.Side(height), lengths.First(), 0.02);
        Assert.True(diagram.Scale.Depth(2) > diagram.Scale.Depth(1) && diagram.Scale.Side(2) > diagram.Scale.Side(1));
    }

    static void Add(SortedDictionary<int, HashSet<double>> sides, int size, double length)
    {
        if (!sides.TryGetValue(size, out var lengths)) sides[size] = lengths = [];
        lengths.Add(length);
    }

    static (double X, double Y)[] Points(string text) =>
        [.. text.Split(' ').Select(point => point.Split(',')).Select(pair => (Number(pair[0]), Number(pair[1])))];

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
