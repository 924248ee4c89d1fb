using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>A layer that a diagram shows.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Text">What it is called.</param>
/// <param name="Part">Its part in the outline; -1 for the image.</param>
/// <param name="Block">Its block, or null.</param>
/// <param name="Copies">How many equal blocks the shown one stands for; 1 elsewhere.</param>
sealed record ShownLayer(Node Node, string Text, int Part, OutlineBlock? Block, int Copies)
{
    public int Channels => LayerText.Width(Node);

    /// <summary>Height and width of its maps; 0 for features without a place.</summary>
    public int Height => Node.Outputs[0].Shape is { Rank: 4 } shape ? shape[2] : 0;

    public int Width => Node.Outputs[0].Shape is { Rank: 4 } shape ? shape[3] : 0;

    public bool IsMap => Height > 0;
}

/// <summary>A way beside the layers.</summary>
/// <param name="From">The layer behind which it leaves.</param>
/// <param name="To">The layer behind which it meets the others again.</param>
/// <param name="Kind">What happens to it.</param>
/// <param name="Join">How it meets them.</param>
/// <param name="Level">How many others it reaches over.</param>
sealed record ShownShortcut(int From, int To, OutlineShortcut Kind, Op Join, int Level);

/// <summary>
/// A network as a sequence of layers with ways beside it: what volumes and columns are drawn from. Of networks with more than
/// <see cref="MostBlocks"/> blocks, equal neighbours are shown once.
/// </summary>
sealed record LayerSequence(
    string Name, Graph Graph, NetworkOutline Outline, ImmutableArray<ShownLayer> Layers, ImmutableArray<ShownShortcut> Shortcuts)
{
    public const int MostBlocks = 40;

    public static LayerSequence Of(string name, Graph graph) => LayerReader.Read(name, graph);
}
