using Residuum.Models;

namespace Residuum.Cli.Verbs;

/// <summary>What one name means in different code, side by side.</summary>
static class DialectTable
{
    public static NamesakeJson[] Rows(string name)
    {
        var rows = new List<(NetworkSpec Anonymous, NamesakeJson Row)>();
        foreach (var entry in Catalogue.Namesakes(name))
        {
            var graph = entry.Spec.Build();
            var anonymous = entry.Spec with { Name = "" };
            var same = rows.FirstOrDefault(row => row.Anonymous.Equals(anonymous)).Row?.Name;
            rows.Add((anonymous, new NamesakeJson(
                entry.Name, same, graph.ParameterCount, graph.TotalParameterCount, graph.MultiplyAdds, entry.Source,
                NetworkTraits.Of(entry.Spec).ToDictionary(trait => trait.Name, trait => trait.Value))));
        }
        return [.. rows.Select(row => row.Row)];
    }

    // A column for each network that differs from those before it; a row for each trait in which any two differ.
    public static void Print(Terminal terminal, NamesakeJson[] rows)
    {
        var columns = rows.Where(row => row.SameAs is null).ToArray();
        var table = Figures.Table(["", .. columns.Select(row => row.Name)]);
        foreach (var trait in columns[0].Traits.Keys)
        {
            var values = columns.Select(row => row.Traits[trait]).ToArray();
            if (values.Distinct().Count() > 1 || columns.Length == 1) table.Row([trait, .. values]);
        }
        table.Row(["parameters", .. columns.Select(row => Figures.Grouped(row.Parameters))]);
        table.Row(["with statistics", .. columns.Select(row => Figures.Grouped(row.TotalParameters))]);
        table.Row(["multiply-adds", .. columns.Select(row => Figures.Grouped(row.MultiplyAdds))]);
        terminal.Write(table);
        foreach (var same in rows.Where(row => row.SameAs is not null).GroupBy(row => row.SameAs))
            terminal.Output.Write($"The same network as {same.Key}: {string.Join(", ", same.Select(row => row.Name))}.\n");
        terminal.Output.Write("Sources:\n");
        foreach (var row in rows) terminal.Output.Write($"  {row.Name}: {row.Source}\n");
    }
}
