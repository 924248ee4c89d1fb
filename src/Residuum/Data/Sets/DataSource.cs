using Residuum.Images;

namespace Residuum.Data;

/// <summary>
/// A data set to train and measure on: two splits, each loaded when it is first asked for, and what suits them. Safe from any thread.
/// </summary>
public sealed class DataSource
{
    readonly Lazy<ImageSet> _train;
    readonly Lazy<ImageSet> _test;

    /// <summary>A source from what loads its splits; a failure to load is raised again at every access.</summary>
    public DataSource(string name, Normalization normalization, Augmentation augmentation, Func<ImageSet> train, Func<ImageSet> test)
    {
        (Name, Normalization, Augmentation) = (name, normalization, augmentation);
        (_train, _test) = (new Lazy<ImageSet>(train), new Lazy<ImageSet>(test));
    }

    /// <summary>As it was asked for, for example <c>cifar10:DIR</c>.</summary>
    public string Name { get; }

    /// <summary>The mean and deviation usual for the set.</summary>
    public Normalization Normalization { get; }

    /// <summary>The random changes to training images usual for the set.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>The training images.</summary>
    /// <exception cref="ResiduumException">They cannot be loaded.</exception>
    public ImageSet Train => _train.Value;

    /// <summary>The test images; they do not need the training images' files.</summary>
    /// <exception cref="ResiduumException">They cannot be loaded.</exception>
    public ImageSet Test => _test.Value;
}
