using System.Buffers.Binary;
using System.IO.Compression;
using Residuum.Foundation;

namespace Residuum.Images;

/// <summary>
/// Writes PNG files, 8 bits a sample, in colour or grey, not interlaced. Each row takes the filter whose bytes, read as signed numbers,
/// have the smallest sum of absolute values, as the PNG specification suggests (section 12.7). The same pixels give the same file on
/// the same version of .NET; the file carries no time stamp. Reading is <see cref="PngDecoder"/>'s and
/// <see cref="ImageReader"/>'s. Safe from several threads.
/// </summary>
public static class Png
{
    /// <summary>Bytes of pixel data in one chunk: readers need not hold more at once.</summary>
    const int ChunkBytes = 1 << 16;

    /// <summary>Reads a PNG file; shorthand for a new <see cref="ImageReader"/> where only PNG is expected.</summary>
    /// <exception cref="ResiduumException">The file is absent, damaged, of another format, or above the default limits.</exception>
    public static RgbImage Read(string path) => new ImageReader().Read(path);

    /// <summary>Writes a colour image to a file, whole or not at all.</summary>
    /// <exception cref="ResiduumException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image) => AtomicFile.Write(path, stream => Encode(stream, image));

    /// <summary>Writes a grey image to a file, whole or not at all; <paramref name="pixels"/> row by row, 0 for black.</summary>
    /// <exception cref="ResiduumException">The file cannot be written, or the size does not match the pixels.</exception>
    public static void WriteGrey(string path, int width, int height, ReadOnlyMemory<byte> pixels) =>
        AtomicFile.Write(path, stream => EncodeGrey(stream, width, height, pixels.Span));

    /// <summary>Writes a colour image as PNG into a stream, which stays open.</summary>
    public static void Encode(Stream stream, RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        Encode(stream, image.Width, image.Height, PngColour.Rgb, image.Pixels);
    }

    /// <summary>Writes a grey image as PNG into a stream, which stays open.</summary>
    /// <exception cref="ResiduumException">The size does not match the pixels.</exception>
    public static void EncodeGrey(Stream stream, int width, int height, ReadOnlySpan<byte> pixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (width < 1 || height < 1 || (long)width * height != pixels.Length)
            throw new ResiduumException(
                $"A grey image of {width}x{height} was given {pixels.Length} bytes; it takes width times height, each at least 1.");
        Encode(stream, width, height, PngColour.Grey, pixels);
    }

    static void Encode(Stream stream, int width, int height, PngColour colour, ReadOnlySpan<byte> pixels)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        Span<byte> header = stackalloc byte[PngHeader.Length];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, (byte)colour);
        WriteChunk(stream, "IHDR"u8, header);
        var data = Compress(pixels, pixels.Length / height, colour == PngColour.Rgb ? 3 : 1);
        for (var start = 0; start < data.Length; start += ChunkBytes)
            WriteChunk(stream, "IDAT"u8, data[start..Math.Min(start + ChunkBytes, data.Length)]);
        WriteChunk(stream, "IEND"u8, []);
    }

    static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> pixels, int rowBytes, int distance)
    {
        var result = new MemoryStream();
        using (var deflater = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            ReadOnlySpan<byte> above = new byte[rowBytes];
            var (best, trial) = (new byte[rowBytes + 1], new byte[rowBytes + 1]);
            for (var start = 0; start < pixels.Length; start += rowBytes)
            {
                var row = pixels.Slice(start, rowBytes);
                var least = long.MaxValue;
                for (var filter = 0; filter < PngFilters.Count; filter++)
                {
                    trial[0] = (byte)filter;
                    PngFilters.Apply(filter, row, above, distance, trial.AsSpan(1));
                    long sum = 0;
                    foreach (var value in trial.AsSpan(1)) sum += Math.Abs((int)(sbyte)value);
                    if (sum < least) (least, best, trial) = (sum, trial, best);
                }
                deflater.Write(best);
                above = row;
            }
        }
        return result.GetBuffer().AsSpan(0, (int)result.Length);
    }

    static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, type), data));
        stream.Write(number);
    }
}
