using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Residuum.Inspection;

/// <summary>Writes a summary as plain text.</summary>
static class SummaryText
{
    public static string Write(NetworkSummary summary)
    {
        var text = new StringBuilder();
        text.Append($"{summary.Name}: {Number(summary.Parameters)} parameters");
        if (summary.TotalParameters != summary.Parameters) text.Append($" ({Number(summary.TotalParameters)} with running statistics)");
        text.Append($", {Number(summary.MultiplyAdds)} multiply-adds and {Memory(summary.ActivationBytes)} of maps for an image of "
            + $"{Size(summary.Input)}\n\n");
        PlainTable.Write(text, [("Stage", false), ("Output", true), ("Layers", false), ("Parameters", true), ("Multiply-adds", true)],
            [.. summary.Stages.Select(stage => (string[])
                [stage.Name, Size(stage.Output), stage.Layers, Number(stage.Parameters), Number(stage.MultiplyAdds)])]);
        text.Append('\n');
        // Where names do not say it, as in networks that others exported.
        var hasPlaces = summary.Nodes.Any(
            node => node.Block is not null && !node.Name.StartsWith(Place(node) + ".", StringComparison.Ordinal));
        var hasGroups = summary.Nodes.Any(node => node.Groups is not null);
        PlainTable.Write(text,
            [("Node", false), ("Kind", false), .. hasPlaces ? [("Place", false)] : ((string, bool)[])[], ("Output", true), ("Kernel", true),
                ("Stride", true), ("Padding", true),
                .. hasGroups ? [("Groups", true)] : ((string, bool)[])[], ("Parameters", true), ("Multiply-adds", true),
                ("Memory", true), ("Receptive field", true)],
            [.. summary.Nodes.Select(node => (string[])
                [node.Name, node.Kind, .. hasPlaces ? [Place(node)] : (string[])[], Size(node.Output), node.Kernel ?? "", node.Stride ?? "",
                    node.Padding ?? "",
                    .. hasGroups ? [node.Groups?.ToString(CultureInfo.InvariantCulture) ?? ""] : (string[])[],
                    node.Parameters == 0 ? "" : Number(node.Parameters), node.MultiplyAdds == 0 ? "" : Number(node.MultiplyAdds),
                    Memory(node.ActivationBytes),
                    node.ReceptiveField is { } side ? Number(side) : "image"])]);
        if (summary.Estimate is { } estimate) text.Append('\n').Append(estimate.ToText());
        return text.ToString();
    }

    static string Place(NodeSummary node) => node.Block is { } block ? $"{node.Stage}.block{block}" : node.Stage ?? "";

    /// <summary>Bytes for people: as they are, in kilobytes of 1000, or in megabytes.</summary>
    public static string Memory(long bytes) => bytes < 1000 ? $"{bytes} B" : bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");

    public static string Size(ImmutableArray<int> size) => string.Join('x', size);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
