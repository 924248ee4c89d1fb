using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Finds, for every parameter and running statistic of a network, the tensor that a weight file has for it, whichever known scheme the
/// file's names follow. Everything that does not fit is reported at once. Safe from several threads.
/// </summary>
public static class StateLoader
{
    const int Shown = 5;

    /// <summary>The network's state out of a file.</summary>
    /// <param name="file">What was read.</param>
    /// <param name="wanted">Our names and the shapes they must have.</param>
    /// <param name="source">What error messages call the file.</param>
    /// <returns>Single-precision tensors under our names, in the order of <paramref name="wanted"/>; those that were single-precision in
    /// the file share its memory.</returns>
    /// <exception cref="ResiduumException">Names are missing or unexpected, or shapes differ; the message lists the first five of each,
    /// and for each missing name the nearest one that the file has.</exception>
    public static OrderedDictionary<string, Tensor> Load(TensorFile file, IReadOnlyList<KeyValuePair<string, Shape>> wanted, string source)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(wanted);
        var names = wanted.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var mapped = WeightNames.ToOurs(file.Tensors.Keys, names);
        var unexpected = mapped.Unknown
            .Concat(mapped.FileNames.Where(pair => !names.Contains(pair.Key)).Select(pair => pair.Value)).ToHashSet(StringComparer.Ordinal);
        var result = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        List<string> missing = [], misshapen = [];
        foreach (var (name, shape) in wanted)
        {
            if (!mapped.FileNames.TryGetValue(name, out var fileName)) missing.Add(name);
            else if (file.Tensors[fileName].Shape is var found && mapped.Scheme.ShapeHere(found, shape) != shape)
                misshapen.Add($"{Both(name, fileName)} is {found} in the file and {shape} in the network");
            else result.Add(name, mapped.Scheme.TensorHere(file.Tensors[fileName].ToFloat32(), shape));
        }
        if (missing.Count + unexpected.Count + misshapen.Count == 0) return result;
        var candidates = unexpected.Count > 0 ? unexpected : (IReadOnlyCollection<string>)file.Tensors.Keys;
        var problems = new List<string>();
        // Names in the file's own order, whatever order they were found in.
        Report(problems, "missing", missing.Select(name => Missing(name, mapped.Scheme, candidates)), missing.Count);
        Report(problems, "unexpected", file.Tensors.Keys.Where(unexpected.Contains).Select(Printable.Quote), unexpected.Count);
        Report(problems, "of another shape", misshapen, misshapen.Count);
        throw new ResiduumException($"The weights in {source} do not fit the network: {string.Join("; ", problems)}; choose the network "
            + "that they were made for.");
    }

    static void Report(List<string> problems, string what, IEnumerable<string> items, int count)
    {
        if (count == 0) return;
        var more = count > Shown ? $" and {count - Shown} more" : "";
        problems.Add($"{count} {what}: {string.Join(", ", items.Take(Shown))}{more}");
    }

    static string Missing(string name, WeightScheme scheme, IReadOnlyCollection<string> candidates)
    {
        var theirs = scheme.ToForeign(name) ?? name;
        var nearest = EditDistance.Nearest(theirs, candidates);
        return Both(name, theirs) + (nearest is null ? "" : $" (nearest: {Printable.Quote(nearest)})");
    }

    static string Both(string ours, string theirs) => ours == theirs ? ours : $"{ours} ({Printable.Quote(theirs)} in the file's names)";
}
