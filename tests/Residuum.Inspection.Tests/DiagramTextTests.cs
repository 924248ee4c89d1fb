using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Inspection.Tests;

/// <summary>Whole texts that somebody has looked at, and what hostile names do to them.</summary>
public class DiagramTextTests
{
    static Graph Small => DiagramSamples.Build("cifar_resnet8");

    [Fact]
    public void The_volumes_of_a_small_network_are_as_approved() =>
        Same("cifar_resnet8.volumes.svg", Diagram.Volumes("cifar_resnet8", Small).ToSvg());

    [Fact]
    public void Its_volumes_for_Mermaid_are_as_approved() =>
        Same("cifar_resnet8.volumes.mmd", Diagram.Volumes("cifar_resnet8", Small).ToMermaid());

    [Fact]
    public void Its_blocks_for_Graphviz_are_as_approved() => Same("cifar_resnet8.block.dot", Diagram.Block("cifar_resnet8", Small).ToDot());

    [Fact]
    public void Its_operations_for_Mermaid_are_as_approved() =>
        Same("cifar_resnet8.blocks.mmd", Diagram.Blocks("cifar_resnet8", Small).ToMermaid());

    [Theory]
    [InlineData(-1, 1, "1 - x")]
    [InlineData(0.5, 0, "0.5 x")]
    [InlineData(1, -0.25, "x - 0.25")]
    [InlineData(2, 1.5, "2 x + 1.5")]
    public void Lines_are_written_as_in_a_book(float scale, float shift, string text)
    {
        var builder = new GraphBuilder();
        var image = builder.Input("image", TensorType.Float(Shape.Batch, 1, 2, 2));
        var graph = builder.Output("features", builder.Add("line", new Affine(scale, shift), image)).Build();
        Assert.Equal(text, LayerText.Of(graph, graph.Nodes[^1]));
    }

    [Fact]
    public void Names_of_strangers_stay_text()
    {
        var graph = DiagramSamples.Renamed(Small, node => $"\"]; <b onload=x>\\{node.Index}\n#`end");
        string name = "a\"b\n---\n<script>\\";
        foreach (var text in (string[])[
            Diagram.Volumes(name, graph).ToMermaid(), Diagram.Blocks(name, graph).ToMermaid(),
            Diagram.Columns((name, graph), (name, graph)).ToMermaid()])
        {
            Assert.DoesNotContain("<b onload", text);
            Assert.DoesNotContain("<script", text[text.IndexOf("flowchart", StringComparison.Ordinal)..]);
            Assert.StartsWith("---\ntitle: \"a\\\"b?---?<script>\\\\\"\n---\n", text.Replace(", a\\\"b?---?<script>\\\\", ""));
        }
        var dot = Diagram.Blocks(name, graph).ToDot();
        // An even number of quotation marks that are no text in every line: none is left open.
        Assert.All(dot.Split('\n'), line => Assert.Equal(0, line.Replace("\\\\", "").Replace("\\\"", "").Count(each => each == '"') % 2));
        DiagramLabels.Check(BlockPainter.Draw(Diagram.Blocks(name, graph)));
        DiagramLabels.Check(VolumePainter.Draw(Diagram.Volumes(name, graph)));
        DiagramLabels.Check(ColumnPainter.Draw(Diagram.Columns((name, graph))));
    }

    static void Same(string file, string actual) => Assert.Equal(Approved.Text($"Residuum.Inspection.Tests/Golden/{file}", actual), actual);
}
