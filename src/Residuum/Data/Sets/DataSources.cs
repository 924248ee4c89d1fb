using Residuum.Images;

namespace Residuum.Data;

/// <summary>Opens a data set by the name that the command line uses.</summary>
public static class DataSources
{
    /// <summary>The forms of a name that <see cref="Open"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["shapes", "cifar10:DIR", "mnist:DIR", "fashion-mnist:DIR"];

    /// <summary>
    /// Opens <c>shapes</c>, <c>cifar10:DIR</c>, <c>mnist:DIR</c> or <c>fashion-mnist:DIR</c>. Nothing is read before a split is asked for,
    /// except that the folder must exist. By default CIFAR-10 is padded by 4, cropped and mirrored, shapes are padded by 2, cropped and
    /// mirrored, and digits and clothes are left as they are.
    /// </summary>
    /// <param name="name">The set's name, with its folder where it has one.</param>
    /// <param name="seed">The seed of a generated set; it does not touch the others.</param>
    /// <exception cref="ResiduumException">The name is not known, or its folder is missing.</exception>
    public static DataSource Open(string name, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? name : name[..colon];
        var directory = colon < 0 ? "" : name[(colon + 1)..];
        if (kind is not ("shapes" or "cifar10" or "mnist" or "fashion-mnist"))
            throw new ResiduumException($"There is no data set '{name}'; choose {string.Join(", ", Names)}.");
        if (kind == "shapes")
            return colon < 0
                ? Source("shapes", new Augmentation(2, true), split => Shapes.Generate(split, seed))
                : throw new ResiduumException($"The data set '{name}' has a folder, but shapes are generated; write shapes alone.");
        if (directory.Length == 0)
            throw new ResiduumException($"The data set '{name}' lacks its folder; write {kind}:DIR, where DIR holds its files.");
        if (!Directory.Exists(directory))
            throw new ResiduumException($"The data set '{name}' should be in the folder '{directory}', but there is none; check the path.");
        return kind == "cifar10"
            ? Source("cifar10", new Augmentation(4, true), split => Cifar10.Load(directory, split))
            : Source(kind, Augmentation.None, split => Mnist.Load(directory, split, kind == "fashion-mnist"));

        DataSource Source(string normalization, Augmentation augmentation, Func<Split, ImageSet> load) =>
            new(name, Normalization.Parse(normalization), augmentation, () => load(Split.Train), () => load(Split.Test));
    }
}
