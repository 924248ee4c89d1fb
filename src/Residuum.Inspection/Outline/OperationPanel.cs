using System.Collections.Immutable;
using Residuum.Foundation;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Operations that a block diagram shows together.</summary>
/// <param name="Title">What stands above them, or null.</param>
/// <param name="Note">What stands below that, or null.</param>
/// <param name="Part">Their part in the outline.</param>
/// <param name="Block">Their block, or null.</param>
/// <param name="Nodes">The operations in order.</param>
/// <param name="Equal">Blocks that look the same and are not shown; of each the nodes in the same order.</param>
sealed record OperationPanel(
    string? Title, string? Note, int Part, OutlineBlock? Block, ImmutableArray<int> Nodes, ImmutableArray<ImmutableArray<int>> Equal)
{
    public int Copies => Equal.Length + 1;
}

/// <summary>A network's operations in panels.</summary>
sealed record PanelSequence(string Name, Graph Graph, NetworkOutline Outline, ImmutableArray<OperationPanel> Panels, bool IsWhole);

/// <summary>Divides a network's operations into panels.</summary>
static class PanelReader
{
    // What has no blocks is cut where it would be too long to read.
    const int MostOperations = 16;

    /// <summary>All of a network; equal neighbouring blocks once.</summary>
    public static PanelSequence Network(string name, Graph graph)
    {
        var outline = NetworkOutline.Of(graph);
        var panels = ImmutableArray.CreateBuilder<OperationPanel>();
        List<int> layers = [];
        for (var i = 0; i < outline.Parts.Length; i++)
        {
            var part = outline.Parts[i];
            if (part.Kind == PartKind.Layer)
            {
                // Single layers are too little for a panel.
                if (layers.Count + part.Nodes.Length > MostOperations) AddLayers(i - 1);
                layers.AddRange(part.Nodes);
                continue;
            }
            var inBlocks = part.Blocks.SelectMany(block => block.Nodes).ToHashSet();
            var next = 0;
            foreach (var equal in OutlineReader.Runs(part.Blocks, block => BlockSignature.Exact(graph, block)))
            {
                AddLoose(part, i, inBlocks, next, equal[0].Nodes[0]);
                next = equal[^1].Nodes[^1] + 1;
                panels.Add(new OperationPanel(Title(equal), equal.Count > 1 ? $"x {equal.Count}" : null, i, equal[0], equal[0].Nodes,
                    [.. equal.Skip(1).Select(block => block.Nodes)]));
            }
            AddLoose(part, i, inBlocks, next, int.MaxValue);
        }
        AddLayers(outline.Parts.Length - 1);
        return new PanelSequence(name, graph, outline, panels.ToImmutable(), true);

        void AddLayers(int part)
        {
            if (layers.Count > 0) panels.Add(new OperationPanel(null, null, part, null, [.. layers], []));
            layers = [];
        }

        void AddLoose(OutlinePart part, int index, HashSet<int> inBlocks, int from, int to)
        {
            foreach (var nodes in part.Nodes.Where(node => node >= from && node < to && !inBlocks.Contains(node)).Chunk(MostOperations))
                panels.Add(new OperationPanel(LooseTitle(part, nodes), null, index, null, [.. nodes], []));
        }

        string? LooseTitle(OutlinePart part, int[] nodes) =>
            part.Kind == PartKind.Stage && nodes.Any(node => graph.Nodes[node].Op is Add or Concat) ? "shortcut past blocks" : null;
    }

    /// <summary>One block of each kind that a network has, or the one of a name.</summary>
    /// <exception cref="ResiduumException">There is no such block, or no block at all.</exception>
    public static PanelSequence Blocks(string name, Graph graph, string? wanted)
    {
        var outline = NetworkOutline.Of(graph);
        var blocks = outline.Parts.SelectMany((part, index) => part.Blocks.Select(block => (Part: index, Block: block))).ToArray();
        if (blocks.Length == 0)
            throw new ResiduumException($"{name} has no blocks to draw; draw the whole network, as blocks or as volumes.");
        if (wanted is null)
            return new PanelSequence(name, graph, outline,
                [.. blocks.GroupBy(pair => BlockSignature.Kind(graph, pair.Block)).Select(equal =>
                Panel(equal.First(), $"{equal.Count()} of {blocks.Length} blocks"))], false);
        foreach (var pair in blocks)
            if (pair.Block.Name == wanted) return new PanelSequence(name, graph, outline, [Panel(pair, null)], false);
        var nearest = EditDistance.Nearest(wanted, blocks.Select(pair => pair.Block.Name));
        throw new ResiduumException($"{name} has no block {Printable.Quote(wanted)}; "
            + (nearest is null ? $"its blocks are {blocks[0].Block.Name} to {blocks[^1].Block.Name}." : $"the nearest is {nearest}."));

        OperationPanel Panel((int Part, OutlineBlock Block) pair, string? note) => new(
            pair.Block.Name, string.Join("; ", new[] { Shortcut(pair.Block), note }.OfType<string>()), pair.Part, pair.Block,
                pair.Block.Nodes, []);
    }

    static string Shortcut(OutlineBlock block) =>
        block.Shortcut == OutlineShortcut.None ? "no shortcut" : $"{ShortcutText.Of(block.Shortcut)} shortcut";

    static string Title(List<OutlineBlock> equal) =>
        equal.Count == 1 ? equal[0].Name : $"{equal[0].Name} to {equal[^1].Name[(equal[^1].Name.LastIndexOf('.') + 1)..]}";
}
