using Residuum.Graphs;

namespace Residuum.Inspection.Tests;

public class BlockDiagramTests
{
    public static TheoryData<string> Names => [.. DiagramSamples.Names];

    [Theory, MemberData(nameof(Names))]
    public void Labels_are_apart_in_the_whole_network(string name)
    {
        var graph = DiagramSamples.Build(name);
        var diagram = Diagram.Blocks(name, graph);
        DiagramLabels.Check(BlockPainter.Draw(diagram));
        // Every operation is shown, or one of an equal block is.
        var operations = diagram.Sequence.Panels.Sum(panel => panel.Nodes.Length + panel.Equal.Sum(equal => equal.Length));
        Assert.Equal(graph.Nodes.Count(node => node.Op is not SourceOp), operations);
    }

    [Theory, MemberData(nameof(Names))]
    public void Labels_are_apart_in_its_blocks(string name)
    {
        var graph = DiagramSamples.Build(name);
        if (NetworkOutline.Of(graph).Blocks.Any()) DiagramLabels.Check(BlockPainter.Draw(Diagram.Block(name, graph)));
    }

    [Theory, MemberData(nameof(Names))]
    public void No_box_lies_on_another_and_each_stands_below_what_it_reads(string name)
    {
        var sequence = PanelReader.Network(name, DiagramSamples.Build(name));
        var before = MainWay.Before(sequence.Graph, sequence.Outline);
        foreach (var layout in sequence.Panels.Select(panel => new PanelLayout(sequence.Graph, panel, before)))
        {
            Assert.Equal(layout.Boxes.Count, layout.Boxes.DistinctBy(box => (box.Row, box.Lane.Column)).Count());
            Assert.All(layout.Boxes, box => Assert.All(box.Inputs, input => Assert.True(input.Row < box.Row)));
            // No line runs down through a box: it has its lane to itself.
            foreach (var line in layout.Lines)
                Assert.DoesNotContain(layout.Boxes,
                    box => box.Lane.Column == line.Lane.Column && box.Row > line.From.Row && box.Row < line.To.Row
                    && box.Lane != line.Lane);
        }
    }

    // [He15] figures 2 and 5, [He16] figures 1 and 4, Hu et al. 2018 figure 3.
    [Theory]
    [InlineData("cifar_resnet20", "3x3 conv, 16; BN; ReLU; 3x3 conv, 16; BN; +; ReLU")]
    [InlineData("resnet50", "1x1 conv, 64; BN; ReLU; 3x3 conv, 64; BN; ReLU; 1x1 conv, 256; BN; +; ReLU")]
    [InlineData("cifar_preact_resnet164", "BN; ReLU; 1x1 conv, 16; BN; ReLU; 3x3 conv, 16; BN; ReLU; 1x1 conv, 64; +")]
    [InlineData("cifar_resnet110_normafter", "3x3 conv, 16; BN; ReLU; 3x3 conv, 16; +; BN; ReLU")]
    [InlineData("cifar_resnet110_relubefore", "3x3 conv, 16; BN; ReLU; 3x3 conv, 16; BN; ReLU; +")]
    [InlineData("cifar_resnet110_reluonly", "ReLU; 3x3 conv, 16; BN; ReLU; 3x3 conv, 16; BN; +")]
    [InlineData("cifar_resnet110_exclusivegate",
        "3x3 conv, 16; BN; ReLU; 3x3 conv, 16; BN; 1x1 conv, 16; sigmoid; multiply; 1 - x; multiply; +; ReLU")]
    [InlineData("seresnet50",
        "1x1 conv, 64; BN; ReLU; 3x3 conv, 64; BN; ReLU; 1x1 conv, 256; BN; avg pool; fc 16; ReLU; fc 256; sigmoid; "
            + "scale channels; +; ReLU")]
    public void The_second_block_has_the_order_of_the_papers(string name, string operations) =>
        Assert.Equal(operations, string.Join("; ",
            Diagram.Block(name, DiagramSamples.Build(name), "stage1.block2").Panels.Single().Operations.Select(each => each.Text)));

    [Theory]
    [InlineData("cifar_resnet20", "stage1.block1 Identity, stage2.block1 ZeroPad")]
    [InlineData("resnet50", "stage1.block1 Projection, stage1.block2 Identity, stage2.block1 Projection")]
    [InlineData("cifar_plain20", "stage1.block1 None, stage2.block1 None")]
    [InlineData("cifar_preact_resnet164", "stage1.block1 Projection, stage1.block2 Identity, stage2.block1 Projection")]
    public void Each_kind_of_block_is_shown_once(string name, string blocks) =>
        Assert.Equal(blocks, string.Join(", ",
            Diagram.Block(name, DiagramSamples.Build(name)).Panels.Select(panel => $"{panel.Block} {panel.Shortcut}")));

    [Fact]
    public void A_block_is_the_same_without_names()
    {
        var graph = DiagramSamples.Build("resnet34");
        var named = Diagram.Block("", graph, "stage3.block1").Panels.Single();
        var found = Diagram.Block("", DiagramSamples.Renamed(graph, node => $"{node.Index}"), "stage3.block1").Panels.Single();
        Assert.Equal(named.Operations.Select(each => each.Text), found.Operations.Select(each => each.Text));
        Assert.Equal(named.Shortcut, found.Shortcut);
    }

    [Fact]
    public void What_does_not_exist_is_refused_with_the_nearest()
    {
        var graph = DiagramSamples.Build("cifar_resnet20");
        Assert.Contains("the nearest is stage2.block3",
            Assert.Throws<ResiduumException>(() => Diagram.Block("c", graph, "stage2.blok3")).Message);
        Assert.Contains("stage1.block1 to stage3.block3", Assert.Throws<ResiduumException>(() => Diagram.Block("c", graph, "?")).Message);
        Assert.Contains("has no blocks",
            Assert.Throws<ResiduumException>(() => Diagram.Block("m", DiagramSamples.Build("mnist_cnn"))).Message);
    }
}
