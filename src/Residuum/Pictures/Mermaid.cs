using System.Text;
using Residuum.Foundation;

namespace Residuum.Pictures;

/// <summary>Writes a chart for Mermaid (https://mermaid.js.org/syntax/flowchart.html).</summary>
static class Mermaid
{
    public static string Write(FlowChart chart)
    {
        var text = new StringBuilder();
        text.Append($"---\ntitle: \"{Title(chart.Title)}\"\n---\nflowchart TB\n");
        var (depth, groups) = (1, 0);
        foreach (var item in chart.Items)
        {
            if (item.Kind == FlowItemKind.Close) depth--;
            text.Append(' ', 2 * depth).Append(item.Kind switch
            {
                FlowItemKind.Open => $"subgraph g{groups++}[\"{Escape(item.Text)}\"]",
                FlowItemKind.Close => "end",
                _ => $"n{item.Number}{(item.IsRound ? "(" : "[")}\"{Escape(item.Text)}"
                    + $"{(item.Note is null ? "" : $"<br/>{Escape(item.Note)}")}\"{(item.IsRound ? ")" : "]")}",
            }).Append('\n');
            if (item.Kind == FlowItemKind.Open) depth++;
        }
        foreach (var (from, to, label, isDashed) in chart.Arrows)
            text.Append($"  n{from} {(isDashed ? "-.->" : "-->")}{(label is null ? "" : $"|\"{Escape(label)}\"|")} n{to}\n");
        return text.ToString();
    }

    // The title is YAML.
    static string Title(string text) =>
        Plain(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    // Whatever could be read as markup goes as a character code.
    static string Escape(string text)
    {
        var result = new StringBuilder();
        foreach (var character in Plain(text))
            if (character is '"' or '#' or '<' or '>' or '&' or '`') result.Append($"#{(int)character};");
            else result.Append(character);
        return result.ToString();
    }

    static string Plain(string text) => Printable.Line(text, int.MaxValue);
}
