using System.Collections.Immutable;
using System.Globalization;

namespace Residuum.Models;

/// <summary>One thing in which networks of one name differ.</summary>
/// <param name="Name">What it is about, such as <c>stride</c>.</param>
/// <param name="Value">What this network does, such as <c>3x3 of the first block</c>.</param>
public sealed record NetworkTrait(string Name, string Value);

/// <summary>Says of a residual network, in a few words each, what tells it from its namesakes. Safe from several threads.</summary>
public static class NetworkTraits
{
    /// <summary>The traits of a network in a fixed order: the same names for every residual network; none for others.</summary>
    public static ImmutableArray<NetworkTrait> Of(NetworkSpec network)
    {
        if (network is not ResNetSpec spec) return [new("input", $"{network.Input}")];
        return
        [
            new("input", $"{spec.Input}"), new("stem", Stem(spec.Stem)), new("blocks", Blocks(spec)), new("activations", Activations(spec)),
            new("stride", Stride(spec)), new("shortcut", Shortcut(spec)), new("biases", Biases(spec)),
            new("padding", spec.Padding == PaddingRule.Same ? "same" : "symmetric"), new("epsilon", Number(spec.Epsilon)),
            new("momentum", Number(spec.Momentum)),
        ];
    }

    static string Stem(StemSpec stem)
    {
        var parts = new List<string>();
        if (stem.NormalizedInput) parts.Add("image normalized");
        foreach (var (width, kernel, stride, _) in stem.Convolutions)
            parts.Add($"{kernel}x{kernel}, {width}{(stride == 1 ? "" : $", /{stride}")}");
        if (stem.Linear) parts.Add("no ReLU");
        if (stem.MaxPool)
            parts.Add(stem.Pool switch
            {
                PoolBorder.Zeros => "max pool over zeros",
                PoolBorder.Ceiling => "max pool, size rounded up",
                _ => "max pool",
            });
        return string.Join("; ", parts);
    }

    static string Blocks(ResNetSpec spec)
    {
        var reductions = spec.Stages.Select(stage => stage.Block ?? spec.Block).OfType<BottleneckBlockSpec>()
            .Select(block => block.Reduction).ToArray();
        var kind = spec.Block switch
        {
            BottleneckBlockSpec { Groups: { } groups } => $"bottleneck of {groups} groups",
            BottleneckBlockSpec => reductions.Distinct().Count() == 1 ? $"bottleneck 1/{reductions[0]}"
                : $"bottleneck 1/{string.Join(", 1/", reductions)}",
            InvertedBlockSpec inverted => $"inverted, {inverted.Expansion}",
            _ => "basic",
        };
        var squeeze = spec.Block.SqueezeExcitation is { } excitation ? $", squeezed 1/{excitation.Reduction}" : "";
        return $"{string.Join(" ", spec.Stages.Select(stage => stage.Blocks))} {kind}{squeeze}, to {spec.Stages[^1].Width}";
    }

    static string Activations(ResNetSpec spec)
    {
        if (spec.Block.PreActivation is not { } pre)
            return spec.Block.Placement() switch
            {
                ActivationPlacement.NormalizationAfterAddition => "v1, norm after addition",
                ActivationPlacement.ReluBeforeAddition => "v1, ReLU before addition",
                _ => "v1",
            };
        var first = pre.First switch
        {
            FirstActivation.Stem => "stem",
            FirstActivation.Block => "first block",
            _ => "stem and first block"
        };
        return $"v2{(pre.ReluOnly ? " (ReLU only)" : "")}, begun by {first}{(pre.Final ? "" : ", none at the end")}";
    }

    static string Stride(ResNetSpec spec)
    {
        var convolution = spec.Block switch
        {
            BottleneckBlockSpec { Stride: StridePlacement.First1x1 } => "first 1x1",
            BottleneckBlockSpec => "3x3",
            InvertedBlockSpec => "depthwise 3x3",
            _ => "first 3x3",
        };
        return $"{convolution}, {(spec.Stages.Any(stage => stage.StrideIn == StridingBlock.Last) ? "last" : "first")} block";
    }

    static string Shortcut(ResNetSpec spec)
    {
        var kind = spec.Shortcut switch
        {
            ShortcutKind.Projection => "B",
            ShortcutKind.ProjectionEverywhere => "C",
            ShortcutKind.ZeroPadSplit => "A, zeros on both sides",
            ShortcutKind.ZeroPadAppend => "A, zeros behind",
            ShortcutKind.Identity => "identity only",
            _ => "none",
        };
        var projects = spec.Shortcut is ShortcutKind.Projection or ShortcutKind.ProjectionEverywhere;
        if (projects && spec.PooledProjection) kind += ", pooled";
        if (projects && spec.Block.PreActivation is null && spec.BareProjection) kind += ", bare";
        if (projects && spec.Block.PreActivation is { } pre)
            kind += pre.Projection == ProjectionInput.Raw ? ", of the raw sum" : ", of the activated sum";
        return kind + spec.ShortcutModifier switch
        {
            ScaledShortcutSpec => ", scaled",
            GatedShortcutSpec { Exclusive: true } => ", exclusive gate",
            GatedShortcutSpec => ", shortcut gate",
            DroppedShortcutSpec => ", dropout",
            _ => "",
        } + (spec.Join == Join.Concatenate ? ", concatenated" : "");
    }

    static string Biases(ResNetSpec spec)
    {
        var blocks = spec.Biases switch
        {
            BiasPlacement.All => "all",
            BiasPlacement.Outer => spec.Block is BottleneckBlockSpec ? "both 1x1" : "none",
            BiasPlacement.LastAndProjection => "last 1x1, projection",
            _ => "none",
        };
        var stem = spec.Stem.Convolutions.Any(convolution => convolution.Bias);
        return !stem || blocks == "all" ? blocks : blocks == "none" ? "stem" : $"stem, {blocks}";
    }

    static string Number(float value) => value.ToString("0.########", CultureInfo.InvariantCulture);
}
