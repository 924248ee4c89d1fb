using Residuum.Images;
using Residuum.Testing;

namespace Residuum.Jpeg.Tests;

public class JpegDecoderTests
{
    static readonly ImageReader Reader = new(new JpegDecoder());

    static readonly string[][] Golden = GoldenLines.Read("Residuum.Jpeg.Tests/Golden/jpeg.txt");

    [SkippableFact]
    public void Every_kind_decodes_to_the_bytes_of_Pillow()
    {
        SkipWithoutLibrary();
        Assert.Equal(9, Golden.Length);
        foreach (var line in Golden)
        {
            var image = Reader.Decode(Convert.FromBase64String(line[3]), line[0]);
            Assert.True((image.Width, image.Height) == (int.Parse(line[1]), int.Parse(line[2])), line[0]);
            Assert.True(image.Pixels.AsSpan().SequenceEqual(Convert.FromBase64String(line[4])), line[0]);
        }
    }

    [SkippableFact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        SkipWithoutLibrary();
        foreach (var line in Golden)
        {
            var file = Convert.FromBase64String(line[3]);
            for (var length = 0; length < file.Length - 2; length++)
                Assert.Throws<ResiduumException>(() => Reader.Decode(file.AsMemory(0, length), "x"));
        }
    }

    [SkippableFact]
    public void Damaged_files_decode_or_are_refused_and_nothing_else()
    {
        SkipWithoutLibrary();
        var decoder = new JpegDecoder();
        var limits = new ImageLimits(MaximumPixels: 1 << 20);
        var random = new Random(11);
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var file = Convert.FromBase64String(Golden[random.Next(Golden.Length)][3]);
            for (var change = random.Next(1, 4); change > 0; change--) file[random.Next(file.Length)] = (byte)random.Next(256);
            try { decoder.Decode(file, "test.jpg", limits); }
            catch (ResiduumException error)
            {
                refused++;
                Assert.StartsWith("test.jpg", error.Message);
            }
        }
        Assert.InRange(refused, 300, 3000);
    }

    [SkippableFact]
    public void A_giant_is_refused_before_memory_is_taken()
    {
        SkipWithoutLibrary();
        var file = Convert.FromBase64String(Golden[0][3]);
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (file[frame + 5], file[frame + 6], file[frame + 7], file[frame + 8]) = (0xEA, 0x60, 0xEA, 0x60);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<ResiduumException>(() => Reader.Decode(file, "giant.jpg")).Message;
        Assert.Contains("60000x60000", message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [SkippableFact]
    public void Many_threads_decode_at_once()
    {
        SkipWithoutLibrary();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, index =>
        {
            var line = Golden[index % Golden.Length];
            var image = Reader.Decode(Convert.FromBase64String(line[3]), line[0]);
            Assert.True(image.Pixels.AsSpan().SequenceEqual(Convert.FromBase64String(line[4])), line[0]);
        });
    }

    [Fact]
    public void The_hint_names_a_package() => Assert.Contains("turbo", JpegDecoder.InstallHint, StringComparison.Ordinal);

    [Fact]
    public void Without_the_library_the_error_says_what_to_install()
    {
        // Where the library is present the file itself is at fault; either way it is one sentence of the one error.
        var message = Assert.Throws<ResiduumException>(() => Reader.Decode((byte[])[0xFF, 0xD8, 0xFF, 0xE0, 0, 0], "x.jpg")).Message;
        Assert.Contains(JpegDecoder.IsAvailable ? "cannot be decoded" : JpegDecoder.InstallHint, message, StringComparison.Ordinal);
    }

    internal static void SkipWithoutLibrary() =>
        Skip.IfNot(JpegDecoder.IsAvailable, $"libturbojpeg was not found; {JpegDecoder.InstallHint}.");
}
