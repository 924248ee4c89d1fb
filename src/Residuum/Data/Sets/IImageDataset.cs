namespace Residuum.Data;

/// <summary>
/// A set of labelled images of one size, as bytes. Implementations are immutable and safe to read from several threads.
/// </summary>
public interface IImageDataset
{
    /// <summary>What to call the set in messages, for example <c>cifar10 test</c>.</summary>
    string Name { get; }

    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The number of colour planes: 3 for red, green and blue, 1 for grey.</summary>
    int Channels { get; }

    /// <summary>The height of every image in pixels.</summary>
    int Height { get; }

    /// <summary>The width of every image in pixels.</summary>
    int Width { get; }

    /// <summary>The names of the classes; a label is an index into it.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>One image: Channels x Height x Width bytes, plane after plane, 0 to 255.</summary>
    ReadOnlySpan<byte> Pixels(int index);

    /// <summary>One image's class, an index into <see cref="Classes"/>.</summary>
    int Label(int index);
}
