using System.Collections.Immutable;

namespace Residuum.Models;

/// <summary>A network of the catalogue.</summary>
/// <param name="Name">The name under which it is found.</param>
/// <param name="Source">The paper or code that describes exactly this network.</param>
/// <param name="Spec">Its description.</param>
public sealed record CatalogueEntry(string Name, string Source, NetworkSpec Spec);

/// <summary>
/// The networks of the literature by name: a table, immutable and safe to share among threads. Names without a dot mean the paper's
/// network for <c>cifar_*</c> and torchvision's for the rest; a dialect follows a dot. <c>_a</c>, <c>_b</c> or <c>_c</c> replaces a
/// family's own shortcut by [He15]'s zero padding (channels split on both sides), projection where the shape changes, or projection
/// everywhere. Any depth that a family's rule allows is found, also where the table does not list it.
/// </summary>
public static class Catalogue
{
    const string He15 = "He et al. 2015, arXiv:1512.03385";
    const string He16 = "He et al. 2016, arXiv:1603.05027";
    const double FurthestSuggestion = 0.5;
    const int Suggestions = 3;

    static readonly NetworkFamily s_resNet =
        new("resnet", "", ImageNetDepths, [18, 34, 50, 101, 152], $"{He15}, table 1, as torchvision: bottlenecks stride in their 3x3",
            (name, depth) => ImageNet(name, depth, StridePlacement.Conv3x3));

    static readonly NetworkFamily s_cifarResNet =
        new("cifar_resnet", "", DepthRule.Regular(6), [20, 32, 44, 56, 110, 1202], $"{He15}, section 4.2, shortcut A as akamaster pads it",
            (name, depth) => Cifar(name, DepthRule.BlocksPerStage(depth, 6), 1, new BasicBlockSpec(), ShortcutKind.ZeroPadSplit));

    static readonly NetworkFamily s_preActivationBasic =
        new("cifar_preact_basic", "", DepthRule.Regular(6), [20, 32, 44, 56], $"{He16}, full pre-activation, basic blocks, shortcut A",
            PreActivationBasic);

    static readonly NetworkFamily s_preActivationBottleneck =
        new("cifar_preact_bottleneck", "", DepthRule.Regular(9), [29, 56, 110], $"{He16}, full pre-activation, bottlenecks",
            PreActivationBottleneck);

    static readonly ImmutableArray<NetworkFamily> s_families =
    [
        s_resNet,
        new("resnet", "_v1", DepthRule.OneOf(50, 101, 152), [50, 101, 152], $"{He15}, table 1: bottlenecks stride in their first 1x1",
            (name, depth) => ImageNet(name, depth, StridePlacement.First1x1)),
        new("plain", "", ImageNetDepths, [18, 34], $"{He15}, table 1, the plain twin",
            (name, depth) => ImageNet(name, depth, StridePlacement.First1x1) with { Shortcut = ShortcutKind.None }, TakesShortcut: false),
        s_cifarResNet,
        new("cifar_plain", "", DepthRule.Regular(6), [20, 32, 44, 56, 110], $"{He15}, section 4.2, the plain twin",
            (name, depth) => Cifar(name, DepthRule.BlocksPerStage(depth, 6), 1, new BasicBlockSpec(), ShortcutKind.None), TakesShortcut: false),
        new("cifar_preact_resnet", "",
            DepthRule.OneOf(110, 164, 1001) with { Elsewhere = "; others are called cifar_preact_basicDEPTH and cifar_preact_bottleneckDEPTH" },
            [110, 164, 1001], $"{He16}, full pre-activation: 110 of basic blocks with shortcut A, 164 and 1001 of bottlenecks",
            (name, depth) => depth == 110 ? PreActivationBasic(name, depth) : PreActivationBottleneck(name, depth)),
        s_preActivationBasic,
        s_preActivationBottleneck,
        new("resnet", ".kuangliu", ImageNetDepths, [18, 34, 50, 101, 152],
            $"{He15}, table 1, on 32x32 as kuangliu's pytorch-cifar: 3x3 stem, no pooling",
            Kuangliu, TakesShortcut: false),
    ];

    static readonly ImmutableArray<CatalogueEntry> s_variants =
    [
        s_resNet.Entry(34, ShortcutKind.ZeroPadSplit) with { Source = $"{He15}, table 3, ResNet-34 A" },
        s_resNet.Entry(34, ShortcutKind.ProjectionEverywhere) with { Source = $"{He15}, table 3, ResNet-34 C" },
        s_cifarResNet.Entry(20, ShortcutKind.Projection) with { Source = $"{He15}, section 4.2 with shortcut B" },
        s_cifarResNet.Entry(20, ShortcutKind.ProjectionEverywhere) with { Source = $"{He15}, section 4.2 with shortcut C" },
    ];

    static readonly CatalogueEntry s_mnist = new("mnist_cnn", "Residuum: three valid 3x3 convolutions and a small MLP for 28x28 digits",
        new PlainCnnSpec("mnist_cnn", new ImageSize(1, 28, 28),
            [new PlainConvolutionSpec(32, Pool: 2), new PlainConvolutionSpec(64, Pool: 2), new PlainConvolutionSpec(128)], [100], 10));

    /// <summary>The networks that the catalogue lists, in the table's order.</summary>
    public static ImmutableArray<CatalogueEntry> All { get; } =
        [.. s_families.SelectMany(family => family.Listed.Select(depth => family.Entry(depth))), .. s_variants, s_mnist];

    static DepthRule ImageNetDepths => DepthRule.OneOf(18, 34, 50, 101, 152);

    /// <summary>The network of this name, listed or of a family's rule, such as <c>resnet50</c> or <c>cifar_resnet14_b</c>.</summary>
    /// <exception cref="ResiduumException">There is none; the sentence names the nearest, or the family's rule for depths.</exception>
    public static CatalogueEntry Find(string name)
    {
        foreach (var entry in All)
            if (entry.Name == name) return entry;
        foreach (var family in s_families)
            if (family.Find(name) is { } entry) return entry;
        throw new ResiduumException($"There is no network '{Shortened(name)}'{Nearest(name)}.");
    }

    static ResNetSpec ImageNet(string name, int depth, StridePlacement stride)
    {
        int[] blocks = depth switch { 18 => [2, 2, 2, 2], 34 or 50 => [3, 4, 6, 3], 101 => [3, 4, 23, 3], _ => [3, 8, 36, 3] };
        var isBasic = depth < 50;
        var widening = isBasic ? 1 : 4;
        ImmutableArray<StageSpec> stages =
            [.. blocks.Select((count, i) => new StageSpec(count, (64 << i) * widening, i == 0 ? 1 : 2))];
        return new ResNetSpec(name, new ImageSize(3, 224, 224), StemSpec.ImageNet, stages,
            isBasic ? new BasicBlockSpec() : new BottleneckBlockSpec(Stride: stride), Classes: 1000);
    }

    static ResNetSpec Kuangliu(string name, int depth) =>
        ImageNet(name, depth, StridePlacement.Conv3x3) with { Input = new ImageSize(3, 32, 32), Stem = StemSpec.Of3x3(64), Classes = 10 };

    static ResNetSpec Cifar(string name, int blocks, int widening, BlockSpec block, ShortcutKind shortcut) =>
        new(name, new ImageSize(3, 32, 32), StemSpec.Of3x3(16),
            [new StageSpec(blocks, 16 * widening), new StageSpec(blocks, 32 * widening, 2), new StageSpec(blocks, 64 * widening, 2)],
            block, Classes: 10, shortcut);

    static ResNetSpec PreActivationBasic(string name, int depth) =>
        Cifar(name, DepthRule.BlocksPerStage(depth, 6), 1, new BasicBlockSpec(new PreActivationSpec()), ShortcutKind.ZeroPadSplit);

    static ResNetSpec PreActivationBottleneck(string name, int depth) =>
        Cifar(name, DepthRule.BlocksPerStage(depth, 9), 4,
            new BottleneckBlockSpec(4, StridePlacement.First1x1, new PreActivationSpec()), ShortcutKind.Projection);

    static string Nearest(string name)
    {
        var wanted = Shortened(name);
        var distances = All.Select(entry => (entry.Name, Distance: EditDistance(wanted, entry.Name))).ToArray();
        var least = distances.Min(pair => pair.Distance);
        var nearest = distances
            .Where(pair => pair.Distance <= least + 1 && pair.Distance <= pair.Name.Length * FurthestSuggestion)
            .OrderBy(pair => pair.Distance).Take(Suggestions).Select(pair => pair.Name).ToArray();
        return nearest.Length == 0
            ? "; the catalogue has names such as resnet50 and cifar_resnet20"
            : $"; the nearest is {string.Join(" or ", nearest)}";
    }

    static string Shortened(string name) => name.Length <= 60 ? name : name[..60];

    // Levenshtein's distance, a row at a time.
    static int EditDistance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
