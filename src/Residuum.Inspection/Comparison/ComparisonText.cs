using System.Globalization;
using System.Text;
using static Residuum.Pictures.NumberText;

namespace Residuum.Inspection;

/// <summary>Writes a comparison as plain text.</summary>
static class ComparisonText
{
    const int ShownRows = 20;
    const int LongestCell = 72;

    public static string Write(ModelDifferences comparison)
    {
        var text = new StringBuilder();
        text.Append(comparison.AreEqual && comparison.Totals.Numbers is null
            ? $"The structures of {comparison.Left} and {comparison.Right} are equal; weights were not compared, because at least one "
                + $"side, a catalogue name or a description, has none: {Size(comparison.Totals)}.\n"
            : $"{comparison.Left} and {comparison.Right} {(comparison.AreEqual ? "are equal" : "differ")}: {Totals(comparison)}.\n");
        Section(text, "Description", comparison.Description, [("Member", false), ("Left", false), ("Right", false)],
            difference => [difference.Member, difference.Left ?? "-", difference.Right ?? "-"]);
        Section(text, "Nodes", [.. comparison.Nodes.OrderBy(Rank)],
            [("Change", false), ("Node", false), ("What", false)],
            node => [Word(node.Change), Both(node.Left, node.Right), string.Join("; ", node.Details)]);
        Section(text, "Parameters and running statistics", comparison.Tensors,
            [("Change", false), ("Tensor", false), ("Type", false), ("Largest", true), ("Mean", true), ("Relative", true), ("Bits", true),
                ("Identical", true)],
            tensor => [Word(tensor.Change), Both(tensor.Left, tensor.Right), Both(tensor.LeftType, tensor.RightType),
                .. Numbers(tensor.Numbers)]);
        return text.ToString();
    }

    // What follows from other differences matters less, and what is only called otherwise least.
    static int Rank(NodeDifference node) =>
        node.Change == DifferenceKind.Renamed ? 2 : NodeComparison.IsConsequence(node) ? 1 : 0;

    static string Totals(ModelDifferences comparison)
    {
        var totals = comparison.Totals;
        var size = Size(totals);
        if (totals.Numbers is not { } numbers) return $"{size}, which were not compared for want of weights on both sides";
        return numbers.Identical == numbers.Elements && numbers.Elements == totals.LeftElements
            ? $"{size}, all with the same bits"
            : $"{size}; of {Grouped(numbers.Elements)} compared {Grouped(numbers.Identical)} have the same bits, the largest difference is "
                + $"{Short(numbers.Largest)}, relative {Short(numbers.Relative)}";
    }

    static string Size(ComparisonTotals totals) => totals.LeftElements == totals.RightElements
        ? $"{Grouped(totals.LeftElements)} numbers in {Grouped(totals.LeftTensors)} tensors"
        : $"{Grouped(totals.LeftElements)} and {Grouped(totals.RightElements)} numbers in {Grouped(totals.LeftTensors)} and "
            + $"{Grouped(totals.RightTensors)} tensors";

    static void Section<T>(
        StringBuilder text, string title, IReadOnlyList<T> rows, (string Title, bool IsRight)[] columns, Func<T, string[]> cells)
    {
        if (rows.Count == 0) return;
        text.Append($"\n{title}: {Grouped(rows.Count)} {(rows.Count == 1 ? "difference" : "differences")}\n");
        PlainTable.Write(text, columns, [.. rows.Take(ShownRows).Select(row => cells(row).Select(Cut).ToArray())]);
        if (rows.Count > ShownRows) text.Append($"and {Grouped(rows.Count - ShownRows)} more; the JSON has them all\n");
    }

    static string[] Numbers(NumberDifference? numbers) => numbers is null ? ["", "", "", "", ""] :
    [
        Short(numbers.Largest), Short(numbers.Mean), Short(numbers.Relative), numbers.Bits.ToString("F1", CultureInfo.InvariantCulture),
        $"{Grouped(numbers.Identical)} of {Grouped(numbers.Elements)}",
    ];

    static string Both(string? left, string? right) =>
        left is null || left == right ? right ?? "" : right is null ? left : $"{left} -> {right}";

    static string Word(DifferenceKind change) => change switch
    {
        DifferenceKind.Added => "added",
        DifferenceKind.Removed => "removed",
        DifferenceKind.Changed => "changed",
        _ => "renamed",
    };

    static string Cut(string cell) => cell.Length <= LongestCell ? cell : cell[..(LongestCell - 3)] + "...";

    static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
