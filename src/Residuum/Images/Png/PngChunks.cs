using System.Buffers.Binary;
using System.Text;
using Residuum.Foundation;

namespace Residuum.Images;

/// <summary>The parts of a PNG file that the pixels need; found, put in order and checked before anything is inflated.</summary>
sealed class PngChunks
{
    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    PngChunks(PngHeader header) => Header = header;

    /// <summary>The checked header.</summary>
    public PngHeader Header { get; }

    /// <summary>The palette's colours, three bytes each; empty where the file has none.</summary>
    public ReadOnlyMemory<byte> Palette { get; private set; }

    /// <summary>The pieces of the compressed pixels, in order.</summary>
    public List<ReadOnlyMemory<byte>> Data { get; } = [];

    /// <summary>Whether a file begins as PNG files do.</summary>
    public static bool HasSignature(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    /// <summary>
    /// Walks over the chunks. Every check sum is verified, unknown chunks that may be ignored are, and bytes after the end chunk are
    /// not looked at.
    /// </summary>
    public static PngChunks Parse(ReadOnlyMemory<byte> file, string name, ImageLimits limits)
    {
        if (!HasSignature(file.Span))
            throw new ResiduumException($"{name} does not begin as a PNG file does; the file is damaged or of another format.");
        PngChunks? chunks = null;
        var dataEnded = false;
        var position = Signature.Length;
        while (true)
        {
            var (type, data) = Next(file, ref position, name);
            var isHeader = type.Span.SequenceEqual("IHDR"u8);
            if (chunks is null)
            {
                if (!isHeader) throw Damaged(name, $"begins with the chunk {Name(type.Span)} in place of its header");
                chunks = new PngChunks(PngHeader.Parse(data.Span, name, limits));
                continue;
            }
            var isData = type.Span.SequenceEqual("IDAT"u8);
            if (isData && dataEnded) throw Damaged(name, "has other chunks in the midst of its pixel data");
            if (!isData && chunks.Data.Count > 0) dataEnded = true;

            if (isData) chunks.Data.Add(data);
            else if (isHeader) throw Damaged(name, "has two headers");
            else if (type.Span.SequenceEqual("PLTE"u8)) chunks.SetPalette(data, name);
            else if (type.Span.SequenceEqual("IEND"u8)) break;
            else if ((type.Span[0] & 0x20) == 0)
                throw new ResiduumException(
                    $"{name} is a PNG file with the chunk {Name(type.Span)}, which is needed and not known here; save it as a plain PNG.");
        }
        if (chunks.Data.Count == 0) throw Damaged(name, "has no pixel data");
        if (chunks.Header.Colour == PngColour.Palette && chunks.Palette.IsEmpty)
            throw Damaged(name, "has no palette, and its pixels need one");
        return chunks;
    }

    /// <summary>The error for a PNG file that breaks the format.</summary>
    public static ResiduumException Damaged(string name, string what, Exception? inner = null)
    {
        var message = $"{name} is a PNG file that {what}; the file is damaged, get it again.";
        return inner is null ? new(message) : new(message, inner);
    }

    void SetPalette(ReadOnlyMemory<byte> data, string name)
    {
        if (Header.Colour is PngColour.Grey or PngColour.GreyAlpha) throw Damaged(name, "is grey and has a palette");
        if (!Palette.IsEmpty || Data.Count > 0) throw Damaged(name, "has its palette twice or after its pixels");
        var most = Header.Colour == PngColour.Palette ? 1 << Header.BitDepth : 256;
        if (data.IsEmpty || data.Length % 3 != 0 || data.Length / 3 > most)
            throw Damaged(name, $"has a palette of {data.Length} bytes, where 3 to {3 * most} in steps of 3 are possible");
        Palette = data;
    }

    static (ReadOnlyMemory<byte> Type, ReadOnlyMemory<byte> Data) Next(ReadOnlyMemory<byte> file, ref int position, string name)
    {
        const int surroundings = 12;
        var rest = file[position..];
        if (rest.Length < surroundings) throw Truncated(name);
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest.Span);
        if (length > rest.Length - surroundings) throw Truncated(name);
        var (type, data) = (rest.Slice(4, 4), rest.Slice(8, (int)length));
        foreach (var letter in type.Span)
            if (!char.IsAsciiLetter((char)letter)) throw Damaged(name, "has a chunk whose name is not made of letters");
        var expected = BinaryPrimitives.ReadUInt32BigEndian(rest.Span[(8 + (int)length)..]);
        if (Crc32.Append(0, rest.Span.Slice(4, 4 + (int)length)) != expected)
            throw Damaged(name, $"has a wrong check sum in the chunk {Name(type.Span)}");
        position += surroundings + (int)length;
        return (type, data);
    }

    static ResiduumException Truncated(string name) => new(
        $"{name} is a PNG file that ends too early; the file is truncated, get it again.");

    static string Name(ReadOnlySpan<byte> type) => Encoding.ASCII.GetString(type);
}
