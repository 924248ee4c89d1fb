using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Reads the papers' tables off graphs.</summary>
static class PaperReader
{
    // [He15] table 1 and figure 3, by the exact multiply-adds: the figures there are partly rounded and partly cut off.
    static string? Printed(long multiplyAdds) => multiplyAdds switch
    {
        1_814_073_344 or 1_794_805_760 => "1.8",
        3_663_761_408 or 3_644_493_824 => "3.6",
        3_857_973_248 => "3.8",
        7_570_194_432 => "7.6",
        11_282_415_616 => "11.3",
        19_632_062_464 => "19.6",
        _ => null,
    };

    public static ImmutableArray<PaperTable> Read(IReadOnlyList<PaperNetwork> networks)
    {
        var tables = new List<PaperTable>();
        foreach (var network in networks)
        {
            var (rows, cells, isSmall) = Rows(network.Graph);
            var column = new PaperColumn(network.Name, cells, network.Graph.ParameterCount, network.Graph.MultiplyAdds,
                Printed(network.Graph.MultiplyAdds),
                network.OnCifar10 is { } small ? new PaperCosts(small.ParameterCount, small.MultiplyAdds) : null);
            var found = tables.FindIndex(table => table.IsSmallForm == isSmall && table.Rows.SequenceEqual(rows)
                && (!isSmall || Filters(table.Networks[0]).SequenceEqual(Filters(column))));
            if (found < 0) tables.Add(new PaperTable(isSmall, rows, [column]));
            else tables[found] = tables[found] with { Networks = tables[found].Networks.Add(column) };
        }
        return [.. tables];
    }

    /// <summary>The filters of each row of the form of section 4.2: the width of its last layer.</summary>
    public static IEnumerable<string> Filters(PaperColumn column) =>
        column.Cells.Take(column.Cells.Length - 1).Select(cell => cell.Groups[^1].Layers[^1].Split(", ")[1]);

    static (ImmutableArray<PaperRow> Rows, ImmutableArray<PaperCell> Cells, bool IsSmall) Rows(Graph graph)
    {
        var parts = NetworkOutline.Of(graph).Parts;
        var rows = ImmutableArray.CreateBuilder<PaperRow>();
        var cells = ImmutableArray.CreateBuilder<PaperCell>();
        // The pooling behind the stem opens the first stage's row, as in the papers.
        List<PaperGroup> opening = [];
        var stages = 0;
        foreach (var part in parts)
        {
            var nodes = part.Nodes.Select(index => graph.Nodes[index]).Where(node => node.Op is not Input).ToList();
            if (nodes.Count == 0) continue;
            var output = part.Output;
            if (part.Kind == PartKind.Stem)
            {
                var pool = nodes.FindIndex(node => node.Op is MaxPool or AveragePool);
                if (pool > 0)
                {
                    opening = Layers(graph, nodes[pool..]);
                    nodes = nodes[..pool];
                    output = nodes[^1].Output();
                }
            }
            var blocks = part.Blocks.SelectMany(block => block.Nodes).ToHashSet();
            var groups = part.Blocks.Length == 0 ? Layers(graph, nodes)
                : [.. Layers(graph, nodes.Where(node => !blocks.Contains(node.Index))), .. Blocks(graph, part)];
            if (part.Kind == PartKind.Stage)
            {
                groups.InsertRange(0, opening);
                opening = [];
                stages++;
            }
            if (groups.Count == 0) continue;
            var name = part.Kind switch
            {
                PartKind.Stem => "conv1",
                PartKind.Stage => $"conv{stages + 1}_x",
                PartKind.Head => "",
                _ => part.Name,
            };
            // A layer's map is what it hands on, although it may be made one row of features behind it.
            if (part.Kind == PartKind.Layer
                && nodes.FindLast(node => node.Outputs[0].Shape is { Rank: 4 } map && map[2] * map[3] > 1) is { } last)
                output = last.Output();
            var shape = graph.TypeOf(output).Shape;
            rows.Add(shape.Rank == 4 ? new PaperRow(name, shape[2], shape[3]) : new PaperRow(name, 1, 1));
            cells.Add(new PaperCell([.. groups]));
        }
        return (rows.ToImmutable(), cells.ToImmutable(), IsSmall(stages, rows, cells));
    }

    // A 3x3 convolution that keeps the size, and three stages of blocks of two 3x3 convolutions.
    static bool IsSmall(int stages, ImmutableArray<PaperRow>.Builder rows, ImmutableArray<PaperCell>.Builder cells) =>
        stages == 3 && rows.Count == 5 && rows[0].Height == rows[1].Height
        && cells[0].Groups is [{ IsBlock: false, Layers: [var stem] }] && stem.StartsWith("3x3, ", StringComparison.Ordinal)
        && cells.Skip(1).Take(3).All(cell => cell.Groups is [{ IsBlock: true, Layers: [var first, var second] }]
            && first == second && first.StartsWith("3x3, ", StringComparison.Ordinal) && !first.Contains("groups"));

    static List<PaperGroup> Layers(Graph graph, IEnumerable<Node> nodes)
    {
        var texts = nodes.Select(node => Text(graph, node, inBlock: false)).Where(text => text.Length > 0).ToList();
        return [.. texts.Select(text => new PaperGroup([text], false, 1))];
    }

    static IEnumerable<PaperGroup> Blocks(Graph graph, OutlinePart stage)
    {
        var blocks = stage.Blocks.Select(block => block.Nodes.Where(node => !block.ShortcutNodes.Contains(node))
            .Select(node => Text(graph, graph.Nodes[node], inBlock: true)).Where(text => text.Length > 0).ToImmutableArray());
        return OutlineReader.Runs(blocks, layers => string.Join('\n', layers)).Select(same => new PaperGroup(same[0], true, same.Count));
    }

    // Strides are told outside blocks only, and poolings within blocks not at all, as in the papers.
    static string Text(Graph graph, Node node, bool inBlock)
    {
        var channels = node.Outputs[0].Shape is { Rank: 4 } map ? map[1] : node.Outputs[0].Shape.Dimensions[^1];
        return node.Op switch
        {
            Conv2d { Window: var window, Groups: var groups } => Convolution(window, groups),
            FusedConv2d { Window: var window, Groups: var groups } => Convolution(window, groups),
            ConvTranspose2d { Window: var window } => $"{Sides(window)} transposed, {channels}{Stride(window)}",
            Linear => inBlock ? $"fc, {channels}"
                : $"{channels}-d fc{(graph.Outputs.Any(output => Reaches(graph, output.Value, node)) ? ", softmax" : "")}",
            _ when inBlock => "",
            MaxPool { Window: var window } => $"{Sides(window)} max pool{Stride(window)}",
            AveragePool { Window: var window } => $"{Sides(window)} average pool{Stride(window)}",
            GlobalAveragePool => "average pool",
            _ => "",
        };

        string Convolution(Window window, int groups) =>
            $"{Sides(window)}, {channels}{(groups > 1 ? $", {groups} groups" : "")}{(inBlock ? "" : Stride(window))}";
        static string Sides(Window window) => $"{window.KernelHeight}x{window.KernelWidth}";
        static string Stride(Window window) => window.StrideHeight == 1 && window.StrideWidth == 1 ? "" : $", stride {window.StrideHeight}";
    }

    // The classifier: nothing but a softmax may stand between it and what is handed out.
    static bool Reaches(Graph graph, Value output, Node node) =>
        output.Node == node.Index || graph.Nodes[output.Node] is { Op: Softmax } softmax && softmax.Inputs[0].Node == node.Index;
}
