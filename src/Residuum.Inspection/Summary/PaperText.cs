using System.Globalization;
using System.Text;

namespace Residuum.Inspection;

/// <summary>Writes the papers' tables as plain text.</summary>
static class PaperText
{
    /// <summary>The form of [He15] table 1.</summary>
    public static void Write(StringBuilder text, PaperTable table)
    {
        var rows = new List<string[][]> { Cells("layer name", "output size", table.Networks.Select(network => network.Name)) };
        for (var i = 0; i < table.Rows.Length; i++)
            rows.Add([[table.Rows[i].Name], [Size(table.Rows[i])], .. table.Networks.Select(network => Lines(network.Cells[i]))]);
        rows.Add(Cells("parameters", "", table.Networks.Select(network => SummaryText.Number(network.Parameters))));
        rows.Add(
        [
            table.Networks.Any(network => network.Printed is not null) ? ["multiply-adds", "FLOPs in [He15]"] : ["multiply-adds"], [""],
            .. table.Networks.Select(network => (string[])
                [SummaryText.Number(network.MultiplyAdds), .. network.Printed is { } printed ? [$"{printed} x 10^9"] : (string[])[]]),
        ]);
        if (table.Networks.Any(network => network.OnCifar10 is not null))
            rows.Add(
            [
                ["on CIFAR-10:", "parameters", "multiply-adds"], ["32x32"],
                .. table.Networks.Select(network => network.OnCifar10 is { } costs
                    ? ["", SummaryText.Number(costs.Parameters), SummaryText.Number(costs.MultiplyAdds)] : (string[])[""]),
            ]);
        WriteRuled(text, rows);
    }

    /// <summary>The form of [He15] section 4.2.</summary>
    public static void WriteSmall(StringBuilder text, PaperTable table)
    {
        var last = table.Rows.Length - 1;
        // The stem's maps have the size of the first stage's, whose row counts its layer: 1 + 2n.
        var rows = new List<string[][]> { Cells("output map size", "", table.Rows.Skip(1).Take(last - 1).Select(Size)) };
        foreach (var network in table.Networks)
            rows.Add(Cells("# layers", network.Name, network.Cells.Skip(1).Take(last - 1)
                .Select((cell, i) => $"{(i == 0 ? network.Cells[0].Layers : 0) + cell.Layers}")));
        rows.Add(Cells("# filters", "", PaperReader.Filters(table.Networks[0]).Skip(1)));
        WriteRuled(text, rows);
        text.Append($"then {string.Join(", ", table.Networks[0].Cells[last].Groups.SelectMany(group => group.Layers))}\n\n");
        PlainTable.Write(text, [("network", false), ("n", true), ("parameters", true), ("multiply-adds", true)],
            [.. table.Networks.Select(network => (string[])
                [network.Name, $"{network.Cells[1].Groups[0].Times}", SummaryText.Number(network.Parameters),
                    SummaryText.Number(network.MultiplyAdds)])]);
    }

    static string[][] Cells(string first, string second, IEnumerable<string> others) =>
        [[first], [second], .. others.Select(text => (string[])[text])];

    static string Size(PaperRow row) => $"{row.Height}x{row.Width}";

    // A block takes as many lines as it has layers, in brackets; how often it stands there is said at the middle one.
    static string[] Lines(PaperCell cell)
    {
        var lines = new List<string>();
        foreach (var group in cell.Groups)
        {
            if (!group.IsBlock)
            {
                lines.AddRange(group.Layers);
                continue;
            }
            var width = group.Layers.Max(layer => layer.Length);
            var hasGroups = group.Layers.Any(layer => layer.Contains("groups"));
            var times = string.Create(CultureInfo.InvariantCulture, $" x {group.Times}");
            lines.AddRange(group.Layers.Select((layer, i) =>
                $"[{(hasGroups ? layer.PadRight(width) : Aligned(layer, width))}]{(i == group.Layers.Length / 2 ? times : "")}"));
        }
        return [.. lines];
    }

    // Kernels to the left and numbers of filters to the right.
    static string Aligned(string layer, int width)
    {
        var comma = layer.IndexOf(", ", StringComparison.Ordinal);
        return comma < 0 ? layer.PadRight(width) : layer[..(comma + 2)] + layer[(comma + 2)..].PadLeft(width - comma - 2);
    }

    // Cells of several lines, with a rule between rows.
    static void WriteRuled(StringBuilder text, List<string[][]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Max(line => line.Length))).ToArray();
        foreach (var row in rows)
        {
            for (var line = 0; line < row.Max(cell => cell.Length); line++)
                Line(row.Select(cell => line < cell.Length ? cell[line] : ""));
            Line(widths.Select(width => new string('-', width)));
        }

        void Line(IEnumerable<string> cells) =>
            text.Append(string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).Append('\n');
    }
}
