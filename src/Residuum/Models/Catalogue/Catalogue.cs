using System.Collections.Immutable;

namespace Residuum.Models;

/// <summary>A network of the catalogue.</summary>
/// <param name="Name">The name under which it is found.</param>
/// <param name="Source">The paper or code that describes exactly this network.</param>
/// <param name="Spec">Its description.</param>
public sealed record CatalogueEntry(string Name, string Source, NetworkSpec Spec);

/// <summary>
/// The networks of the literature by name: a table, immutable and safe to share among threads. Names without a dot mean the paper's
/// network for <c>cifar_*</c> and torchvision's or timm's for the rest; a dialect follows a dot. <c>_a</c>, <c>_b</c> or <c>_c</c> replaces
/// a family's own shortcut by [He15]'s zero padding (channels split on both sides), projection where the shape changes, or projection
/// everywhere; other endings do what [He16] tried (<c>_scaled</c>, <c>_shortcutgate</c>, <c>_reluonly</c>, ...). Any depth that a family's
/// rule allows is found, also where the table does not list it.
/// </summary>
public static class Catalogue
{
    const double FurthestSuggestion = 0.5;
    const int Suggestions = 3;

    static readonly ImmutableArray<NetworkFamily> s_families = [.. ImageNetFamilies.All, .. CifarFamilies.All, .. DialectFamilies.All];

    static readonly ImmutableArray<CatalogueEntry> s_variants =
    [
        .. Variants(ImageNetFamilies.ResNet, 34, "_a", "_c"), .. Variants(CifarFamilies.ResNet, 20, "_b", "_c"),
        .. Variants(CifarFamilies.ResNet, 110, "_scaled", "_exclusivegate", "_shortcutgate", "_dropout", "_normafter", "_relubefore",
        "_reluonly"),
    ];

    static readonly CatalogueEntry s_mnist = new("mnist_cnn", "Residuum: three valid 3x3 convolutions and a small MLP for 28x28 digits",
        new PlainCnnSpec("mnist_cnn", new ImageSize(1, 28, 28),
            [new PlainConvolutionSpec(32, Pool: 2), new PlainConvolutionSpec(64, Pool: 2), new PlainConvolutionSpec(128)], [100], 10));

    /// <summary>The networks that the catalogue lists, in the table's order.</summary>
    public static ImmutableArray<CatalogueEntry> All { get; } =
        [.. s_families.SelectMany(family => family.Listed.Select(depth => family.Entry(depth))), .. s_variants, ImageNetFamilies.MobileNet,
            s_mnist];

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

    /// <summary>
    /// What a name means elsewhere: the network of this name, and those that other code gives the same name, such as <c>resnet50.keras</c>
    /// for <c>resnet50</c> and <c>resnet50v2.gluon</c> for <c>resnetv2_50</c> or <c>resnet50v2</c>.
    /// </summary>
    /// <exception cref="ResiduumException">There is no such name, or it has no depth in it.</exception>
    public static ImmutableArray<CatalogueEntry> Namesakes(string name)
    {
        foreach (var family in s_families)
            foreach (var (prefix, suffix) in new[] { (family.Prefix, family.Suffix), Parts(family.Group) })
                if (NetworkFamily.Depth(name, prefix, suffix) is { } depth && family.Depths.Complaint(depth) is null)
                    return [.. s_families.Where(other => other.Group == family.Group && other.Depths.Complaint(depth) is null)
                        .Select(other => other.Entry(depth))];
        var entry = Find(name);
        throw new ResiduumException($"The network '{entry.Name}' has no namesakes that the catalogue knows; names such as resnet50 "
            + "and resnet50v2 have.");
    }

    static (string Prefix, string Suffix) Parts(string group) => (group[..group.IndexOf('*')], group[(group.IndexOf('*') + 1)..]);

    static IEnumerable<CatalogueEntry> Variants(NetworkFamily family, int depth, params string[] suffixes) =>
        suffixes.Select(suffix => family.Entry(depth, NetworkVariant.All.Single(variant => variant.Suffix == suffix)));

    static string Nearest(string name)
    {
        var wanted = Shortened(name);
        var distances = All.Select(entry => (entry.Name, Distance: EditDistance(wanted, entry.Name))).ToArray();
        var least = distances.Min(pair => pair.Distance);
        var nearest = OfGroup(name) is { Length: > 0 } dialects ? dialects : distances
            .Where(pair => pair.Distance == least && pair.Distance <= pair.Name.Length * FurthestSuggestion)
            .Take(Suggestions).Select(pair => pair.Name).ToArray();
        return nearest.Length == 0
            ? "; the catalogue has names such as resnet50 and cifar_resnet20"
            : $"; the nearest is {string.Join(" or ", nearest)}";
    }

    // Names that mean something in other code only, such as resnet50v2.
    static string[] OfGroup(string name) =>
    [
        .. from family in s_families
           let parts = Parts(family.Group)
           where NetworkFamily.Depth(name, parts.Prefix, parts.Suffix) is { } depth && family.Depths.Complaint(depth) is null
           select family.Entry(NetworkFamily.Depth(name, parts.Prefix, parts.Suffix)!.Value).Name,
    ];

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
