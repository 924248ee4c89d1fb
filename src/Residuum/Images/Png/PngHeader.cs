using System.Buffers.Binary;

namespace Residuum.Images;

/// <summary>What the pixels of a PNG file are (PNG specification, table 11.1).</summary>
enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>The header chunk of a PNG file, checked.</summary>
readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColour Colour, bool Interlaced)
{
    /// <summary>The length of the header chunk's data.</summary>
    public const int Length = 13;

    /// <summary>Samples of one pixel.</summary>
    public int Channels => Colour switch { PngColour.Grey or PngColour.Palette => 1, PngColour.GreyAlpha => 2, PngColour.Rgb => 3, _ => 4 };

    /// <summary>Bits of one pixel.</summary>
    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>The distance of the byte to the left in the filters: whole bytes of a pixel, at least 1.</summary>
    public int FilterDistance => Math.Max(1, BitsPerPixel / 8);

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without its filter byte.</summary>
    public long RowBytes(int width) => ((long)width * BitsPerPixel + 7) / 8;

    /// <summary>The length of the inflated data: every row of every pass with its filter byte.</summary>
    public long InflatedBytes
    {
        get
        {
            long bytes = 0;
            foreach (var pass in Passes)
            {
                var (width, height) = pass.Size(Width, Height);
                if (width > 0) bytes += (RowBytes(width) + 1) * height;
            }
            return bytes;
        }
    }

    /// <summary>The passes in which the pixels come: one, or Adam7's seven.</summary>
    public ReadOnlySpan<PngPass> Passes => Interlaced ? PngPass.Adam7 : PngPass.Whole;

    /// <summary>Reads and checks the data of the header chunk.</summary>
    public static PngHeader Parse(ReadOnlySpan<byte> data, string name, ImageLimits limits)
    {
        if (data.Length != Length)
            throw new ResiduumException(
                $"{name} is a PNG file with a header of {data.Length} bytes in place of {Length}; the file is damaged.");
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        limits.CheckSize(name, width, height);
        var (depth, colour) = (data[8], (PngColour)data[9]);
        var legal = colour switch
        {
            PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.RgbAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!legal)
            throw new ResiduumException(
                $"{name} is a PNG file of colour type {data[9]} with {depth} bits a sample, which PNG does not have; the file is damaged.");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw new ResiduumException(
                $"{name} is a PNG file with compression {data[10]}, filter {data[11]} and interlacing {data[12]}, "
                + "which PNG does not have; the file is damaged.");
        var header = new PngHeader((int)width, (int)height, depth, colour, data[12] == 1);
        // A row is held whole; under a raised limit one of 64 bits a pixel could be longer than an array.
        if (header.RowBytes(header.Width) >= Array.MaxLength)
            throw new ResiduumException(
                $"{name} is {width} pixels wide, more than can be read at {header.BitsPerPixel} bits a pixel; make it smaller.");
        return header;
    }
}

/// <summary>One pass over an image: the pixels at these offsets and steps.</summary>
readonly record struct PngPass(int XStart, int YStart, int XStep, int YStep)
{
    /// <summary>The single pass of an image that is not interlaced.</summary>
    public static readonly PngPass[] Whole = [new(0, 0, 1, 1)];

    /// <summary>The seven passes of an interlaced image (PNG specification, section 8.2).</summary>
    public static readonly PngPass[] Adam7 =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    /// <summary>How many pixels of an image fall into this pass; a pass without columns has no rows either.</summary>
    public (int Width, int Height) Size(int width, int height)
    {
        var columns = (width - XStart + XStep - 1) / XStep;
        var rows = (height - YStart + YStep - 1) / YStep;
        return columns > 0 && rows > 0 ? (columns, rows) : (0, 0);
    }
}
