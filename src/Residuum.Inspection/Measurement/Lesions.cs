using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Networks with one block taken away, after Veit et al. (2016), section 4.1.</summary>
static class Lesions
{
    /// <summary>How a block can be taken away.</summary>
    public static BlockRemoval Kind(Graph graph, OutlineBlock block) => block switch
    {
        { Shortcut: OutlineShortcut.None } or { Shortcut: OutlineShortcut.Identity, Sum.Op: Add } =>
            graph.TypeOf(block.Input) == graph.TypeOf(block.Output) ? BlockRemoval.Block : BlockRemoval.None,
        { Sum.Op: Add } => BlockRemoval.Branch,
        _ => BlockRemoval.None,
    };

    /// <summary>The network without a block; null where it cannot be taken away.</summary>
    public static Graph? Without(Graph graph, OutlineBlock block)
    {
        var kind = Kind(graph, block);
        if (kind == BlockRemoval.None) return null;
        var (removed, kept) = kind == BlockRemoval.Block ? (block.Output, block.Input) : (block.Sum!.Output(), block.ShortcutValue!);
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes) builder.Add(node.Name, node.Op, [.. node.Inputs.Select(Map)]);
        foreach (var output in graph.Outputs) builder.Output(output.Name, Map(output.Value));
        return builder.Build();

        Value Map(Value value) => value == removed ? kept : value;
    }
}
