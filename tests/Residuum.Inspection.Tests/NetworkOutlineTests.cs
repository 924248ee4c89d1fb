using Residuum.Graphs;
using Residuum.Models;

namespace Residuum.Inspection.Tests;

public class NetworkOutlineTests
{
    // The thousand-layer networks have the same blocks as their shallow relatives.
    public static TheoryData<string> Residual =>
        [.. Catalogue.All.Select(entry => entry.Name).Where(name => !name.Contains("1001") && !name.Contains("1202") && HasBlocks(name))];

    [Theory]
    [InlineData("resnet34", "stem stage1:3 stage2:4 stage3:6 stage4:3 head", "IIIPIIIPIIIIIPII")]
    [InlineData("cifar_resnet20", "stem stage1:3 stage2:3 stage3:3 head", "IIIZIIZII")]
    [InlineData("cifar_plain20", "stem stage1:3 stage2:3 stage3:3 head", "NNNNNNNNN")]
    [InlineData("resnet50", "stem stage1:3 stage2:4 stage3:6 stage4:3 head", "PIIPIIIPIIIIIPII")]
    [InlineData("mnist_cnn", "conv1 pool1 conv2 pool2 conv3 linear1 linear2", "")]
    [InlineData("vgg11", "conv1 pool1 conv2 pool2 conv3 conv4 pool4 conv5 conv6 pool6 conv7 conv8 pool8 linear1 linear2 linear3", "")]
    public void Parts_blocks_and_shortcuts_are_the_papers(string name, string parts, string shortcuts)
    {
        var outline = NetworkOutline.Of(Catalogue.Find(name).Spec.Build());
        Assert.Equal(parts, string.Join(' ',
            outline.Parts.Select(part => part.Blocks.Length > 0 ? $"{part.Name}:{part.Blocks.Length}" : part.Name)));
        Assert.Equal(shortcuts, string.Concat(outline.Blocks.Select(block => $"{block.Shortcut}"[0])));
    }

    [Theory, MemberData(nameof(Residual))]
    public void Every_node_is_in_one_part_and_values_are_in_their_blocks(string name)
    {
        var graph = Catalogue.Find(name).Spec.Build();
        var outline = NetworkOutline.Of(graph);
        Assert.Equal(graph.Nodes.Where(node => node.Op is not SourceOp).Select(node => node.Index),
            outline.Parts.SelectMany(part => part.Nodes));
        foreach (var block in outline.Blocks)
        {
            Assert.DoesNotContain(block.Input.Node, block.Nodes);
            Assert.Equal(block.Nodes[^1], block.Output.Node);
            Assert.Equal(block.Shortcut == OutlineShortcut.None, block.Sum is null);
            if (block.Branch is { } branch) Assert.Contains(branch.Node, block.Nodes);
        }
    }

    [Theory, MemberData(nameof(Residual))]
    public void Blocks_are_found_without_the_names(string name)
    {
        var graph = Catalogue.Find(name).Spec.Build();
        var named = NetworkOutline.Of(graph).Blocks.Where(block => block.Sum is not null).ToArray();
        var found = NetworkOutline.Of(WithoutNames(graph)).Blocks.ToArray();
        Assert.Equal(named.Select(block => block.Sum!.Index), found.Select(block => block.Sum!.Index));
        // A gate's own node looks like the place where ways part, and what both ways of a block begin with like the end of the one before.
        if (name.Contains("gate")) return;
        Assert.Equal(named.Select(block => (block.Shortcut, block.Branch, block.ShortcutValue)),
            found.Select(block => (block.Shortcut, block.Branch, block.ShortcutValue)));
    }

    static bool HasBlocks(string name) => NetworkOutline.Of(Catalogue.Find(name).Spec.Build()).Blocks.Any(block => block.Sum is not null);

    static Graph WithoutNames(Graph graph)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes) builder.Add($"node{node.Index}", node.Op, node.Inputs.AsSpan());
        foreach (var output in graph.Outputs) builder.Output(output.Name, output.Value);
        return builder.Build();
    }
}
