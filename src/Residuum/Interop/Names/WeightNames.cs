using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>The names of a weight file, translated into ours.</summary>
/// <param name="Scheme">The scheme that fitted best.</param>
/// <param name="FileNames">For each name of ours that the file has, the file's own name for it.</param>
/// <param name="Unknown">The file's names that the scheme does not know, in the file's order.</param>
public sealed record MappedNames(WeightScheme Scheme, IReadOnlyDictionary<string, string> FileNames, IReadOnlyList<string> Unknown);

/// <summary>
/// Translates between our names of parameters and those that others use in their files.
/// <para>
/// Ours: <c>stem.conv</c> and <c>stem.norm</c> (or <c>stem.conv1</c>, <c>stem.norm1</c>, ... where there are several),
/// <c>stage{s}.block{b}.conv{i}</c>, <c>.norm{i}</c>, <c>.shortcut.conv</c>, <c>.shortcut.norm</c>, a pre-activation network's last
/// <c>head.norm</c>, and <c>head.linear</c>; stages, blocks and layers count from 1.
/// </para>
/// <para>
/// <c>num_batches_tracked</c>, which PyTorch counts beside running statistics, is passed over when reading. Checkpoints are written with
/// it, safetensors without: PyTorch's strict loading fills it in where a plain dictionary lacks it.
/// </para>
/// </summary>
public static class WeightNames
{
    internal const string BatchCount = "num_batches_tracked";

    /// <summary>Our own names.</summary>
    public static WeightScheme Ours { get; } = new("residuum", "our own names: stem.conv, stage1.block1.conv1, head.linear");

    /// <summary>The names of torchvision's networks.</summary>
    public static WeightScheme Torchvision => WeightSchemes.Torchvision;

    /// <summary>The names of akamaster/pytorch_resnet_cifar10.</summary>
    public static WeightScheme Akamaster => WeightSchemes.Akamaster;

    /// <summary>The names of kuangliu/pytorch-cifar, which are akamaster's in four stages; a pre-activation's projection has no
    /// normalization.</summary>
    public static WeightScheme Kuangliu => WeightSchemes.Kuangliu;

    /// <summary>All schemes; where two fit a file equally well the earlier one is taken.</summary>
    public static IReadOnlyList<WeightScheme> Schemes => s_schemes.Value;

    // Made when they are first asked for: most files have ours or torchvision's names, and reading one should not wait for the others.
    static readonly WeightScheme[] s_usual = [Ours, Torchvision, Akamaster, Kuangliu];
    static readonly Lazy<IReadOnlyList<WeightScheme>> s_schemes = new(() => [.. s_usual, .. WeightSchemes.Further]);

    /// <summary>The scheme of that name.</summary>
    /// <exception cref="ResiduumException">There is none.</exception>
    public static WeightScheme Scheme(string name) => Schemes.FirstOrDefault(scheme => scheme.Name == name)
        ?? throw new ResiduumException($"There is no naming scheme {Printable.Quote(name)}; known are {string.Join(", ", Schemes)}.");

    /// <summary>A scheme's name for a parameter of ours, or null where it has none.</summary>
    public static string? ToForeign(WeightScheme scheme, string ourName)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        return scheme.ToForeign(ourName);
    }

    /// <summary>Finds the scheme under which most of a file's names are names that are wanted, and translates the file's names by
    /// it.</summary>
    /// <param name="fileNames">The names in the file, without duplicates.</param>
    /// <param name="wanted">Our names of the network's parameters and running statistics.</param>
    public static MappedNames ToOurs(IEnumerable<string> fileNames, IReadOnlyCollection<string> wanted)
    {
        var names = fileNames.Where(name => !IsBatchCount(name)).ToArray();
        var wantedSet = wanted.ToHashSet(StringComparer.Ordinal);
        var best = Ours;
        var bestScore = (Hits: -1, Known: -1);
        foreach (var scheme in InOrder())
        {
            // Where nothing fits, the scheme that at least knows the names makes the clearest error.
            var ours = names.Select(scheme.ToOurs).OfType<string>().ToArray();
            var hits = ours.Count(wantedSet.Contains);
            var score = (hits, scheme == Ours ? hits : ours.Length);
            if (score.CompareTo(bestScore) <= 0) continue;
            (best, bestScore) = (scheme, score);
            if (hits == names.Length) break;
        }
        var fileNameOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var name in names.Where(name => !best.Ignored.Contains(name)))
            if (best.ToOurs(name) is not { } our || !fileNameOf.TryAdd(our, name)) unknown.Add(name);
        return new MappedNames(best, fileNameOf, unknown);
    }

    static IEnumerable<WeightScheme> InOrder()
    {
        foreach (var scheme in s_usual) yield return scheme;
        for (var i = s_usual.Length; i < Schemes.Count; i++) yield return Schemes[i];
    }

    static bool IsBatchCount(string name) =>
        name.EndsWith(BatchCount, StringComparison.Ordinal) && (name.Length == BatchCount.Length || name[^(BatchCount.Length + 1)] == '.');
}
