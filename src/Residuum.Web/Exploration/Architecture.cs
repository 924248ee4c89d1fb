using Residuum.Graphs;
using Residuum.Inspection;
using Residuum.Models;

namespace Residuum.Web.Exploration;

/// <summary>What can be said of a network before its weights are there. Immutable.</summary>
sealed class Architecture
{
    readonly Dictionary<string, string> _ends = new(StringComparer.Ordinal);

    public Architecture(NetworkSpec network)
    {
        Network = network;
        Graph = network.Build();
        Summary = NetworkSummary.Of(network.Name, Graph);
        Outline = NetworkOutline.Of(Graph);
        foreach (var node in Graph.Nodes)
            if (node.Op is not SourceOp) _ends[node.Name] = node.Name;
        foreach (var part in Outline.Parts) _ends.TryAdd(part.Name, NameOf(part.Output));
        foreach (var block in Outline.Blocks) _ends.TryAdd(block.Name, NameOf(block.Output));
    }

    public NetworkSpec Network { get; }

    public Graph Graph { get; }

    public NetworkSummary Summary { get; }

    public NetworkOutline Outline { get; }

    /// <summary>The node whose value a node, a block or a part hands on.</summary>
    /// <exception cref="ResiduumException">There is nothing of this name.</exception>
    public string EndOf(string layer) => _ends.TryGetValue(layer, out var node) ? node
        : throw new ResiduumException($"{Network.Name} has no layer '{(layer.Length > 60 ? layer[..60] + "..." : layer)}'; "
        + "choose one of the list.");

    /// <summary>The names of the parameters of each node that has some.</summary>
    public IReadOnlyDictionary<string, string[]> Parameters() => Graph.Nodes
        .Select(node => (node.Name, Names: node.Inputs.Where(input => Graph.Nodes[input.Node].Op is Parameter).Select(NameOf).ToArray()))
        .Where(each => each.Names.Length > 0).ToDictionary(each => each.Name, each => each.Names);

    /// <summary>The parts with their blocks and the names of their nodes.</summary>
    public IReadOnlyList<PartAnswer> Parts() =>
    [
        .. Outline.Parts.Select(part => new PartAnswer(part.Name, Word(part.Kind), SizeOf(part.Output), NameOf(part.Output),
            [.. part.Blocks.Select(block =>
                new BlockAnswer(block.Name, Word(block.Shortcut), SizeOf(block.Output), NameOf(block.Output), Names(block.Nodes)))],
            Names(part.Nodes))),
    ];

    string[] Names(IEnumerable<int> nodes) => [.. nodes.Select(index => Graph.Nodes[index].Name)];

    string NameOf(Value value) => Graph.Nodes[value.Node].Name;

    int[] SizeOf(Value value) => [.. Graph.TypeOf(value).Shape.Dimensions.AsSpan()[1..]];

    static string Word(PartKind kind) => kind switch
    {
        PartKind.Stem => "stem",
        PartKind.Stage => "stage",
        PartKind.Head => "head",
        _ => "layer",
    };

    static string Word(OutlineShortcut shortcut) => shortcut switch
    {
        OutlineShortcut.None => "no shortcut",
        OutlineShortcut.Identity => "identity shortcut",
        OutlineShortcut.ZeroPad => "zero-padded shortcut",
        OutlineShortcut.Projection => "projection shortcut",
        _ => "other shortcut",
    };
}
