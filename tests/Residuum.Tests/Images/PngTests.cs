using Residuum.Images;

namespace Residuum.Tests.Images;

public class PngTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(53, 1)]
    [InlineData(37, 23)]
    [InlineData(300, 200)]
    public void A_colour_image_written_and_read_is_the_same(int width, int height)
    {
        var image = GeneratedImage.Create(width, height, 3);
        var result = RoundTrip(stream => Png.Encode(stream, image));
        Assert.Equal((width, height), (result.Width, result.Height));
        Assert.Equal(image.Pixels, result.Pixels);
    }

    [Fact]
    public void A_grey_image_written_and_read_is_the_same()
    {
        var grey = new byte[31 * 17];
        new Random(4).NextBytes(grey);
        var result = RoundTrip(stream => Png.EncodeGrey(stream, 31, 17, grey));
        Assert.Equal(grey.SelectMany(value => new[] { value, value, value }), result.Pixels);
    }

    [Fact]
    public void Filters_make_a_smooth_slope_small()
    {
        var image = new RgbImage(256, 256);
        for (var y = 0; y < 256; y++)
            for (var x = 0; x < 256; x++)
                (image.Row(y)[3 * x], image.Row(y)[3 * x + 1], image.Row(y)[3 * x + 2]) = ((byte)x, (byte)y, (byte)(x + y));
        using var stream = new MemoryStream();
        Png.Encode(stream, image);
        // Without filters deflate needs over 20 KB for these 196 KB.
        Assert.InRange(stream.Length, 100, 5000);
    }

    [Fact]
    public void Every_filter_undone_gives_the_row_back()
    {
        var random = new Random(5);
        foreach (var distance in (int[])[1, 2, 3, 4, 6, 8])
            foreach (var length in (int[])[1, 3, 8, 41])
                for (var filter = 0; filter < PngFilters.Count; filter++)
                {
                    var (row, above, filtered) = (new byte[length], new byte[length], new byte[length]);
                    random.NextBytes(row);
                    random.NextBytes(above);
                    PngFilters.Apply(filter, row, above, distance, filtered);
                    PngFilters.Undo(filter, filtered, above, distance);
                    Assert.Equal(row, filtered);
                }
    }

    [Fact]
    public void Sizes_that_do_not_match_the_pixels_are_refused()
    {
        Assert.Throws<ResiduumException>(() => Png.EncodeGrey(Stream.Null, 3, 3, new byte[8]));
        Assert.Throws<ResiduumException>(() => Png.EncodeGrey(Stream.Null, -3, -3, new byte[9]));
        Assert.Throws<ResiduumException>(() => new RgbImage(2, 2, new byte[11]));
        Assert.Throws<ResiduumException>(() => new RgbImage(0, 2));
        Assert.Throws<ResiduumException>(() => new RgbImage(int.MaxValue, int.MaxValue));
    }

    static RgbImage RoundTrip(Action<Stream> encode)
    {
        using var stream = new MemoryStream();
        encode(stream);
        return new ImageReader().Decode(stream.ToArray(), "test.png");
    }
}
