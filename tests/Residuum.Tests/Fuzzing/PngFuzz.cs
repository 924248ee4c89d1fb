using System.Buffers.Binary;
using System.IO.Compression;
using Residuum.Foundation;
using Residuum.Images;
using Residuum.Testing;
using Residuum.Tests.Images;

namespace Residuum.Tests.Fuzzing;

static class PngFuzz
{
    static readonly string[] s_types = ["IHDR", "PLTE", "IDAT", "IEND", "tEXt", "tRNS", "CgBI", "zzZz"];

    public static FuzzFormat Format { get; } = new(
        "png", [.. GoldenLines.Read("Residuum.Tests/Golden/Images/png.txt").Select(line => Convert.FromBase64String(line[3]))],
        Mutate, HasHeader, bytes => new PngDecoder().Decode(bytes, "FILE", ImageLimits.Default),
        // Deflate gives at most 1032 bytes for one; a bit of grey becomes three bytes of colour; rows are held twice beside the picture.
        length => (1 << 20) + Math.Min(1032 * 28 * length, 1L << 30));

    static byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(8) == 0) return Damage.Bytes(seed, random);
        var chunks = Split(seed);
        for (var change = random.Next(1, 3); change > 0; change--)
        {
            var place = random.Next(8) == 0 ? 0 : random.Next(chunks.Count);
            switch (random.Next(6))
            {
                case 0: chunks[place] = (chunks[place].Type, Damage.Bytes(chunks[place].Data, random)); break;
                case 1: chunks[0] = (chunks[0].Type, Field(chunks[0].Data, random)); break;
                case 2: chunks.Insert(random.Next(chunks.Count + 1), chunks[place]); break;
                case 3 when chunks.Count > 1: chunks.RemoveAt(random.Next(1, chunks.Count)); break;
                case 4: chunks[place] = (random.OneOf(s_types), chunks[place].Data); break;
                default:
                    var pixels = chunks.FindIndex(chunk => chunk.Type == "IDAT");
                    if (pixels >= 0) chunks[pixels] = ("IDAT", Pixels(chunks[pixels].Data, random));
                    break;
            }
        }
        return PngFile.Of([.. chunks.Select(chunk => PngFile.Chunk(chunk.Type, chunk.Data))]);
    }

    // Other numbers in the header: sizes, depth, colour type, and so on.
    static byte[] Field(byte[] header, Random random)
    {
        byte[] copy = [.. header];
        if (copy.Length < 13) return copy;
        switch (random.Next(3))
        {
            case 0: BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(4 * random.Next(2)), (int)Damage.Number(11, random)); break;
            case 1: copy[random.Next(8, 13)] = (byte)random.Next(9); break;
            default: copy[8] = random.OneOf<byte>([1, 2, 4, 8, 16]); break;
        }
        return copy;
    }

    // Other bytes behind the compression: filters, indices of the palette, more or less than the size needs.
    static byte[] Pixels(byte[] compressed, Random random)
    {
        try
        {
            using var inflater = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
            using var raw = new MemoryStream();
            inflater.CopyTo(raw);
            return PngFile.Deflated(Damage.Bytes(raw.ToArray(), random));
        }
        catch (InvalidDataException) { return compressed; }
    }

    static List<(string Type, byte[] Data)> Split(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var start = 8; start + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start));
            chunks.Add((System.Text.Encoding.ASCII.GetString(file, start + 4, 4), file[(start + 8)..(start + 8 + length)]));
            start += length + 12;
        }
        return chunks;
    }

    // The signature, and a header chunk with a right check sum.
    static bool HasHeader(byte[] bytes) =>
        bytes.Length >= 33 && bytes.AsSpan().StartsWith(PngFile.Signature) && bytes.AsSpan(12).StartsWith("IHDR"u8)
        && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8)) == 13
        && Crc32.Append(0, bytes.AsSpan(12, 17)) == BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(29));
}
