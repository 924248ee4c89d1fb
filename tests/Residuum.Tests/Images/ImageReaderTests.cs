using Residuum.Images;

namespace Residuum.Tests.Images;

public sealed class ImageReaderTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("residuum-images-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_content_decides_and_not_the_extension()
    {
        var image = GeneratedImage.Create(5, 4, 1);
        var path = Path.Combine(_folder.FullName, "picture.jpeg");
        Png.Write(path, image);
        Assert.Equal(image.Pixels, new ImageReader().Read(path).Pixels);
        Assert.Equal(image.Pixels, Png.Read(path).Pixels);
        Assert.Equal(["picture.jpeg"], _folder.GetFiles().Select(file => file.Name));
    }

    [Theory]
    [InlineData("GIF89a..........", "GIF")]
    [InlineData("BM..............", "BMP")]
    [InlineData("RIFF....WEBPVP8 ", "WebP")]
    [InlineData("II*\0............", "TIFF")]
    [InlineData("....ftypavif....", "AVIF")]
    [InlineData("....ftypheic....", "HEIF")]
    [InlineData("P6 3 3 255 .....", "PPM")]
    [InlineData("<svg xmlns='....", "SVG")]
    public void Other_formats_are_refused_by_name(string content, string format)
    {
        var message = Assert.Throws<ResiduumException>(
            () => new ImageReader().Decode(System.Text.Encoding.ASCII.GetBytes(content), "x.png")).Message;
        Assert.StartsWith("x.png is ", message);
        Assert.Contains(format, message, StringComparison.Ordinal);
        Assert.Contains("convert it to PNG or JPEG", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_JPEG_without_its_decoder_says_what_is_missing() =>
        Assert.Contains("Residuum.Jpeg", Assert.Throws<ResiduumException>(
            () => new ImageReader().Decode((byte[])[0xFF, 0xD8, 0xFF, 0xE0, 0, 0], "x.jpg")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_decoder_that_is_added_is_asked() =>
        Assert.Equal(7, new ImageReader(new SevenDecoder()).Decode("7"u8.ToArray(), "seven").Width);

    [Fact]
    public void Empty_and_unknown_files_are_refused()
    {
        var message = Assert.Throws<ResiduumException>(() => new ImageReader().Decode(default, "x")).Message;
        Assert.Contains("empty", message, StringComparison.Ordinal);
        Assert.Throws<ResiduumException>(() => new ImageReader().Decode("hello"u8.ToArray(), "x"));
    }

    [Fact]
    public void Missing_files_folders_and_odd_paths_are_refused()
    {
        var reader = new ImageReader();
        Assert.Contains("no such file", Refused(reader, Path.Combine(_folder.FullName, "absent.png")), StringComparison.Ordinal);
        var absent = Path.Combine(_folder.FullName, "absent", "x.png");
        Assert.Contains("folder does not exist", Refused(reader, absent), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refused(reader, _folder.FullName), StringComparison.Ordinal);
        Refused(reader, "");
        Refused(reader, "a\0b");
    }

    [Fact]
    public void A_file_above_the_limit_is_refused_also_where_its_length_is_unknown()
    {
        var path = Path.Combine(_folder.FullName, "large.png");
        File.WriteAllBytes(path, new byte[1001]);
        var reader = new ImageReader(new ImageLimits(MaximumFileBytes: 1000));
        Assert.Contains("1000 bytes", Refused(reader, path), StringComparison.Ordinal);
        if (File.Exists("/dev/zero")) Assert.Contains("1000 bytes", Refused(reader, "/dev/zero"), StringComparison.Ordinal);
    }

    static string Refused(ImageReader reader, string path) => Assert.Throws<ResiduumException>(() => reader.Read(path)).Message;

    sealed class SevenDecoder : IImageDecoder
    {
        public bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("7"u8);

        public RgbImage Decode(ReadOnlyMemory<byte> file, string name, ImageLimits limits) => new(7, 7);
    }
}
