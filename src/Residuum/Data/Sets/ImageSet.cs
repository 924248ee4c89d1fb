using Residuum.Images;

namespace Residuum.Data;

/// <summary>
/// A set of labelled images held in memory as bytes (N x C x H x W). Immutable as long as nobody writes to the arrays it was given.
/// </summary>
public sealed class ImageSet : IImageDataset
{
    readonly byte[] _pixels;
    readonly byte[] _labels;

    /// <summary>A set over these arrays, which are kept, not copied.</summary>
    /// <param name="name">What to call the set in messages.</param>
    /// <param name="channels">Colour planes of every image.</param>
    /// <param name="height">Height of every image in pixels.</param>
    /// <param name="width">Width of every image in pixels.</param>
    /// <param name="classes">The classes' names, at most 256.</param>
    /// <param name="pixels">All images, one after the other, each plane after plane.</param>
    /// <param name="labels">One class for each image.</param>
    /// <exception cref="ResiduumException">The sizes do not agree, the set is empty, or a label is not a class.</exception>
    public ImageSet(string name, int channels, int height, int width, IReadOnlyList<string> classes, byte[] pixels, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (channels < 1 || height < 1 || width < 1)
            throw new ResiduumException($"The images of '{name}' are {channels}x{height}x{width}; every dimension must be at least 1.");
        if (labels.Length == 0) throw new ResiduumException($"The set '{name}' has no images; give it at least one.");
        var expected = (Int128)labels.Length * channels * height * width;
        if (pixels.Length != expected)
            throw new ResiduumException($"The set '{name}' has {pixels.Length} bytes of pixels, but {labels.Length} images of "
                + $"{channels}x{height}x{width} need {expected}; give as many pixels as labels.");
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] >= classes.Count)
                throw new ResiduumException($"Image {i} of '{name}' has label {labels[i]}, but there are {classes.Count} classes; "
                    + $"labels go from 0 to {classes.Count - 1}.");
        (Name, Channels, Height, Width, Classes, _pixels, _labels) = (name, channels, height, width, classes, pixels, labels);
    }

    /// <summary>A set of pictures of one size, copied.</summary>
    /// <param name="name">What to call the set in messages.</param>
    /// <param name="classes">The classes' names, at most 256.</param>
    /// <param name="images">The pictures, for example those of <see cref="Preprocessing.ApplyGeometry"/>.</param>
    /// <param name="labels">One class for each picture.</param>
    /// <param name="channels">3 for colour; 1 for grey, which is then the red of each picture.</param>
    /// <exception cref="ResiduumException">The sizes do not agree, the set is empty, or a label is not a class.</exception>
    public static ImageSet Of(
        string name, IReadOnlyList<string> classes, IReadOnlyList<RgbImage> images, IReadOnlyList<int> labels, int channels = 3)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        if (channels is not (1 or 3)) throw new ResiduumException($"The pictures of '{name}' have 1 or 3 channels, not {channels}.");
        if (images.Count == 0 || images.Count != labels.Count)
            throw new ResiduumException($"The set '{name}' has {images.Count} pictures and {labels.Count} labels; give one label for "
                + "each, and at least one.");
        var (height, width) = (images[0].Height, images[0].Width);
        var plane = height * width;
        var pixels = new byte[checked(images.Count * channels * plane)];
        var bytes = new byte[labels.Count];
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i].Height != height || images[i].Width != width)
                throw new ResiduumException($"Picture {i} of '{name}' is {images[i].Width}x{images[i].Height}, and the first "
                    + $"{width}x{height}; resize them to one size.");
            if (labels[i] < 0 || labels[i] >= Math.Min(classes.Count, 256))
                throw new ResiduumException($"Picture {i} of '{name}' has label {labels[i]}, but there are {classes.Count} classes; "
                    + "labels go from 0, to 255 at most.");
            bytes[i] = (byte)labels[i];
            for (var channel = 0; channel < channels; channel++)
                for (var j = 0; j < plane; j++) pixels[(i * channels + channel) * plane + j] = images[i].Pixels[3 * j + channel];
        }
        return new ImageSet(name, channels, height, width, classes, pixels, bytes);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        var size = Channels * Height * Width;
        return _pixels.AsSpan(checked(index * size), size);
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];
}
