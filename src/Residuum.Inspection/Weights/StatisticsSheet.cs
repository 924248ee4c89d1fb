using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Residuum.Pictures;
using static Residuum.Pictures.NumberText;

namespace Residuum.Inspection;

/// <summary>Lays statistics out as small multiples, and as text.</summary>
static class StatisticsSheet
{
    public static string Svg(LayerStatistics statistics)
    {
        var sheets = Kinds(statistics).Select((kind, family) => new HistogramSheet(kind.Title,
            [.. kind.Rows.Select(row => new Histogram(
                Above(row.Name), row.Smallest, row.Largest, row.Histogram, kind.Caption(row), family))])).ToArray();
        return HistogramSheet.Stacked($"The numbers of {statistics.Network}", sheets);
    }

    public static string Text(LayerStatistics statistics)
    {
        var text = new StringBuilder();
        foreach (var kind in Kinds(statistics))
        {
            if (text.Length > 0) text.Append('\n');
            PlainTable.Write(text,
                [(kind.Heading, false), ("Count", true), ("Mean", true), ("Deviation", true), ("Smallest", true), ("Largest", true),
                    ("Zeros", true),
                    (kind.LastHeading, true)],
                [.. kind.Rows.Select(row => (string[])
                    [row.Name, row.Count.ToString("N0", CultureInfo.InvariantCulture), Short(row.Mean), Short(row.Deviation),
                        Short(row.Smallest),
                        Short(row.Largest), Percent(row.ZeroShare), kind.Last(row)])]);
        }
        return text.ToString();
    }

    static IEnumerable<Kind> Kinds(LayerStatistics statistics)
    {
        yield return new Kind($"Weights of {statistics.Network}", "Weights", statistics.Weights, "Dead filters", Dead,
            row => $"mean {Short(row.Mean)}, dev. {Short(row.Deviation)}");
        if (statistics.Scales.Length > 0)
            yield return new Kind($"Scales (gamma) of {statistics.Network}'s batch normalizations", "Scales", statistics.Scales,
                "Near zero", row => $"{row.NearZero} of {row.Channels}",
                row => $"mean {Short(row.Mean)}, near 0: {row.NearZero} of {row.Channels}");
        if (statistics.Activations.Length > 0)
            yield return new Kind($"What layers of {statistics.Network} hold for {statistics.Images} "
                + $"image{(statistics.Images == 1 ? "" : "s")}, zeros left out", "Activations",
                statistics.Activations, "Dead channels", Dead,
                row => $"mean {Short(row.Mean)}, zeros {Percent(row.ZeroShare, 0)}, dead {row.DeadChannels}");
    }

    // All are weights of something: what of is what fits above a small picture.
    static string Above(string name) => name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;

    static string Dead(NumberStatistics row) => $"{row.DeadChannels} of {row.Channels}";

    sealed record Kind(
        string Title, string Heading, ImmutableArray<NumberStatistics> Rows, string LastHeading, Func<NumberStatistics, string> Last,
        Func<NumberStatistics, string> Caption);
}
