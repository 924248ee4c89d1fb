namespace Residuum.Images;

/// <summary>
/// A colour picture in memory: 8 bits for each of red, green and blue, the three of a pixel side by side, rows from top to bottom
/// without padding. Grey pictures have three equal values. The size is fixed, the pixels are not; several threads may read one.
/// </summary>
public sealed class RgbImage
{
    /// <summary>A black picture.</summary>
    /// <exception cref="ResiduumException">A side is below 1, or the picture would be larger than 2 GB.</exception>
    public RgbImage(int width, int height) : this(width, height, new byte[ByteCount(width, height)]) { }

    /// <summary>A picture over bytes that the caller hands over and no longer touches.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="pixels">3 x <paramref name="width"/> x <paramref name="height"/> bytes: R G B, R G B, ... row by row.</param>
    /// <exception cref="ResiduumException">A side is below 1, or the number of bytes does not match.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (ByteCount(width, height) != pixels.Length)
            throw new ResiduumException(
                $"An image of {width}x{height} takes {ByteCount(width, height)} bytes, but {pixels.Length} were given.");
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels, interleaved: the red of column x in row y is at (y x <see cref="Width"/> + x) x 3.</summary>
    public byte[] Pixels { get; }

    /// <summary>The red, green and blue bytes of one row, counted from the top.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width * 3, Width * 3);

    /// <summary>For example <c>640x480 image</c>.</summary>
    public override string ToString() => $"{Width}x{Height} image";

    static long ByteCount(int width, int height)
    {
        if (width < 1 || height < 1) throw new ResiduumException($"An image cannot be {width}x{height}; both sides are at least 1 pixel.");
        // Two factors below 2^31 and a 3 overflow a long, so the product is looked at before the 3.
        var pixels = (long)width * height;
        if (pixels > Array.MaxLength / 3)
            throw new ResiduumException($"An image of {width}x{height} is larger than 2 GB, which is the most that one may hold.");
        return pixels * 3;
    }
}
