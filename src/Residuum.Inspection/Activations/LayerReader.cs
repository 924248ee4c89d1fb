using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Reads the layers that a diagram shows off a graph.</summary>
static class LayerReader
{
    public static LayerSequence Read(string name, Graph graph)
    {
        var outline = NetworkOutline.Of(graph);
        var way = MainWay.Of(graph, outline);
        var copies = Copies(graph, outline);
        var (parts, blocks) = Places(outline);
        var all = new List<ShownLayer>();
        if (graph.Inputs.FirstOrDefault() is { } image) all.Add(new ShownLayer(image, LayerText.Of(graph, image), -1, null, 1));
        foreach (var node in way.Where(node => IsShown(graph, node)))
        {
            var block = blocks.GetValueOrDefault(node.Index);
            all.Add(new ShownLayer(node, LayerText.Of(graph, node), parts[node.Index], block, block is null ? 1 : copies[block.Nodes[0]]));
        }
        // Where a layer is drawn: itself, or the last one before the copies that are left out.
        var places = new int[all.Count];
        var shown = ImmutableArray.CreateBuilder<ShownLayer>();
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Copies > 0) shown.Add(all[i]);
            places[i] = shown.Count - 1;
        }
        var shortcuts = Shortcuts(graph, outline, way, all)
            .Where(shortcut => all[shortcut.To].Copies > 0 || all[shortcut.To].Block is null || shortcut.Level > 0)
            .Select(shortcut => shortcut with { From = places[shortcut.From], To = places[shortcut.To] })
            .Where(shortcut => shortcut.From < shortcut.To);
        return new LayerSequence(name, graph, outline, shown.ToImmutable(), Levels([.. shortcuts]));
    }

    // How many blocks a shown block stands for, by its first node; 0 for one that another stands for.
    static Dictionary<int, int> Copies(Graph graph, NetworkOutline outline)
    {
        var copies = outline.Blocks.ToDictionary(block => block.Nodes[0], _ => 1);
        if (copies.Count <= LayerSequence.MostBlocks) return copies;
        foreach (var part in outline.Parts)
            foreach (var equal in OutlineReader.Runs(part.Blocks, block => BlockSignature.Exact(graph, block)))
                for (var i = 0; i < equal.Count; i++) copies[equal[i].Nodes[0]] = i == 0 ? equal.Count : 0;
        return copies;
    }

    static (Dictionary<int, int> Parts, Dictionary<int, OutlineBlock> Blocks) Places(NetworkOutline outline)
    {
        var parts = new Dictionary<int, int>();
        var blocks = new Dictionary<int, OutlineBlock>();
        for (var i = 0; i < outline.Parts.Length; i++)
        {
            foreach (var node in outline.Parts[i].Nodes) parts[node] = i;
            foreach (var block in outline.Parts[i].Blocks)
                foreach (var node in block.Nodes) blocks[node] = block;
        }
        return (parts, blocks);
    }

    // Whatever has weights or gathers, and what else changes the size.
    static bool IsShown(Graph graph, Node node)
    {
        if (node.Op is Flatten or PadPixels || node.Outputs[0].Shape.Rank is not (2 or 4)) return false;
        if (node.Op is Conv2d or FusedConv2d or ConvTranspose2d or Linear or MaxPool or AveragePool or GlobalAveragePool) return true;
        return MainWay.Read(graph, node).FirstOrDefault() is { } input && graph.TypeOf(input).Shape != node.Outputs[0].Shape;
    }

    // Those of blocks have the level 0 here, others 1.
    static IEnumerable<ShownShortcut> Shortcuts(Graph graph, NetworkOutline outline, List<Node> way, List<ShownLayer> layers)
    {
        foreach (var inside in layers.Select((layer, index) => (layer.Block, index)).Where(pair => pair.Block?.Sum is not null)
            .GroupBy(pair => pair.Block!.Nodes[0]))
            if (inside.First() is { Block: { } block, index: > 0 and var first })
                yield return new ShownShortcut(first - 1, inside.Last().index, block.Shortcut, block.Sum!.Op, 0);
        var inBlocks = outline.Blocks.SelectMany(block => block.Nodes).ToHashSet();
        var onWay = way.Select(node => node.Index).ToHashSet();
        foreach (var node in way)
        {
            if (inBlocks.Contains(node.Index) || node.Op is not (Add or Concat or Multiply)) continue;
            var inputs = MainWay.Read(graph, node).Distinct().ToArray();
            if (inputs.Length < 2) continue;
            var main = inputs.First(value => onWay.Contains(value.Node));
            var before = JoinedWays.Ancestors(graph, main.Node);
            foreach (var other in inputs.Where(value => value != main))
            {
                var own = JoinedWays.Ancestors(graph, other.Node);
                var common = own.Where(before.Contains).Append(-1).Max();
                own.ExceptWith(before);
                yield return new ShownShortcut(
                    Last(common), Last(node.Index), OutlineReader.Kind([.. own.Order().Select(index => graph.Nodes[index])]), node.Op, 1);
            }
        }

        int Last(int node) => Math.Max(0, layers.FindLastIndex(layer => layer.Node.Index <= node));
    }

    static ImmutableArray<ShownShortcut> Levels(List<ShownShortcut> shortcuts)
    {
        var placed = new List<ShownShortcut>();
        foreach (var shortcut in shortcuts.OrderBy(each => each.Level).ThenBy(each => each.To - each.From).ThenBy(each => each.From))
        {
            var under = placed.Where(other => other.From < shortcut.To && shortcut.From < other.To).ToArray();
            placed.Add(shortcut with { Level = under.Length == 0 ? 0 : under.Max(other => other.Level) + 1 });
        }
        return [.. placed];
    }
}
