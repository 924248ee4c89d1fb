using System.Collections.Immutable;
using Residuum.Data;
using Residuum.Foundation;
using Residuum.Images;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum.Inspection;

/// <summary>
/// Some images of a set, as they are, without random changes: what measurements inside networks are made on. Which ones is said by their
/// indices, so that others can measure on the same. Immutable, safe to share among threads.
/// </summary>
public sealed class ImageSample : IImageDataset
{
    readonly IImageDataset _set;

    /// <summary>The images with these indices, in this order.</summary>
    /// <exception cref="ResiduumException">There are none, or the set has no such image.</exception>
    public ImageSample(IImageDataset set, ImmutableArray<int> indices)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (indices.IsDefaultOrEmpty) throw new ResiduumException($"A sample of {set.Name} needs at least one image.");
        foreach (var index in indices)
            if (index < 0 || index >= set.Count)
                throw new ResiduumException($"{set.Name} has no image {index}; its {set.Count} images are counted from 0.");
        (_set, Indices) = (set, indices);
    }

    /// <summary>Different images drawn by a seed, in the set's order.</summary>
    /// <param name="set">The set.</param>
    /// <param name="images">How many; all where the set has fewer.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <exception cref="ResiduumException">The number is below 1.</exception>
    public static ImageSample Draw(IImageDataset set, int images, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(set);
        var order = CounterRandom.For(RandomUse.Shuffle, seed).Permutation(set.Count);
        return new ImageSample(set, [.. order.Take(images).Order()]);
    }

    /// <summary>Which images of the set these are.</summary>
    public ImmutableArray<int> Indices { get; }

    /// <inheritdoc/>
    public string Name => _set.Name;

    /// <inheritdoc/>
    public int Count => Indices.Length;

    /// <inheritdoc/>
    public int Channels => _set.Channels;

    /// <inheritdoc/>
    public int Height => _set.Height;

    /// <inheritdoc/>
    public int Width => _set.Width;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _set.Classes;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Pixels(int index) => _set.Pixels(Indices[index]);

    /// <inheritdoc/>
    public int Label(int index) => _set.Label(Indices[index]);

    /// <summary>Some of these images.</summary>
    internal ImageSample Part(int first, int count) => new(_set, Indices.Slice(first, count));

    /// <summary>The images as a network reads them: N x channels x height x width.</summary>
    internal Tensor Prepare(Preprocessing preprocessing)
    {
        var normalization = NormalizationOf(preprocessing);
        var tensor = new Tensor(ElementType.Float32, new Shape(Count, Channels, Height, Width));
        var size = Channels * Height * Width;
        for (var i = 0; i < Count; i++) normalization.Apply(Pixels(i), Channels, tensor.Span<float>().Slice(i * size, size));
        return tensor;
    }

    /// <summary>Checks that a network takes such images and, where classes matter, tells as many apart.</summary>
    /// <exception cref="ResiduumException">It does not.</exception>
    internal void CheckFit(InspectedModel model, bool hasClasses)
    {
        if (hasClasses && model.Graph.Outputs.All(output => output.Name != TrainingGraph.Logits))
            throw new ResiduumException($"The network {model.Name} has no classifier, so it has no loss and no accuracy; "
                + "choose one that has.");
        var image = model.Graph.Inputs.First().Outputs[0].Shape;
        if (image.Rank != 4 || (image[1], image[2], image[3]) != (Channels, Height, Width))
            throw new ResiduumException(
                $"{model.Name} takes images of {string.Join('x', image.Dimensions.Skip(1))}, but those of {Name} are "
                    + $"{Channels}x{Height}x{Width}; "
                + "choose a network for that size.");
        if (hasClasses && TrainingGraph.Classes(model.Graph) is var classes && Classes.Count > classes)
            throw new ResiduumException(
                $"{model.Name} tells {classes} classes apart, but {Name} has {Classes.Count}; choose a network with as many.");
    }

    /// <summary>The mean and deviation of a preparation; sizes are the set's own.</summary>
    internal static Normalization NormalizationOf(Preprocessing preprocessing) =>
        new(preprocessing.Mean, preprocessing.Deviation, preprocessing.ReversedChannels);
}
