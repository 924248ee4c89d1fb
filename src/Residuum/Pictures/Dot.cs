using System.Text;
using Residuum.Foundation;

namespace Residuum.Pictures;

/// <summary>Writes a chart for Graphviz (https://graphviz.org/doc/info/lang.html).</summary>
static class Dot
{
    public static string Write(FlowChart chart)
    {
        var text = new StringBuilder();
        text.Append($"digraph {Quote(chart.Title)} {{\n  node [shape=box, fontname=\"Helvetica\", fontsize=11]\n  edge "
            + "[fontname=\"Helvetica\", fontsize=10]\n");
        var (depth, groups) = (1, 0);
        foreach (var item in chart.Items)
        {
            if (item.Kind == FlowItemKind.Close) depth--;
            text.Append(' ', 2 * depth).Append(item.Kind switch
            {
                FlowItemKind.Open => $"subgraph cluster{groups++} {{ label={Quote(item.Text)}",
                FlowItemKind.Close => "}",
                _ => $"n{item.Number} [label={Quote(item.Text, item.Note)}{(item.IsRound ? ", style=rounded" : "")}]",
            }).Append('\n');
            if (item.Kind == FlowItemKind.Open) depth++;
        }
        foreach (var (from, to, label, isDashed) in chart.Arrows)
        {
            var attributes = string.Join(", ",
                new[] { label is null ? null : $"label={Quote(label)}", isDashed ? "style=dashed" : null }.OfType<string>());
            text.Append($"  n{from} -> n{to}{(attributes.Length > 0 ? $" [{attributes}]" : "")}\n");
        }
        return text.Append("}\n").ToString();
    }

    static string Quote(string text, string? note = null) => $"\"{Escape(text)}{(note is null ? "" : $"\\n{Escape(note)}")}\"";

    static string Escape(string text) =>
        Printable.Line(text, int.MaxValue).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
