using System.IO.Compression;

namespace Residuum.Images;

/// <summary>
/// Reads PNG files: every colour type, bit depth and interlacing. Transparency is dropped without blending (as Pillow's
/// <c>convert("RGB")</c> does); of samples of 16 bits the upper 8 are kept; samples of 1, 2 and 4 bits are spread over 0 to 255;
/// gamma and colour profiles are ignored. Of an animated PNG the still image is read.
/// Every check sum is verified; the pixels are inflated row by row, and never beyond the size that the header declares.
/// No state, safe from several threads.
/// </summary>
public sealed class PngDecoder : IImageDecoder
{
    /// <summary>No byte of deflate's output takes less than 1/1032 of a byte of its input.</summary>
    const long GreatestRatio = 1032;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> head) => PngChunks.HasSignature(head);

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> file, string name, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var chunks = PngChunks.Parse(file, name, limits);
        var header = chunks.Header;
        var compressed = chunks.Data.Sum(piece => (long)piece.Length);
        if (header.InflatedBytes / GreatestRatio > compressed)
            throw PngChunks.Damaged(
                name, $"declares {header.Width}x{header.Height} pixels, more than its {compressed} bytes of pixel data can hold");

        var image = new RgbImage(header.Width, header.Height);
        using var inflater = new ZLibStream(new JoinedStream(chunks.Data), CompressionMode.Decompress);
        try
        {
            foreach (var pass in header.Passes) DecodePass(inflater, chunks, pass, image, name);
            // This read makes the inflater verify its own check sum; a byte more than the header promises is a bomb or a mistake.
            if (inflater.ReadByte() >= 0) throw PngChunks.Damaged(name, "holds more pixel data than its size needs");
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw PngChunks.Damaged(name, "has pixel data that cannot be inflated", error);
        }
        return image;
    }

    static void DecodePass(ZLibStream inflater, PngChunks chunks, PngPass pass, RgbImage image, string name)
    {
        var header = chunks.Header;
        var (width, height) = pass.Size(header.Width, header.Height);
        if (width == 0) return;
        // The filter byte comes before the row; the row above the first one is zeros.
        var length = (int)(header.RowBytes(width) + 1);
        var (row, above) = (new byte[length], new byte[length]);
        var pixels = new PngRow(header, chunks.Palette, name);
        for (var y = 0; y < height; y++)
        {
            if (inflater.ReadAtLeast(row, length, throwOnEndOfStream: false) < length)
                throw PngChunks.Damaged(name, "holds less pixel data than its size needs");
            if (row[0] >= PngFilters.Count) throw PngChunks.Damaged(name, $"uses the row filter {row[0]}, which PNG does not have");
            PngFilters.Undo(row[0], row.AsSpan(1), above.AsSpan(1), header.FilterDistance);
            pixels.Expand(row.AsSpan(1), width, image.Row(pass.YStart + y * pass.YStep)[(3 * pass.XStart)..], pass.XStep);
            (row, above) = (above, row);
        }
    }
}
