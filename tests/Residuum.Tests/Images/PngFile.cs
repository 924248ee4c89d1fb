using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Residuum.Foundation;

namespace Residuum.Tests.Images;

/// <summary>Puts PNG files together from chunks, also such as no writer should make.</summary>
static class PngFile
{
    public static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static readonly byte[] End = Chunk("IEND", []);

    public static byte[] Of(params byte[][] chunks) => [.. Signature, .. chunks.SelectMany(chunk => chunk)];

    public static byte[] Header(
        uint width, uint height, byte depth = 8, byte colour = 2, byte compression = 0, byte filter = 0, byte interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(data, width);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[10], data[11], data[12]) = (depth, colour, compression, filter, interlace);
        return Chunk("IHDR", data);
    }

    public static byte[] Pixels(params byte[] raw) => Chunk("IDAT", Deflated(raw));

    public static byte[] Deflated(byte[] raw)
    {
        using var result = new MemoryStream();
        using (var deflater = new ZLibStream(result, CompressionLevel.SmallestSize)) deflater.Write(raw);
        return result.ToArray();
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        MendCheckSum(chunk, 0, data.Length);
        return chunk;
    }

    /// <summary>Makes the check sum of the chunk at <paramref name="start"/> right again.</summary>
    public static void MendCheckSum(byte[] file, int start, int length) =>
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(start + 8 + length), Crc32.Append(0, file.AsSpan(start + 4, length + 4)));

    /// <summary>Makes all check sums right again, as far as the chunks' lengths make sense.</summary>
    public static void MendCheckSums(byte[] file)
    {
        for (var start = 8; start + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(start));
            if (length > file.Length - start - 12) return;
            MendCheckSum(file, start, (int)length);
            start += (int)length + 12;
        }
    }
}
