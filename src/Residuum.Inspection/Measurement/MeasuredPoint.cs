using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>A place in a network where something is measured.</summary>
/// <param name="Name">The stem, a block, or a layer.</param>
/// <param name="Part">The part of the network that it belongs to.</param>
/// <param name="Value">What it hands on.</param>
sealed record MeasuredPoint(string Name, string Part, Value Value)
{
    /// <summary>What the stem and each block hand on; in a network without blocks, what each layer hands on.</summary>
    public static ImmutableArray<MeasuredPoint> Blocks(Graph graph) =>
    [
        .. NetworkOutline.Of(graph).Parts.Where(part => part.Kind != PartKind.Head).SelectMany(part => part.Blocks.IsEmpty
            ? [new MeasuredPoint(part.Name, part.Name, part.Output)]
            : part.Blocks.Select(block => new MeasuredPoint(block.Name, part.Name, block.Output))),
    ];

    /// <summary>What each convolution and each linear layer makes, before normalization and activation.</summary>
    public static ImmutableArray<MeasuredPoint> Layers(Graph graph) =>
    [
        .. graph.Nodes.Where(node => node.Op is Conv2d or ConvTranspose2d or Linear && node.Outputs[0].Shape.HasFreeBatch)
            .Select(node => new MeasuredPoint(node.Name, node.Name.Split('.')[0], node.Output())),
    ];
}
