using Residuum.Images;
using Residuum.Testing;

namespace Residuum.Tests.Images;

public class PngDecoderTests
{
    static readonly PngDecoder Decoder = new();

    static readonly string[][] Golden = GoldenLines.Read("Residuum.Tests/Golden/Images/png.txt");

    [Fact]
    public void Every_colour_type_depth_and_interlacing_decodes_to_the_bytes_of_Pillow()
    {
        Assert.Equal(93, Golden.Length);
        foreach (var line in Golden)
        {
            var image = Decode(Convert.FromBase64String(line[3]));
            Assert.True((image.Width, image.Height) == (int.Parse(line[1]), int.Parse(line[2])), line[0]);
            Assert.True(image.Pixels.AsSpan().SequenceEqual(Convert.FromBase64String(line[4])), line[0]);
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        foreach (var line in Golden.Where(line => line[0].EndsWith("11x13", StringComparison.Ordinal)))
        {
            var file = Convert.FromBase64String(line[3]);
            for (var length = 0; length < file.Length; length++) Assert.Throws<ResiduumException>(() => Decode(file[..length]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damaged_files_decode_or_are_refused_and_nothing_else(bool checkSumsMended)
    {
        // With mended check sums the damage reaches the header's fields, the palette and the inflater.
        var random = new Random(7);
        var refused = 0;
        for (var round = 0; round < 6000; round++)
        {
            var file = Convert.FromBase64String(Golden[random.Next(Golden.Length)][3]);
            for (var change = random.Next(1, 4); change > 0; change--) file[random.Next(file.Length)] = (byte)random.Next(256);
            if (checkSumsMended) PngFile.MendCheckSums(file);
            try { Decode(file, new ImageLimits(MaximumPixels: 1 << 20)); }
            catch (ResiduumException error)
            {
                refused++;
                Assert.StartsWith("test.png", error.Message);
            }
        }
        Assert.InRange(refused, 2000, 6000);
    }

    [Fact]
    public void A_giant_is_refused_before_memory_is_taken()
    {
        var file = PngFile.Of(PngFile.Header(60_000, 60_000), PngFile.Pixels(0), PngFile.End);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("60000x60000", Refused(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_too_short_for_its_size_is_refused_before_memory_is_taken()
    {
        var file = PngFile.Of(PngFile.Header(8000, 8000), PngFile.Pixels(0), PngFile.End);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("8000x8000", Refused(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_bomb_is_not_inflated_beyond_the_declared_size()
    {
        // 64 MB of zeros behind a picture of one pixel.
        var file = PngFile.Of(PngFile.Header(1, 1), PngFile.Pixels(new byte[64 << 20]), PngFile.End);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more pixel data", Refused(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Limits_can_be_raised_and_lowered()
    {
        var file = PngFile.Of(PngFile.Header(3, 2), PngFile.Pixels(new byte[20]), PngFile.End);
        Assert.Equal(3, Decode(file, new ImageLimits(MaximumPixels: 6)).Width);
        Assert.Throws<ResiduumException>(() => Decode(file, new ImageLimits(MaximumPixels: 5)));
    }

    [Fact]
    public void Unknown_chunks_that_may_be_ignored_are_and_bytes_after_the_end_too()
    {
        var file = PngFile.Of(
            PngFile.Header(1, 1), PngFile.Chunk("teSt", [1, 2, 3]), PngFile.Pixels(0, 9, 8, 7), PngFile.Chunk("zzZz", []), PngFile.End);
        Assert.Equal([9, 8, 7], Decode([.. file, 1, 2, 3]).Pixels);
    }

    public static TheoryData<string, byte[]> BrokenFiles()
    {
        var (header, pixels, end) = (PngFile.Header(1, 1), PngFile.Pixels(0, 1, 2, 3), PngFile.End);
        var palette = PngFile.Chunk("PLTE", [1, 2, 3]);
        var checkSum = PngFile.Of(header, pixels, end);
        checkSum[^1] ^= 1;
        return new()
        {
            { "in place of its header", PngFile.Of(pixels, end) },
            { "two headers", PngFile.Of(header, header, pixels, end) },
            { "header of 12 bytes", PngFile.Of(PngFile.Chunk("IHDR", new byte[12]), end) },
            { "0x1", PngFile.Of(PngFile.Header(0, 1), pixels, end) },
            { "4294967295x4294967295", PngFile.Of(PngFile.Header(uint.MaxValue, uint.MaxValue), pixels, end) },
            { "3 bits a sample", PngFile.Of(PngFile.Header(1, 1, depth: 3, colour: 0), pixels, end) },
            { "colour type 5", PngFile.Of(PngFile.Header(1, 1, colour: 5), pixels, end) },
            { "16 bits a sample", PngFile.Of(PngFile.Header(1, 1, depth: 16, colour: 3), palette, pixels, end) },
            { "compression 1", PngFile.Of(PngFile.Header(1, 1, compression: 1), pixels, end) },
            { "filter 1", PngFile.Of(PngFile.Header(1, 1, filter: 1), pixels, end) },
            { "interlacing 2", PngFile.Of(PngFile.Header(1, 1, interlace: 2), pixels, end) },
            { "no pixel data", PngFile.Of(header, end) },
            { "in the midst of its pixel data", PngFile.Of(header, pixels, PngFile.Chunk("tEXt", []), pixels, end) },
            { "no palette", PngFile.Of(PngFile.Header(1, 1, colour: 3), PngFile.Pixels(0, 0), end) },
            { "palette twice", PngFile.Of(PngFile.Header(1, 1, colour: 3), palette, palette, PngFile.Pixels(0, 0), end) },
            { "after its pixels", PngFile.Of(header, pixels, palette, end) },
            { "is grey and has a palette", PngFile.Of(PngFile.Header(1, 1, colour: 0), palette, PngFile.Pixels(0, 0), end) },
            { "palette of 4 bytes", PngFile.Of(PngFile.Header(1, 1, 8, 3), PngFile.Chunk("PLTE", new byte[4]), PngFile.Pixels(0, 0), end) },
            { "palette of 9 bytes", PngFile.Of(PngFile.Header(1, 1, 1, 3), PngFile.Chunk("PLTE", new byte[9]), PngFile.Pixels(0, 0), end) },
            { "colour 1 of a palette of 1", PngFile.Of(PngFile.Header(1, 1, colour: 3), palette, PngFile.Pixels(0, 1), end) },
            { "chunk CgBI", PngFile.Of(header, PngFile.Chunk("CgBI", []), pixels, end) },
            { "not made of letters", PngFile.Of(header, PngFile.Chunk("te t", []), pixels, end) },
            { "ends too early", PngFile.Of(header, pixels) },
            { "check sum in the chunk IEND", checkSum },
            { "row filter 5", PngFile.Of(header, PngFile.Pixels(5, 1, 2, 3), end) },
            { "less pixel data", PngFile.Of(header, PngFile.Pixels(0, 1, 2), end) },
            { "more pixel data", PngFile.Of(header, PngFile.Pixels(0, 1, 2, 3, 4), end) },
            { "cannot be inflated", PngFile.Of(header, PngFile.Chunk("IDAT", [1, 2, 3, 4]), end) },
            { "does not begin as a PNG file", [.. "not a PNG"u8] },
        };
    }

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void A_broken_file_is_refused_with_its_reason(string reason, byte[] file)
    {
        var message = Refused(file);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.StartsWith("test.png", message);
        Assert.EndsWith(".", message);
    }

    static string Refused(byte[] file) => Assert.Throws<ResiduumException>(() => Decode(file)).Message;

    static RgbImage Decode(byte[] file, ImageLimits? limits = null) => Decoder.Decode(file, "test.png", limits ?? ImageLimits.Default);
}
