using Residuum.Foundation;

namespace Residuum.Data;

/// <summary>
/// An embedded set of 32x32 colour pictures in ten classes (circle, ring, square, triangle, star, cross, crescent, heart, arrow,
/// hourglass), generated from a seed, so that training needs no download. Place, size, angle, stretch and colours are random, over a
/// gradient with lines, dots and noise: colours and single pixels tell nothing about the class, only the form does. Picture <c>index</c> of
/// a split depends on (seed, split, index) alone, and is the same on every machine. Safe from any thread.
/// </summary>
public static class Shapes
{
    /// <summary>Height and width of every picture in pixels.</summary>
    public const int Size = 32;

    /// <summary>How many training pictures there are by default.</summary>
    public const int TrainCount = 10000;

    /// <summary>How many test pictures there are by default.</summary>
    public const int TestCount = 2000;

    /// <summary>The classes, in the order of their labels.</summary>
    public static IReadOnlyList<string> Classes => ShapeOutline.Names;

    /// <summary>Generates a set; picture i shows class i mod 10, so classes are balanced and any shuffling is the reader's.</summary>
    /// <param name="split">Training or test pictures: streams that never meet.</param>
    /// <param name="seed">The set's seed; 0 gives the set that the documentation shows.</param>
    /// <param name="count">How many pictures, 1 to 200,000; by default <see cref="TrainCount"/> or <see cref="TestCount"/>.</param>
    /// <exception cref="ResiduumException">The count is out of range.</exception>
    public static ImageSet Generate(Split split, ulong seed = 0, int? count = null)
    {
        var pictures = count ?? (split == Split.Train ? TrainCount : TestCount);
        if (pictures is < 1 or > 200000)
            throw new ResiduumException($"A set of {pictures} shapes cannot be made; ask for 1 to 200000.");
        var pixels = new byte[pictures * 3 * Size * Size];
        var labels = new byte[pictures];
        Parallel.For(0, pictures, index =>
        {
            var label = index % Classes.Count;
            labels[index] = (byte)label;
            Draw(split, seed, index, label, pixels.AsSpan(index * 3 * Size * Size, 3 * Size * Size));
        });
        return new ImageSet($"shapes {(split == Split.Train ? "train" : "test")}", 3, Size, Size, Classes, pixels, labels);
    }

    /// <summary>A sheet of training pictures, a row for each class, on white, for documentation.</summary>
    /// <param name="columns">Pictures of each class, 1 to 100.</param>
    /// <param name="seed">The set's seed.</param>
    /// <returns>The sheet's size in pixels and its red, green and blue bytes, the three of a pixel side by side, rows from the
    /// top.</returns>
    /// <exception cref="ResiduumException">The number of columns is out of range.</exception>
    public static (int Width, int Height, byte[] Pixels) SampleSheet(int columns = 10, ulong seed = 0)
    {
        if (columns is < 1 or > 100) throw new ResiduumException($"A sheet of {columns} columns cannot be made; ask for 1 to 100.");
        const int Gap = 2;
        const int Step = Size + Gap;
        var (width, height) = (columns * Step + Gap, Classes.Count * Step + Gap);
        var sheet = new byte[width * height * 3];
        Array.Fill(sheet, (byte)255);
        var picture = new byte[3 * Size * Size];
        for (var label = 0; label < Classes.Count; label++)
            for (var column = 0; column < columns; column++)
            {
                Draw(Split.Train, seed, column * Classes.Count + label, label, picture);
                for (var i = 0; i < picture.Length; i++)
                {
                    var (channel, y, x) = (i / (Size * Size), i / Size % Size, i % Size);
                    sheet[((label * Step + Gap + y) * width + column * Step + Gap + x) * 3 + channel] = picture[i];
                }
            }
        return (width, height, sheet);
    }

    static void Draw(Split split, ulong seed, int index, int label, Span<byte> pixels) =>
        ShapePainter.Paint(CounterRandom.For(RandomUse.Pictures, seed, ((uint)split << 31) | (uint)index), label, pixels);
}
