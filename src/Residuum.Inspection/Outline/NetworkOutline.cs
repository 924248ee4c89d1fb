using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// A network as people draw it: its parts one behind another (stem, stages, head, or single layers), the blocks of each, and how the
/// shortcut of each block goes. It is read off a graph: by the names of the nodes where they say it (<c>stage1.block2.conv1</c>), else,
/// as in networks that others exported, by where two ways from one value meet again. Immutable, safe to share among threads.
/// </summary>
/// <param name="Parts">The parts in order.</param>
public sealed record NetworkOutline(ImmutableArray<OutlinePart> Parts)
{
    /// <summary>All blocks in order.</summary>
    public IEnumerable<OutlineBlock> Blocks => Parts.SelectMany(part => part.Blocks);

    /// <summary>The outline of a graph without gradients.</summary>
    public static NetworkOutline Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return OutlineReader.Read(graph);
    }
}

/// <summary>What a part of a network is.</summary>
public enum PartKind
{
    /// <summary>A single layer of a network without stages, with the activations and normalizations behind it.</summary>
    Layer,

    /// <summary>What stands before the first stage.</summary>
    Stem,

    /// <summary>Blocks of one width.</summary>
    Stage,

    /// <summary>What stands behind the last stage.</summary>
    Head,
}

/// <summary>A part of a network.</summary>
/// <param name="Name">For example <c>stage1</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Nodes">All its nodes in order (indices into the graph), without parameters and state.</param>
/// <param name="Blocks">Its blocks; none in a stem, a head or a layer.</param>
/// <param name="Output">What it hands on.</param>
public sealed record OutlinePart(string Name, PartKind Kind, ImmutableArray<int> Nodes, ImmutableArray<OutlineBlock> Blocks, Value Output);

/// <summary>How a block's input reaches its end beside the branch.</summary>
public enum OutlineShortcut
{
    /// <summary>Not at all: a plain network.</summary>
    None,

    /// <summary>As it is.</summary>
    Identity,

    /// <summary>With zeros in place of channels that it lacks: shortcut A of [He15].</summary>
    ZeroPad,

    /// <summary>Through a convolution: shortcuts B and C of [He15].</summary>
    Projection,

    /// <summary>Changed in another way: scaled, gated, dropped or pooled.</summary>
    Other,
}

/// <summary>A residual block, or a block of a plain network.</summary>
/// <param name="Name">For example <c>stage1.block2</c>.</param>
/// <param name="Nodes">All its nodes in order (indices into the graph), without parameters and state.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Output">What it hands on.</param>
/// <param name="Shortcut">How its shortcut goes.</param>
/// <param name="ShortcutNodes">The nodes of the shortcut alone; none for an identity.</param>
/// <param name="Sum">The node where branch and shortcut meet (<see cref="Add"/> or <see cref="Concat"/>), or null.</param>
/// <param name="Branch">What the branch hands to the sum, or null without a sum.</param>
/// <param name="ShortcutValue">What the shortcut hands to the sum, or null without a sum.</param>
public sealed record OutlineBlock(
    string Name, ImmutableArray<int> Nodes, Value Input, Value Output, OutlineShortcut Shortcut, ImmutableArray<int> ShortcutNodes,
        Node? Sum,
    Value? Branch, Value? ShortcutValue);
