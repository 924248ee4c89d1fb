using System.Runtime.InteropServices;
using Residuum.Images;

namespace Residuum.Jpeg;

/// <summary>
/// Reads JPEG files through libjpeg-turbo: baseline and progressive, grey, colour and CMYK, with the bytes that Pillow gives over the
/// same library (exact inverse transform, smooth upsampling of colour; CMYK is taken as inverted, as Adobe writes it, and converted
/// without a colour profile). The orientation in a camera's EXIF data is not applied, as neither torchvision nor Pillow applies it.
/// Truncated and damaged files are refused, also those of which libjpeg could show a part.
/// <para>The native library is loaded when the first JPEG is decoded. No state, safe from several threads. Beside the image itself
/// libjpeg takes up to 6 bytes a pixel for progressive files.</para>
/// </summary>
public sealed unsafe class JpegDecoder : IImageDecoder
{
    static readonly Lazy<bool> LibraryPresent = new(ProbeLibrary);

    /// <summary>Whether libjpeg-turbo was found on this machine; asking loads it.</summary>
    public static bool IsAvailable => LibraryPresent.Value;

    /// <summary>What to do where <see cref="IsAvailable"/> is false: the package that brings the library on this system.</summary>
    public static string InstallHint =>
        OperatingSystem.IsWindows()
            ? "install libjpeg-turbo from libjpeg-turbo.org and put its turbojpeg.dll beside the program or on the PATH"
        : OperatingSystem.IsMacOS() ? "run: brew install jpeg-turbo"
        : "install the package libturbojpeg0 (Debian, Ubuntu), turbojpeg (Fedora), libturbojpeg (Alpine) or libjpeg-turbo (Arch)";

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> file, string name, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (!IsAvailable)
            throw new ResiduumException(
                $"{name} is a JPEG file, and the library libturbojpeg that reads them was not found on this machine; {InstallHint}.");
        var handle = TurboJpeg.InitDecompress();
        if (handle == 0) throw new ResiduumException($"{name} could not be read because libturbojpeg could not start; free some memory.");
        try { return Decode(handle, file.Span, name, limits); }
        finally { _ = TurboJpeg.Destroy(handle); }
    }

    static RgbImage Decode(nint handle, ReadOnlySpan<byte> file, string name, ImageLimits limits)
    {
        fixed (byte* bytes = file)
        {
            var length = new CULong((uint)file.Length);
            // Damage in the header can leave these as they are.
            int width = -1, height = -1, subsampling = -1, colourSpace = -1;
            // The call fails on subsamplings without a name of their own, which decode well, and succeeds on files without an image:
            // what it found out counts, not its return.
            _ = TurboJpeg.DecompressHeader(handle, bytes, length, ref width, ref height, ref subsampling, ref colourSpace);
            if (width < 1 || height < 1 || colourSpace < 0) throw Damaged(handle, name);
            limits.CheckSize(name, width, height);
            var isCmyk = colourSpace is TurboJpeg.SpaceCmyk or TurboJpeg.SpaceYcck;
            var (format, channels) = isCmyk ? (TurboJpeg.FormatCmyk, 4) : (TurboJpeg.FormatRgb, 3);
            if ((long)width * height * channels > Array.MaxLength)
                throw new ResiduumException($"{name} is {width}x{height} pixels of {channels} bytes, more than 2 GB; make it smaller.");
            var pixels = new byte[width * height * channels];
            const int flags = TurboJpeg.AccurateTransform | TurboJpeg.StopOnWarning | TurboJpeg.LimitScans;
            fixed (byte* target = pixels)
                if (TurboJpeg.Decompress(handle, bytes, length, target, width, width * channels, height, format, flags) != 0)
                    throw Damaged(handle, name);
            return new RgbImage(width, height, isCmyk ? CmykToRgb(pixels) : pixels);
        }
    }

    /// <summary>Each colour is (255 - black) x (255 - ink) / 255 in Pillow's rounding; the file holds the inks inverted.</summary>
    static byte[] CmykToRgb(ReadOnlySpan<byte> inks)
    {
        var result = new byte[inks.Length / 4 * 3];
        for (int from = 0, to = 0; from < inks.Length; from += 4, to += 3)
        {
            int light = inks[from + 3];
            for (var colour = 0; colour < 3; colour++)
            {
                var product = (255 - inks[from + colour]) * light + 128;
                result[to + colour] = (byte)Math.Max(light - ((product >> 8) + product >> 8), 0);
            }
        }
        return result;
    }

    static ResiduumException Damaged(nint handle, string name)
    {
        var reason = Marshal.PtrToStringUTF8((nint)TurboJpeg.GetErrorText(handle)) ?? "no reason given";
        if (reason.StartsWith("No error", StringComparison.OrdinalIgnoreCase)) reason = "it holds no image";
        return new(
            $"{name} is a JPEG file that cannot be decoded (libjpeg-turbo: {reason.Trim().TrimEnd('.')}); "
            + "it is damaged, truncated or of a rare kind, get it again or save it anew.");
    }

    static bool ProbeLibrary()
    {
        try
        {
            var handle = TurboJpeg.InitDecompress();
            // The newest of the functions that are needed: a library too old to have it is as good as none.
            _ = TurboJpeg.GetErrorText(handle);
            if (handle != 0) _ = TurboJpeg.Destroy(handle);
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }
}
