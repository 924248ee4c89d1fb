using System.CommandLine;
using System.IO.Enumeration;
using Residuum.Models;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum models</c>: the catalogue.</summary>
static class ModelsVerb
{
    public static Command Create(Terminal terminal)
    {
        var pattern = new Argument<string?>("PATTERN")
        {
            Description = "Part of a name, or a pattern with * and ?; all networks by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dialects = new Option<bool>("--dialects")
        {
            Description = "Hold a network's namesakes in other code side by side: what differs, parameters, sources. PATTERN is its name.",
        };
        var json = CommonOptions.Json();
        var verb = new VerbCommand("models", "List the networks of the catalogue with their size and cost.",
            ["residuum models", "residuum models 'cifar_*'", "residuum models resnet50 --dialects", "residuum models resnet50 --json"],
            pattern, dialects, json);
        verb.SetAction(result =>
        {
            if (result.GetValue(dialects))
            {
                var name = result.GetValue(pattern)
                    ?? throw new ResiduumException("--dialects needs the name of a network, such as resnet50.");
                var namesakes = DialectTable.Rows(name);
                if (result.GetValue(json)) CliJson.Write(terminal.Output, namesakes, CliJson.Default.NamesakeJsonArray);
                else DialectTable.Print(terminal, namesakes);
                return 0;
            }
            var rows = Find(result.GetValue(pattern)).Select(Row).ToArray();
            if (result.GetValue(json)) CliJson.Write(terminal.Output, rows, CliJson.Default.CatalogueJsonArray);
            else Print(terminal, rows);
            return 0;
        });
        return verb;
    }

    // A family has more members than the catalogue lists; one that is named in full is found as well.
    static CatalogueEntry[] Find(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern)) return [.. Catalogue.All];
        var wanted = pattern.Contains('*') || pattern.Contains('?') ? pattern : $"*{pattern}*";
        var found = Catalogue.All.Where(entry => FileSystemName.MatchesSimpleExpression(wanted, entry.Name)).ToArray();
        if (found.Length > 0) return found;
        return wanted == pattern
            ? throw new ResiduumException($"No network of the catalogue matches '{pattern}'; residuum models lists them all.")
            : [Catalogue.Find(pattern)];
    }

    static CatalogueJson Row(CatalogueEntry entry)
    {
        var graph = entry.Spec.Build();
        var input = entry.Spec.Input;
        return new CatalogueJson(
            entry.Name, graph.ParameterCount, graph.TotalParameterCount, graph.MultiplyAdds, [input.Channels, input.Height, input.Width],
            entry.Source);
    }

    static void Print(Terminal terminal, CatalogueJson[] rows)
    {
        var table = Figures.Table("Network", "Parameters>", "Multiply-adds>", "Input>", "Source");
        foreach (var row in rows)
            table.Row(row.Name, Figures.Grouped(row.Parameters), Figures.Grouped(row.MultiplyAdds), string.Join('x', row.Input),
                row.Source);
        terminal.Write(table);
    }
}
