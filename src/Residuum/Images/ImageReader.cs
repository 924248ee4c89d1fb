using System.Collections.Immutable;

namespace Residuum.Images;

/// <summary>
/// Opens image files, and tells their format by their content, not by their extension. PNG is always read; further formats are added
/// by their decoders (JPEG: <c>new ImageReader(new JpegDecoder())</c> from Residuum.Jpeg). Immutable, safe from several threads.
/// </summary>
public sealed class ImageReader
{
    const int HeadBytes = 16;

    static volatile ImageReader s_default = new();

    readonly ImmutableArray<IImageDecoder> _decoders;

    /// <summary>A reader with the default limits.</summary>
    /// <param name="decoders">Decoders beside PNG's.</param>
    public ImageReader(params ReadOnlySpan<IImageDecoder> decoders) : this(ImageLimits.Default, decoders) { }

    /// <summary>A reader with limits of its own.</summary>
    /// <param name="limits">What to refuse before memory is taken.</param>
    /// <param name="decoders">Decoders beside PNG's.</param>
    public ImageReader(ImageLimits limits, params ReadOnlySpan<IImageDecoder> decoders)
    {
        Limits = limits;
        _decoders = [new PngDecoder(), .. decoders];
    }

    /// <summary>
    /// The reader that is used where a path is given and no reader, as by <c>Model.Predict(path)</c>; of PNG alone until another one is
    /// set:
    /// <c>ImageReader.Default = new ImageReader(new JpegDecoder())</c>, once at a program's start.
    /// </summary>
    public static ImageReader Default
    {
        get => s_default;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            s_default = value;
        }
    }

    /// <summary>What is refused before memory is taken.</summary>
    public ImageLimits Limits { get; }

    /// <summary>Reads an image file.</summary>
    /// <exception cref="ResiduumException">The file is absent, unreadable, of an unknown format, damaged, or above the limits.</exception>
    public RgbImage Read(string path) => Decode(ReadBytes(path), path);

    /// <summary>Decodes an image file that is in memory already.</summary>
    /// <param name="file">The content of the file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ResiduumException">The content is of an unknown format, damaged, or above the limits.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> file, string name)
    {
        if (file.Length > Limits.MaximumFileBytes) throw TooLarge(name);
        var head = file.Span[..Math.Min(file.Length, HeadBytes)];
        foreach (var decoder in _decoders)
            if (decoder.Recognises(head)) return decoder.Decode(file, name, Limits);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            throw new ResiduumException($"{name} is a JPEG file, and this reader has no decoder for it; add the "
                + "JpegDecoder of Residuum.Jpeg.");
        throw new ResiduumException(head.IsEmpty
            ? $"{name} is empty; it should hold an image."
            : ForeignFormat(head) is { } format
                ? $"{name} is {format}, which is not read here; convert it to PNG or JPEG."
                : $"{name} is not an image in a format that is read here; convert it to PNG or JPEG.");
    }

    /// <summary>Reads at most the limit, also from files whose length is not known beforehand.</summary>
    byte[] ReadBytes(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0'))
            throw new ResiduumException("The path of an image is empty or malformed; name a file.");
        if (Directory.Exists(path)) throw new ResiduumException($"{path} is a folder, not an image; name the files in it.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            if (stream.CanSeek && stream.Length > Limits.MaximumFileBytes) throw TooLarge(path);
            var bytes = new byte[stream.CanSeek ? (int)Math.Min(stream.Length + 1, Array.MaxLength) : 1 << 16];
            var count = 0;
            while (true)
            {
                var read = stream.Read(bytes, count, bytes.Length - count);
                if (read == 0) break;
                count += read;
                if (count > Limits.MaximumFileBytes) throw TooLarge(path);
                if (count == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(bytes.Length * 2L, Array.MaxLength));
            }
            return bytes[..count];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ResiduumException($"The image {path} could not be read: {Reason(error)}.", error);
        }
    }

    static string Reason(Exception error) => error switch
    {
        FileNotFoundException => "there is no such file; check the path",
        DirectoryNotFoundException => "its folder does not exist; check the path",
        UnauthorizedAccessException => "reading it is not allowed; change its permissions",
        _ => error.Message.TrimEnd('.'),
    };

    ResiduumException TooLarge(string name) =>
        new($"{name} is larger than the limit of {Limits.MaximumFileBytes} bytes for an image file; make it smaller or raise the limit.");

    static string? ForeignFormat(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("GIF8"u8)) return "a GIF file";
        if (head.StartsWith("BM"u8)) return "a BMP file";
        if (head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("WEBP"u8)) return "a WebP file";
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8)) return "a TIFF file";
        if (head.Length >= 12 && head[4..].StartsWith("ftypavif"u8)) return "an AVIF file";
        if (head.Length >= 12 && head[4..].StartsWith("ftyphei"u8)) return "a HEIF file";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || head.Length >= 8 && head[4..].StartsWith("JXL "u8))
            return "a JPEG XL file";
        if (head.StartsWith("\0\0\0\fjP  "u8)) return "a JPEG 2000 file";
        if (head.Length >= 2 && head[0] == 'P' && head[1] is >= (byte)'1' and <= (byte)'6') return "a PBM, PGM or PPM file";
        if (head.StartsWith("<svg"u8) || head.StartsWith("<?xml"u8)) return "an SVG or XML file";
        return null;
    }
}
