using System.Collections.Immutable;
using System.Globalization;

namespace Residuum.Models;

/// <summary>A row of the catalogue: networks that differ only in depth and shortcut.</summary>
/// <param name="Prefix">What their names begin with.</param>
/// <param name="Suffix">What follows the depth, such as <c>_v1</c> or a dialect.</param>
/// <param name="Depths">Which depths exist.</param>
/// <param name="Listed">The depths that the catalogue lists; all others of the family are found too.</param>
/// <param name="Source">Where the network is described.</param>
/// <param name="Make">The network of a name and a depth that exists.</param>
/// <param name="TakesShortcut">Whether <c>_a</c>, <c>_b</c> or <c>_c</c> may follow and replace the shortcut.</param>
sealed record NetworkFamily(
    string Prefix, string Suffix, DepthRule Depths, ImmutableArray<int> Listed, string Source, Func<string, int, ResNetSpec> Make,
    bool TakesShortcut = true)
{
    public CatalogueEntry Entry(int depth, ShortcutKind? shortcut = null)
    {
        var name = $"{Prefix}{depth}{Suffix}{Letter(shortcut)}";
        var spec = Make(name, depth);
        return new CatalogueEntry(name, Source, shortcut is { } kind ? spec with { Shortcut = kind } : spec);
    }

    /// <summary>The network of this name, or null if the name is not of this family; an error if only its depth does not exist.</summary>
    public CatalogueEntry? Find(string name)
    {
        ShortcutKind? shortcut = null;
        if (TakesShortcut && name.Length > 2 && name[^2] == '_')
        {
            shortcut = name[^1] switch
            {
                'a' => ShortcutKind.ZeroPadSplit,
                'b' => ShortcutKind.Projection,
                'c' => ShortcutKind.ProjectionEverywhere,
                _ => null,
            };
            if (shortcut is not null) name = name[..^2];
        }
        if (name.Length <= Prefix.Length + Suffix.Length) return null;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal)) return null;
        var digits = name.AsSpan()[Prefix.Length..^Suffix.Length];
        if (digits.Length > 6 || digits[0] == '0') return null;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var depth)) return null;
        if (Depths.Complaint(depth) is { } complaint)
            throw new ResiduumException($"There is no network '{name}{Letter(shortcut)}': the depth of {Prefix}DEPTH{Suffix} is {complaint}.");
        return Entry(depth, shortcut);
    }

    static string Letter(ShortcutKind? shortcut) => shortcut switch
    {
        ShortcutKind.ZeroPadSplit => "_a",
        ShortcutKind.Projection => "_b",
        ShortcutKind.ProjectionEverywhere => "_c",
        _ => "",
    };
}

/// <summary>Which depths a family has: some given ones, or step * n + 2.</summary>
sealed record DepthRule(ImmutableArray<int> Given, int Step = 0, string Elsewhere = "")
{
    // Three stages of n blocks each.
    const int LargestCount = SpecLimits.Blocks / 3;

    public static DepthRule OneOf(params ReadOnlySpan<int> depths) => new([.. depths]);

    public static DepthRule Regular(int step) => new([], step);

    /// <summary>Blocks in each of the three stages of a regular family.</summary>
    public static int BlocksPerStage(int depth, int step) => (depth - 2) / step;

    /// <summary>Null if the depth exists, else the rule and the nearest depths that do.</summary>
    public string? Complaint(int depth)
    {
        if (Step == 0) return Given.Contains(depth) ? null : $"one of {string.Join(", ", Given)}{Elsewhere}";
        var below = (depth - 2) / Step;
        if (below >= 1 && below <= LargestCount && depth == Step * below + 2) return null;
        var rule = $"{Step}n+2 with n from 1 to {LargestCount}";
        if (below < 1) return $"{rule}, so {Step + 2} is the least";
        return below >= LargestCount
            ? $"{rule}, so {Step * LargestCount + 2} is the greatest"
            : $"{rule}, and the nearest are {Step * below + 2} and {Step * (below + 1) + 2}";
    }
}
