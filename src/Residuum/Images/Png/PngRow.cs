namespace Residuum.Images;

/// <summary>Turns the samples of a row, as PNG packs them, into red, green and blue bytes.</summary>
readonly struct PngRow(PngHeader header, ReadOnlyMemory<byte> palette, string name)
{
    /// <summary>Writes the colours of <paramref name="width"/> pixels, each <paramref name="step"/> pixels after the one before.</summary>
    public void Expand(ReadOnlySpan<byte> row, int width, Span<byte> target, int step)
    {
        if (header.Colour == PngColour.Palette) ExpandPalette(row, width, target, 3 * step);
        else if (header.BitDepth < 8) ExpandPackedGrey(row, width, target, 3 * step);
        else if (header.BitsPerPixel == 24 && step == 1) row[..(3 * width)].CopyTo(target);
        else ExpandBytes(row, width, target, 3 * step);
    }

    /// <summary>Whole bytes: the upper byte of each sample; alpha, the last sample of its pixel, is passed over.</summary>
    void ExpandBytes(ReadOnlySpan<byte> row, int width, Span<byte> target, int step)
    {
        var sampleBytes = header.BitDepth / 8;
        var pixelBytes = header.BitsPerPixel / 8;
        var (green, blue) = header.Colour is PngColour.Rgb or PngColour.RgbAlpha ? (sampleBytes, 2 * sampleBytes) : (0, 0);
        for (int x = 0, from = 0, to = 0; x < width; x++, from += pixelBytes, to += step)
        {
            target[to] = row[from];
            target[to + 1] = row[from + green];
            target[to + 2] = row[from + blue];
        }
    }

    void ExpandPackedGrey(ReadOnlySpan<byte> row, int width, Span<byte> target, int step)
    {
        // 255 is a multiple of 1, 3 and 15, so the scale is exact.
        var scale = 255 / ((1 << header.BitDepth) - 1);
        for (int x = 0, to = 0; x < width; x++, to += step)
            target[to] = target[to + 1] = target[to + 2] = (byte)(Sample(row, x) * scale);
    }

    void ExpandPalette(ReadOnlySpan<byte> row, int width, Span<byte> target, int step)
    {
        var colours = palette.Span;
        for (int x = 0, to = 0; x < width; x++, to += step)
        {
            var index = header.BitDepth == 8 ? row[x] : Sample(row, x);
            if (3 * index >= colours.Length) throw PngChunks.Damaged(name, $"uses colour {index} of a palette of {colours.Length / 3}");
            colours.Slice(3 * index, 3).CopyTo(target[to..]);
        }
    }

    /// <summary>A sample of less than 8 bits; the first of a byte is in its upper bits.</summary>
    int Sample(ReadOnlySpan<byte> row, int x)
    {
        var bit = (long)x * header.BitDepth;
        return row[(int)(bit >> 3)] >> 8 - header.BitDepth - (int)(bit & 7) & (1 << header.BitDepth) - 1;
    }
}
