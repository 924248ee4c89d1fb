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
        text.Append($", {Number(summary.MultiplyAdds)} multiply-adds for an image of {Size(summary.Input)}\n\n");
        PlainTable.Write(text, [("Stage", false), ("Output", true), ("Layers", false), ("Parameters", true), ("Multiply-adds", true)],
            [.. summary.Stages.Select(stage => (string[])
                [stage.Name, Size(stage.Output), stage.Layers, Number(stage.Parameters), Number(stage.MultiplyAdds)])]);
        text.Append('\n');
        var hasGroups = summary.Nodes.Any(node => node.Groups is not null);
        PlainTable.Write(text,
            [("Node", false), ("Kind", false), ("Output", true), ("Kernel", true), ("Stride", true), ("Padding", true),
                .. hasGroups ? [("Groups", true)] : ((string, bool)[])[], ("Parameters", true), ("Multiply-adds", true), ("Receptive field", true)],
            [.. summary.Nodes.Select(node => (string[])
                [node.Name, node.Kind, Size(node.Output), node.Kernel ?? "", node.Stride ?? "", node.Padding ?? "",
                    .. hasGroups ? [node.Groups?.ToString(CultureInfo.InvariantCulture) ?? ""] : (string[])[],
                    node.Parameters == 0 ? "" : Number(node.Parameters), node.MultiplyAdds == 0 ? "" : Number(node.MultiplyAdds),
                    node.ReceptiveField is { } side ? Number(side) : "image"])]);
        return text.ToString();
    }

    static string Size(ImmutableArray<int> size) => string.Join('x', size);

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
