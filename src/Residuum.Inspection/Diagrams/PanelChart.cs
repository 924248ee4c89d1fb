using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>The panels of a block diagram as a flow chart, a group for each.</summary>
static class PanelChart
{
    public static FlowChart Of(PanelSequence sequence)
    {
        var (graph, chart) = (sequence.Graph, new FlowChart(sequence.Name));
        var boxes = new Dictionary<int, int>();
        foreach (var panel in sequence.Panels)
        {
            // What comes from no panel stands before the first that reads it.
            var inside = panel.Nodes.ToHashSet();
            foreach (var source in panel.Nodes.SelectMany(index => MainWay.Read(graph, graph.Nodes[index])).Select(value => value.Node)
                .Distinct())
                if (!inside.Contains(source) && (!sequence.IsWhole || !boxes.ContainsKey(source)))
                    boxes[source] = chart.Box(graph.Nodes[source].Name, LayerText.Size(graph.Nodes[source]), isRound: true);
            var title = panel.Title ?? (panel.Block is null ? sequence.Outline.Parts[panel.Part].Name : panel.Block.Name);
            chart.Open(panel.Copies > 1 ? $"{title} ({panel.Note})" : title);
            foreach (var index in panel.Nodes)
                boxes[index] = chart.Box(LayerText.Of(graph, graph.Nodes[index]), isRound: graph.Nodes[index].Op is Graphs.Add);
            chart.Close();
            foreach (var index in panel.Nodes)
                foreach (var value in MainWay.Read(graph, graph.Nodes[index]).Distinct())
                {
                    var isShortcut = panel.Block is { } block
                        && (block.ShortcutNodes.Contains(index) || (index == block.Sum?.Index && value == block.ShortcutValue));
                    chart.Arrow(boxes[value.Node], boxes[index],
                        isShortcut && index == panel.Block!.Sum!.Index ? ShortcutText.Of(panel.Block.Shortcut) : null, isShortcut);
                }
            // Who reads an equal block reads the one that is shown.
            foreach (var equal in panel.Equal)
                for (var i = 0; i < equal.Length; i++) boxes[equal[i]] = boxes[panel.Nodes[i]];
        }
        return chart;
    }
}
