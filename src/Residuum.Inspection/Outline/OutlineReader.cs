using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Reads the outline off a graph.</summary>
static partial class OutlineReader
{
    [GeneratedRegex(@"^([^.]+\.block\d+)\.")]
    private static partial Regex BlockPrefix();

    public static NetworkOutline Read(Graph graph)
    {
        var nodes = graph.Nodes.Where(node => node.Op is not SourceOp).ToArray();
        if (nodes.Any(node => BlockPrefix().IsMatch(node.Name))) return Named(graph, nodes);
        var blocks = JoinedWays.Blocks(graph);
        return blocks.Count > 0 ? Structural(graph, nodes, blocks) : Layers(graph, nodes);
    }

    static NetworkOutline Named(Graph graph, Node[] nodes)
    {
        var parts = ImmutableArray.CreateBuilder<OutlinePart>();
        foreach (var part in Runs(nodes, node => node.Name.Split('.')[0]))
        {
            var blocks = part.Select(node => BlockPrefix().Match(node.Name).Groups[1].Value).Where(name => name.Length > 0).Distinct()
                .Select(name => Block(graph, name, [.. part.Where(node => node.Name.StartsWith(name + ".", StringComparison.Ordinal))]))
                .ToImmutableArray();
            var kind = blocks.Length > 0 ? PartKind.Stage
                : parts.Any(before => before.Kind == PartKind.Stage) ? PartKind.Head : PartKind.Stem;
            parts.Add(new OutlinePart(part[0].Name.Split('.')[0], kind, Indices(part), blocks, part[^1].Output()));
        }
        return new NetworkOutline(parts.ToImmutable());
    }

    // Blocks of one output shape make a stage; what stands between two blocks belongs to the later one's stage.
    static NetworkOutline Structural(Graph graph, Node[] nodes, List<Node[]> blocks)
    {
        var stages = Runs(blocks, block => graph.TypeOf(block[^1].Output()).Shape.ToString());
        var parts = ImmutableArray.CreateBuilder<OutlinePart>();
        var (first, next) = (blocks.Min(block => block[0].Index), 0);
        Add("stem", PartKind.Stem, first - 1, []);
        for (var i = 0; i < stages.Count; i++)
        {
            var name = $"stage{i + 1}";
            Add(name, PartKind.Stage, stages[i][^1].Max(node => node.Index),
                [.. stages[i].Select((block, j) => Block(graph, $"{name}.block{j + 1}", block))]);
        }
        Add("head", PartKind.Head, nodes[^1].Index, []);
        return new NetworkOutline(parts.ToImmutable());

        void Add(string name, PartKind kind, int last, ImmutableArray<OutlineBlock> inside)
        {
            var own = nodes.Where(node => node.Index >= next && node.Index <= last).ToArray();
            next = last + 1;
            if (own.Length > 0) parts.Add(
                new OutlinePart(name, kind, Indices(own), inside, inside.Length > 0 ? inside[^1].Output : own[^1].Output()));
        }
    }

    // Activations, normalizations and reshaping belong to the layer before them.
    static NetworkOutline Layers(Graph graph, Node[] nodes)
    {
        var parts = ImmutableArray.CreateBuilder<OutlinePart>();
        List<Node> layer = [];
        foreach (var node in nodes)
        {
            var begins = node.Op is Conv2d or FusedConv2d or ConvTranspose2d or Linear or MaxPool or AveragePool or GlobalAveragePool;
            if (begins && layer.Count > 0) Close();
            layer.Add(node);
        }
        if (layer.Count > 0) Close();
        return new NetworkOutline(parts.ToImmutable());

        void Close()
        {
            var namesake = layer.Find(node => node.Op is Conv2d or FusedConv2d or Linear) ?? layer[0];
            parts.Add(new OutlinePart(namesake.Name, PartKind.Layer, Indices(layer), [], layer[^1].Output()));
            layer = [];
        }
    }

    static OutlineBlock Block(Graph graph, string name, Node[] nodes)
    {
        var inside = nodes.Select(node => node.Index).ToHashSet();
        var input = nodes.SelectMany(node => node.Inputs)
            .First(value => !inside.Contains(value.Node) && graph.Nodes[value.Node].Op is Input or not SourceOp);
        var sum = nodes.LastOrDefault(node => node.Op is Add or Concat && node.Inputs.Length == 2);
        if (sum is null) return new OutlineBlock(
            name, Indices(nodes), input, nodes[^1].Output(), OutlineShortcut.None, [], null, null, null);
        var (branch, shortcut) = Ways(graph, sum, inside);
        var ofBranch = JoinedWays.Ancestors(graph, branch.Node, inside);
        var ofShortcut = JoinedWays.Ancestors(graph, shortcut.Node, inside);
        var own = nodes.Where(node => ofShortcut.Contains(node.Index) && !ofBranch.Contains(node.Index)).ToArray();
        return new OutlineBlock(name, Indices(nodes), input, nodes[^1].Output(), Kind(own), Indices(own), sum, branch, shortcut);
    }

    // The shortcut comes from outside, or says so, or is the way with fewer convolutions.
    static (Value Branch, Value Shortcut) Ways(Graph graph, Node sum, HashSet<int> inside)
    {
        var (first, second) = (sum.Inputs[0], sum.Inputs[1]);
        return Weight(first) < Weight(second) ? (second, first) : (first, second);

        int Weight(Value value)
        {
            if (!inside.Contains(value.Node)) return -2;
            if (graph.Nodes[value.Node].Name.Contains(".shortcut", StringComparison.Ordinal)) return -1;
            return JoinedWays.Ancestors(graph, value.Node, inside).Count(index => graph.Nodes[index].Op is Conv2d or FusedConv2d);
        }
    }

    internal static OutlineShortcut Kind(Node[] shortcut)
    {
        if (shortcut.Length == 0) return OutlineShortcut.Identity;
        if (shortcut.Any(node => node.Op is Conv2d or FusedConv2d)) return OutlineShortcut.Projection;
        return shortcut.All(node => node.Op is Subsample or PadChannels) && shortcut.Any(node => node.Op is PadChannels)
            ? OutlineShortcut.ZeroPad
            : OutlineShortcut.Other;
    }

    static ImmutableArray<int> Indices(IEnumerable<Node> nodes) => [.. nodes.Select(node => node.Index)];

    // Neighbours of one key, in order.
    internal static List<List<T>> Runs<T>(IEnumerable<T> items, Func<T, string> key)
    {
        var runs = new List<List<T>>();
        foreach (var item in items)
        {
            if (runs.Count == 0 || key(runs[^1][0]) != key(item)) runs.Add([]);
            runs[^1].Add(item);
        }
        return runs;
    }
}
