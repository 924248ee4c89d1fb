using System.Reflection;
using System.Runtime.InteropServices;

namespace Residuum.Jpeg;

/// <summary>
/// The few functions of libjpeg-turbo's TurboJPEG interface that decoding takes (its classic form, which versions 1.4 to 3 export).
/// The library is looked for when the first of them is called.
/// </summary>
static unsafe partial class TurboJpeg
{
    const string Library = "turbojpeg";

    /// <summary>Red, green, blue (TJPF_RGB).</summary>
    public const int FormatRgb = 0;

    /// <summary>Cyan, magenta, yellow, black, as the file stores them (TJPF_CMYK).</summary>
    public const int FormatCmyk = 11;

    /// <summary>The colour spaces TJCS_CMYK and TJCS_YCCK.</summary>
    public const int SpaceCmyk = 3, SpaceYcck = 4;

    /// <summary>The exact inverse transform (TJFLAG_ACCURATEDCT), as Pillow uses.</summary>
    public const int AccurateTransform = 4096;

    /// <summary>Damage that libjpeg would paint over is an error (TJFLAG_STOPONWARNING).</summary>
    public const int StopOnWarning = 8192;

    /// <summary>Refuses progressive files of more than 500 scans, which take time without end (TJFLAG_LIMITSCANS).</summary>
    public const int LimitScans = 32768;

    static TurboJpeg() => NativeLibrary.SetDllImportResolver(typeof(TurboJpeg).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    // An unsigned long of C: 32 bits on Windows, as wide as a pointer elsewhere.
    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    public static partial int DecompressHeader(
        nint handle, byte* file, CULong length, ref int width, ref int height, ref int subsampling, ref int colourSpace);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    public static partial int Decompress(
        nint handle, byte* file, CULong length, byte* target, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    public static partial byte* GetErrorText(nint handle);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    /// <summary>The names under which systems and packages install the library.</summary>
    public static string[] Names =>
        OperatingSystem.IsWindows() ? ["turbojpeg.dll", "libturbojpeg.dll", @"C:\libjpeg-turbo64\bin\turbojpeg.dll"]
        : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "libturbojpeg.0.dylib",
            "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib", "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib"]
        : ["libturbojpeg.so.0", "libturbojpeg.so"];

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library) return 0;
        foreach (var candidate in Names)
            if (NativeLibrary.TryLoad(candidate, assembly, searchPath, out var handle)) return handle;
        return 0;
    }
}
