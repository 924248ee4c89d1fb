using System.Collections.Immutable;
using System.Globalization;

namespace Residuum.Models;

/// <summary>A row of the catalogue: networks that differ only in depth and in what stands behind the depth.</summary>
/// <param name="Prefix">What their names begin with.</param>
/// <param name="Suffix">What follows the depth, such as <c>_v1</c> or a dialect.</param>
/// <param name="Depths">Which depths exist.</param>
/// <param name="Listed">The depths that the catalogue lists; all others of the family are found too.</param>
/// <param name="Source">Where the network is described.</param>
/// <param name="Make">The network of a name and a depth that exists.</param>
/// <param name="TakesVariant">Whether one of <see cref="NetworkVariant.All"/> may follow and change the shortcut or the placement.</param>
/// <param name="Namesakes">
/// Which networks of other sources are held beside this one: families with the same pattern, in which * stands for the depth. By default
/// prefix, *, suffix.
/// </param>
sealed record NetworkFamily(
    string Prefix, string Suffix, DepthRule Depths, ImmutableArray<int> Listed, string Source, Func<string, int, NetworkSpec> Make,
    bool TakesVariant = true, string? Namesakes = null)
{
    public string Group => Namesakes ?? $"{Prefix}*{Suffix}";

    public CatalogueEntry Entry(int depth, NetworkVariant? variant = null)
    {
        var name = $"{Prefix}{depth}{Suffix}{variant?.Suffix}";
        var spec = Make(name, depth);
        return new CatalogueEntry(name, variant is null ? Source : $"{Source}; {variant.Source}",
            variant is null ? spec : variant.Change((ResNetSpec)spec));
    }

    /// <summary>The network of this name, or null if the name is not of this family; an error if only its depth does not exist.</summary>
    public CatalogueEntry? Find(string name)
    {
        var variant = TakesVariant ? NetworkVariant.All.FirstOrDefault(each => name.EndsWith(each.Suffix, StringComparison.Ordinal)) : null;
        if (Depth(variant is null ? name : name[..^variant.Suffix.Length], Prefix, Suffix) is not { } depth) return null;
        if (Depths.Complaint(depth) is { } complaint)
            throw new ResiduumException($"There is no network '{name}': the depth of {Prefix}DEPTH{Suffix} is {complaint}.");
        return Entry(depth, variant);
    }

    /// <summary>The depth in a name between this prefix and this suffix, or null.</summary>
    public static int? Depth(string name, string prefix, string suffix)
    {
        if (name.Length <= prefix.Length + suffix.Length) return null;
        if (!name.StartsWith(prefix, StringComparison.Ordinal) || !name.EndsWith(suffix, StringComparison.Ordinal)) return null;
        var digits = name.AsSpan()[prefix.Length..^suffix.Length];
        if (digits.Length > 6 || digits[0] == '0') return null;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var depth) ? depth : null;
    }
}

/// <summary>A change of a family's shortcut or placement that the end of a name asks for.</summary>
/// <param name="Suffix">What ends the name.</param>
/// <param name="Source">Where it is described.</param>
/// <param name="Change">What it does.</param>
sealed record NetworkVariant(string Suffix, string Source, Func<ResNetSpec, ResNetSpec> Change)
{
    const string He16 = "He et al. 2016";

    public static ImmutableArray<NetworkVariant> All { get; } =
    [
        new("_a", "with shortcut A, channels split on both sides", spec => spec with { Shortcut = ShortcutKind.ZeroPadSplit }),
        new("_b", "with shortcut B", spec => spec with { Shortcut = ShortcutKind.Projection }),
        new("_c", "with shortcut C", spec => spec with { Shortcut = ShortcutKind.ProjectionEverywhere }),
        new("_scaled", $"{He16}, figure 2b: shortcut and branch scaled by 0.5",
            spec => spec with { ShortcutModifier = new ScaledShortcutSpec(0.5f, 0.5f) }),
        new("_exclusivegate", $"{He16}, figure 2c: exclusive gating, its bias starting at -6",
            spec => spec with { ShortcutModifier = new GatedShortcutSpec(Exclusive: true, Bias: -6) }),
        new("_shortcutgate", $"{He16}, figure 2d: shortcut-only gating, its bias starting at -6",
            spec => spec with { ShortcutModifier = new GatedShortcutSpec(Bias: -6) }),
        new("_dropout", $"{He16}, figure 2f: dropout of 0.5 on the shortcut",
            spec => spec with { ShortcutModifier = new DroppedShortcutSpec() }),
        Placed("_normafter", "figure 4b: normalization after the addition", ActivationPlacement.NormalizationAfterAddition),
        Placed("_relubefore", "figure 4c: ReLU before the addition", ActivationPlacement.ReluBeforeAddition),
        Placed("_reluonly", "figure 4d: ReLU-only pre-activation", ActivationPlacement.ReluOnlyPreActivation),
        new("_concat", "with concatenation in place of addition", spec => spec with { Join = Join.Concatenate }),
    ];

    static NetworkVariant Placed(string suffix, string source, ActivationPlacement placement) =>
        new(suffix, $"{He16}, {source}", spec => spec with { Block = spec.Block.WithPlacement(placement) });
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
        if (Step == 0) return Given.Contains(depth) ? null : $"{(Given.Length == 1 ? "" : "one of ")}{string.Join(", ", Given)}{Elsewhere}";
        var below = (depth - 2) / Step;
        if (below >= 1 && below <= LargestCount && depth == Step * below + 2) return null;
        var rule = $"{Step}n+2 with n from 1 to {LargestCount}";
        if (below < 1) return $"{rule}, so {Step + 2} is the least";
        return below >= LargestCount
            ? $"{rule}, so {Step * LargestCount + 2} is the greatest"
            : $"{rule}, and the nearest are {Step * below + 2} and {Step * (below + 1) + 2}";
    }
}
