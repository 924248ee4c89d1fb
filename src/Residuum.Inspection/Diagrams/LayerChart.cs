using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>The layers of networks as flow charts, a group for each part.</summary>
static class LayerChart
{
    public static FlowChart Of(IReadOnlyList<LayerSequence> networks)
    {
        var chart = new FlowChart(string.Join(", ", networks.Select(network => network.Name)));
        foreach (var network in networks)
        {
            if (networks.Count > 1) chart.Open(network.Name);
            Add(chart, network);
            if (networks.Count > 1) chart.Close();
        }
        return chart;
    }

    static void Add(FlowChart chart, LayerSequence network)
    {
        var ids = new List<int>();
        foreach (var part in OutlineReader.Runs(network.Layers, layer => $"{layer.Part}"))
        {
            var outline = part[0].Part < 0 ? null : network.Outline.Parts[part[0].Part];
            var isGroup = outline is not null && outline.Kind != PartKind.Layer;
            if (isGroup) chart.Open(outline!.Name);
            foreach (var layer in part)
                ids.Add(chart.Box(layer.Copies > 1 ? $"{layer.Text} (x {layer.Copies})" : layer.Text,
                    layer.IsMap ? LayerText.Size(layer.Node) : $"{layer.Channels}",
                    isRound: layer.Part < 0));
            if (isGroup) chart.Close();
        }
        for (var i = 1; i < ids.Count; i++) chart.Arrow(ids[i - 1], ids[i]);
        foreach (var way in network.Shortcuts.OrderBy(way => way.From).ThenBy(way => way.To))
            chart.Arrow(ids[way.From], ids[way.To], ShortcutText.Of(way.Kind), isDashed: true);
    }
}
