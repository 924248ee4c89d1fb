using Residuum.Data;
using Residuum.Foundation;

namespace Residuum.Tests.Data;

public class AugmentationTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(2, false)]
    [InlineData(4, true)]
    [InlineData(9, true)]
    public void It_equals_padding_cropping_and_mirroring_pixel_by_pixel(int padding, bool flip)
    {
        const int Channels = 2, Height = 5, Width = 7;
        var pixels = Enumerable.Range(1, Channels * Height * Width).Select(i => (byte)(i * 3)).ToArray();
        var augmentation = new Augmentation(padding, flip);
        var result = new byte[pixels.Length];
        for (var image = 0; image < 60; image++)
        {
            Array.Fill(result, (byte)99);
            augmentation.Apply(pixels, Channels, Height, Width, 17, 3, image, result);
            Assert.Equal(Reference(pixels, Channels, Height, Width, padding, flip, 17, 3, image), result);
        }
    }

    [Fact]
    public void Every_shift_and_both_sides_come_up_about_equally_often()
    {
        // A single bright pixel in the middle shows where its image went.
        var pixels = new byte[49];
        pixels[24] = 255;
        var result = new byte[49];
        var places = new int[49];
        for (var image = 0; image < 9000; image++)
        {
            new Augmentation(1, false).Apply(pixels, 1, 7, 7, 1, 0, image, result);
            places[Array.IndexOf(result, (byte)255)]++;
        }
        Assert.Equal([16, 17, 18, 23, 24, 25, 30, 31, 32], Enumerable.Range(0, 49).Where(place => places[place] > 0));
        Assert.All(places.Where(count => count > 0), count => Assert.InRange(count, 870, 1130));

        var mirrored = 0;
        for (var image = 0; image < 9000; image++)
        {
            new Augmentation(0, true).Apply([1, 2], 1, 1, 2, 1, 0, image, result.AsSpan(0, 2));
            if (result[0] == 2) mirrored++;
        }
        Assert.InRange(mirrored, 4300, 4700);
    }

    [Fact]
    public void An_image_changes_with_epoch_and_seed_but_with_nothing_else()
    {
        var pixels = Enumerable.Range(0, 1024).Select(i => (byte)i).ToArray();
        byte[] Apply(ulong seed, int epoch, int image)
        {
            var result = new byte[1024];
            new Augmentation(4, true).Apply(pixels, 1, 32, 32, seed, epoch, image, result);
            return result;
        }
        Assert.Equal(Apply(1, 2, 3), Apply(1, 2, 3));
        Assert.True(Enumerable.Range(0, 20).Count(i => Apply(1, 0, i).SequenceEqual(Apply(1, 1, i))) < 5);
        Assert.True(Enumerable.Range(0, 20).Count(i => Apply(1, 0, i).SequenceEqual(Apply(2, 0, i))) < 5);
    }

    [Fact]
    public void None_leaves_images_alone_and_impossible_padding_is_refused()
    {
        byte[] pixels = [1, 2, 3, 4];
        var result = new byte[4];
        Augmentation.None.Apply(pixels, 1, 2, 2, 5, 6, 7, result);
        Assert.Equal(pixels, result);
        TemporaryFolder.Fails(() => _ = new Augmentation(-1, false), "-1 pixels");
        TemporaryFolder.Fails(() => _ = new Augmentation(2000, false), "2000 pixels");
    }

    /// <summary>The padded image written out in full, then cut, then mirrored.</summary>
    static byte[] Reference(byte[] pixels, int channels, int height, int width, int padding, bool mayFlip, ulong seed, int epoch, int image)
    {
        var (first, second, third, _) = CounterRandom.For(RandomUse.Augmentation, seed, (uint)epoch).Block((ulong)image);
        var top = (int)Math.Floor(first / 4294967296.0 * (2 * padding + 1));
        var left = (int)Math.Floor(second / 4294967296.0 * (2 * padding + 1));
        var result = new byte[pixels.Length];
        for (var c = 0; c < channels; c++)
        {
            var padded = new byte[height + 2 * padding, width + 2 * padding];
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++) padded[y + padding, x + padding] = pixels[(c * height + y) * width + x];
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var from = mayFlip && third >> 31 == 1 ? width - 1 - x : x;
                    result[(c * height + y) * width + x] = padded[top + y, left + from];
                }
        }
        return result;
    }
}
