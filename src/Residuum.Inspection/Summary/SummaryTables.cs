using System.Collections.Immutable;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>Reads the rows of a summary off a graph.</summary>
static class SummaryTables
{
    /// <summary>A shape without its batch.</summary>
    public static ImmutableArray<int> OneImage(Shape shape) => shape.HasFreeBatch ? shape.Dimensions[1..] : shape.Dimensions;

    public static ImmutableArray<NodeSummary> Nodes(Graph graph)
    {
        var fields = new ReceptiveFields(graph);
        var positions = Positions(graph);
        // A parameter that several nodes share is counted where it is read first.
        var counted = new HashSet<int>();
        var rows = ImmutableArray.CreateBuilder<NodeSummary>();
        foreach (var node in graph.Nodes)
        {
            if (node.Op is Parameter or State) continue;
            var parameters = node.Inputs
                .Where(input => graph.Nodes[input.Node].Op is Parameter && counted.Add(input.Node))
                .Sum(input => graph.TypeOf(input).Shape.Count);
            var (kernel, stride, padding) = WindowText(node.Op);
            var (stage, block) = positions.GetValueOrDefault(node.Index);
            rows.Add(new NodeSummary(node.Name, node.Op.Kind, OneImage(node.Outputs[0].Shape), parameters,
                node.Op.MultiplyAdds(graph.InputTypes(node), node.Outputs.AsSpan()), kernel, stride, padding, fields.Side(node),
                    GroupsOf(node.Op),
                node.Outputs[0].Shape.WithBatch(1).Count * sizeof(float), stage, block));
        }
        return rows.ToImmutable();
    }

    // The part of each node, and its block's number in that part.
    static Dictionary<int, (string? Stage, int? Block)> Positions(Graph graph)
    {
        var positions = new Dictionary<int, (string? Stage, int? Block)>();
        foreach (var part in NetworkOutline.Of(graph).Parts)
        {
            foreach (var node in part.Nodes) positions[node] = (part.Name, null);
            for (var i = 0; i < part.Blocks.Length; i++)
                foreach (var node in part.Blocks[i].Nodes) positions[node] = (part.Name, i + 1);
        }
        return positions;
    }

    public static ImmutableArray<StageSummary> Stages(Graph graph, ImmutableArray<NodeSummary> rows)
    {
        var stages = ImmutableArray.CreateBuilder<StageSummary>();
        foreach (var group in OutlineReader.Runs(rows.Where(row => graph.Find(row.Name)!.Op is not Input), StageName))
        {
            var layers = Layers(graph, group);
            var (parameters, multiplyAdds) = (group.Sum(row => row.Parameters), group.Sum(row => row.MultiplyAdds));
            // In a network without stages activations and normalizations are no rows of their own; what they cost counts with the layer
            // before.
            if (layers.Length == 0 && !group[0].Name.Contains('.') && (parameters == 0 && multiplyAdds == 0 || stages.Count > 0))
            {
                if (stages.Count > 0)
                    stages[^1] = stages[^1] with
                    {
                        Parameters = stages[^1].Parameters + parameters,
                        MultiplyAdds = stages[^1].MultiplyAdds + multiplyAdds
                    };
                continue;
            }
            stages.Add(new StageSummary(StageName(group[0]), group[^1].Output, layers, parameters, multiplyAdds));
        }
        return stages.ToImmutable();
    }

    // Max pooling has a row of its own, because the papers' tables give the size before it and after it.
    static string StageName(NodeSummary row) =>
        row.Kind == nameof(MaxPool) || !row.Name.Contains('.') ? row.Name : row.Name[..row.Name.IndexOf('.')];

    static string Layers(Graph graph, List<NodeSummary> stage)
    {
        var parts = new List<string>();
        foreach (var block in OutlineReader.Runs(stage.Where(row => !row.Name.Contains(".shortcut.")), BlockName))
        {
            var isBlock = BlockName(block[0]).Length > 0;
            var layers = block.Select(row => LayerText(graph.Find(row.Name)!, row, withStride: !isBlock)).Where(text => text.Length > 0);
            parts.Add(isBlock ? $"[{string.Join("; ", layers)}]" : string.Join("; ", layers));
        }
        // The papers' tables give the count of equal blocks even where it is 1.
        return string.Join("; ", OutlineReader.Runs(parts, part => part)
            .Select(same => same.Count == 1 && same[0] is not ['[', ..] ? same[0] : $"{same[0]} x {same.Count}"));
    }

    static string BlockName(NodeSummary row) => row.Name.Split('.') is [_, var block, _, ..] ? block : "";

    static string LayerText(Node node, NodeSummary row, bool withStride)
    {
        var stride = withStride && row.Stride is not (null or "1") ? $", stride {row.Stride}" : "";
        return node.Op switch
        {
            Conv2d or FusedConv2d => $"{row.Kernel}, {row.Output[0]}{(row.Groups is { } groups ? $", {groups} groups" : "")}{stride}",
            MaxPool => $"{row.Kernel} max pool{stride}",
            AveragePool => $"{row.Kernel} average pool{stride}",
            ConvTranspose2d => $"{row.Kernel} transposed, {row.Output[0]}",
            Upsample upsample => $"enlarged {Pair(upsample.FactorHeight, upsample.FactorWidth)} times",
            GlobalAveragePool => "average pool",
            Linear => $"{row.Output[^1]}-d linear",
            _ => "",
        };
    }

    static int? GroupsOf(Op op) => op switch
    {
        Conv2d { Groups: > 1 and var groups } => groups,
        FusedConv2d { Groups: > 1 and var groups } => groups,
        _ => null,
    };

    static (string? Kernel, string? Stride, string? Padding) WindowText(Op op) => op switch
    {
        Conv2d { Window: var window } => Text(window),
        FusedConv2d { Window: var window } => Text(window),
        MaxPool { Window: var window } => Text(window),
        AveragePool { Window: var window } => Text(window),
        ConvTranspose2d { Window: var window } => Text(window),
        Subsample subsample => (null, Pair(subsample.StrideHeight, subsample.StrideWidth), null),
        _ => (null, null, null),
    };

    static (string Kernel, string Stride, string Padding) Text(Window window) =>
        ($"{window.KernelHeight}x{window.KernelWidth}", Pair(window.StrideHeight, window.StrideWidth),
            window.PadTop == window.PadBottom && window.PadLeft == window.PadRight
                ? Pair(window.PadTop, window.PadLeft)
                : $"{window.PadTop},{window.PadLeft},{window.PadBottom},{window.PadRight}");

    static string Pair(int height, int width) => height == width ? $"{height}" : $"{height}x{width}";
}
