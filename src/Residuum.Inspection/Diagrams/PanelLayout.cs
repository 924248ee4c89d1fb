using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>A box of a panel: an operation, or where a value comes in.</summary>
sealed class PanelBox(Node node, bool isEntry, string text)
{
    public Node Node => node;
    public bool IsEntry => isEntry;
    public string Text => text;
    public List<PanelBox> Inputs { get; } = [];
    public int Row { get; set; }
    public PanelLane Lane { get; set; } = null!;
}

/// <summary>Boxes one below another, or a line that passes boxes by: what takes a column from one row to another.</summary>
sealed class PanelLane
{
    public List<PanelBox> Boxes { get; } = [];
    public int First { get; set; }
    public int Last { get; set; }
    public int Column { get; set; }

    /// <summary>What stands on the line, or null.</summary>
    public string? Label { get; init; }
}

/// <summary>A line between two boxes that runs down in a lane.</summary>
sealed record PanelLine(PanelBox From, PanelBox To, PanelLane Lane);

/// <summary>
/// Places operations in rows and columns: every one below all that it reads, the way of the most layers in the first column, others beside
/// it, the shorter ones nearer.
/// </summary>
sealed class PanelLayout
{
    readonly PanelLane _main = new();

    public PanelLayout(Graph graph, OperationPanel panel, int[] before)
    {
        Panel = panel;
        var boxes = new Dictionary<int, PanelBox>();
        var inside = panel.Nodes.ToHashSet();
        var output = panel.Block?.Output.Node ?? panel.Nodes[^1];
        var entry = output;
        while (inside.Contains(entry) && before[entry] >= 0) entry = before[entry];
        foreach (var index in panel.Nodes)
        {
            var node = graph.Nodes[index];
            var box = new PanelBox(node, false, LayerText.Of(graph, node));
            foreach (var source in MainWay.Read(graph, node).Select(value => value.Node).Distinct())
            {
                if (!boxes.ContainsKey(source))
                    boxes[source] = new PanelBox(graph.Nodes[source], true,
                        source == entry ? LayerText.Size(graph.Nodes[source]) : graph.Nodes[source].Name);
                box.Inputs.Add(boxes[source]);
                box.Row = Math.Max(box.Row, boxes[source].Row + 1);
            }
            boxes[index] = box;
        }
        Boxes = [.. boxes.Values];
        Output = boxes[output];
        for (var index = output; boxes.TryGetValue(index, out var box); index = before[index])
        {
            _main.Boxes.Insert(0, box);
            box.Lane = _main;
            if (box.IsEntry || before[index] < 0) break;
        }
        PlaceRest(panel);
    }

    public OperationPanel Panel { get; }
    public List<PanelBox> Boxes { get; }
    public PanelBox Output { get; }
    public List<PanelLane> Lanes { get; } = [];
    public List<PanelLine> Lines { get; } = [];
    public int Rows => Boxes.Max(box => box.Row) + 1;

    /// <summary>Whether the line is part of the shortcut of the panel's block.</summary>
    public bool IsShortcut(PanelLine line) => Panel.Block is { } block
        && (block.ShortcutNodes.Contains(line.To.Node.Index) || line.To.Node == block.Sum
        && line.From.Node.Index == block.ShortcutValue!.Node);

    void PlaceRest(OperationPanel panel)
    {
        var readers = Boxes.SelectMany(box => box.Inputs.Select(input => (input, box))).ToLookup(pair => pair.input, pair => pair.box);
        foreach (var box in Boxes.OrderBy(box => box.Row).Where(box => box.Lane is null))
        {
            if (box.Lane is not null) continue;
            var lane = new PanelLane();
            for (var next = box; next is not null; next = readers[next].FirstOrDefault(reader => reader.Lane is null))
            {
                lane.Boxes.Add(next);
                next.Lane = lane;
            }
            Lanes.Add(lane);
        }
        var left = new HashSet<PanelBox>();
        foreach (var lane in Lanes) (lane.First, lane.Last) = (lane.Boxes[0].Row, lane.Boxes[^1].Row);
        foreach (var to in Boxes)
            for (var i = 0; i < to.Inputs.Count; i++)
                Lines.Add(new PanelLine(to.Inputs[i], to, LaneOf(panel, to.Inputs[i], to, i == 0, left)));
        Lanes.Sort((one, other) => (one.Last - one.First, one.First).CompareTo((other.Last - other.First, other.First)));
        for (var i = 0; i < Lanes.Count; i++)
        {
            var taken = Lanes.Take(i).Where(other => other.First < Lanes[i].Last && Lanes[i].First < other.Last)
                .Select(other => other.Column).ToHashSet();
            Lanes[i].Column = Enumerable.Range(1, i + 1).First(column => !taken.Contains(column));
        }
    }

    // Down the lane of the box that it leads to first, or of the one that it leaves last, or one of its own.
    PanelLane LaneOf(OperationPanel panel, PanelBox from, PanelBox to, bool isFirst, HashSet<PanelBox> left)
    {
        if (from.Lane == to.Lane && from.Lane.Boxes.IndexOf(to) == from.Lane.Boxes.IndexOf(from) + 1) return to.Lane;
        if (to.Lane != _main && isFirst && to.Lane.Boxes[0] == to)
        {
            to.Lane.First = Math.Min(to.Lane.First, from.Row);
            return to.Lane;
        }
        if (from.Lane != _main && from.Lane.Boxes[^1] == from && left.Add(from))
        {
            from.Lane.Last = Math.Max(from.Lane.Last, to.Row);
            return from.Lane;
        }
        var isShortcut = panel.Block is { } block && to.Node == block.Sum && from.Node.Index == block.ShortcutValue!.Node;
        var lane = new PanelLane { First = from.Row, Last = to.Row, Label = isShortcut ? ShortcutText.Of(panel.Block!.Shortcut) : null };
        Lanes.Add(lane);
        return lane;
    }
}
