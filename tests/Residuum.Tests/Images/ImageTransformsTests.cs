using System.Security.Cryptography;
using Residuum.Images;
using Residuum.Testing;

namespace Residuum.Tests.Images;

public class ImageTransformsTests
{
    [Fact]
    public void Resizing_gives_the_bytes_of_Pillow()
    {
        var golden = GoldenLines.Read("Residuum.Tests/Golden/Images/resize.txt");
        Assert.Equal(16, golden.Length);
        foreach (var line in golden)
        {
            var (width, height, newWidth, newHeight) = (int.Parse(line[0]), int.Parse(line[1]), int.Parse(line[3]), int.Parse(line[4]));
            var result = ImageTransforms.Resize(GeneratedImage.Create(width, height, uint.Parse(line[2])), newHeight, newWidth);
            var start = Convert.FromBase64String(line[6]);
            Assert.Equal(start, result.Pixels.AsSpan(0, start.Length));
            Assert.Equal(line[5], Hash(result.Pixels));
        }
    }

    [Fact]
    public void The_shorter_side_and_the_crop_are_those_of_torchvision()
    {
        var golden = GoldenLines.Read("Residuum.Tests/Golden/Images/crop.txt");
        Assert.Equal(11, golden.Length);
        foreach (var line in golden)
        {
            var image = GeneratedImage.Create(int.Parse(line[0]), int.Parse(line[1]), uint.Parse(line[2]));
            var resized = ImageTransforms.ResizeShorterSide(image, int.Parse(line[3]));
            Assert.Equal((int.Parse(line[5]), int.Parse(line[6])), (resized.Width, resized.Height));
            Assert.Equal(line[7], Hash(resized.Pixels));
            var cropped = ImageTransforms.CenterCrop(resized, int.Parse(line[4]));
            Assert.Equal((int.Parse(line[4]), int.Parse(line[4])), (cropped.Width, cropped.Height));
            Assert.Equal(line[8], Hash(cropped.Pixels));
        }
    }

    [Fact]
    public void Transforms_leave_their_input_as_it_is()
    {
        var image = GeneratedImage.Create(20, 10, 1);
        ImageTransforms.Resize(image, 7, 5);
        ImageTransforms.CenterCrop(image, 8);
        ImageTransforms.ToGrey(image);
        Assert.Equal(GeneratedImage.Create(20, 10, 1).Pixels, image.Pixels);
    }

    [Fact]
    public void Grey_weighs_the_colours()
    {
        var grey = ImageTransforms.ToGrey(new RgbImage(4, 1, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]));
        Assert.Equal([76, 76, 76, 150, 150, 150, 29, 29, 29, 255, 255, 255], grey.Pixels);
    }

    [Fact]
    public void Sizes_without_sense_and_giants_are_refused()
    {
        var image = new RgbImage(1, 100_000);
        Assert.Throws<ResiduumException>(() => ImageTransforms.Resize(image, 0, 5));
        Assert.Throws<ResiduumException>(() => ImageTransforms.Resize(image, 5, -1));
        Assert.Throws<ResiduumException>(() => ImageTransforms.Resize(image, int.MaxValue, int.MaxValue));
        Assert.Throws<ResiduumException>(() => ImageTransforms.Resize(image, 1, 2000));
        Assert.Throws<ResiduumException>(() => ImageTransforms.ResizeShorterSide(image, 256));
        Assert.Throws<ResiduumException>(() => ImageTransforms.ResizeShorterSide(image, int.MaxValue));
        Assert.Throws<ResiduumException>(() => ImageTransforms.ResizeShorterSide(image, 0));
        Assert.Throws<ResiduumException>(() => ImageTransforms.CenterCrop(image, 0));
        Assert.Throws<ResiduumException>(() => ImageTransforms.CenterCrop(image, int.MaxValue));
    }

    internal static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
