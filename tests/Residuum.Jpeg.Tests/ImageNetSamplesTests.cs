using System.Security.Cryptography;
using Residuum.Images;
using Residuum.Testing;

namespace Residuum.Jpeg.Tests;

public class ImageNetSamplesTests
{
    [SkippableFact]
    public void Real_images_are_decoded_resized_and_cropped_to_the_bytes_of_Pillow_and_torchvision()
    {
        JpegDecoderTests.SkipWithoutLibrary();
        var folder = SharedData.Find("data/imagenet-samples");
        Skip.If(folder is null, "The ImageNet samples are not there (shared/data/imagenet-samples).");
        var reader = new ImageReader(new JpegDecoder());
        var golden = GoldenLines.Read("Residuum.Jpeg.Tests/Golden/imagenet-samples.txt");
        Assert.Equal(45, golden.Length);
        foreach (var line in golden)
        {
            var image = reader.Read(Path.Combine(folder!, line[0]));
            Assert.Equal($"{line[1]}x{line[2]} image", image.ToString());
            Assert.True(Hash(image) == line[3], $"{line[0]} decodes to other bytes.");
            var cropped = Preprocessing.ImageNet.ApplyGeometry(image);
            // Some pixels first: where they differ they say by how much.
            var some = Convert.FromBase64String(line[5]);
            Assert.Equal(some, cropped.Pixels.Where((_, index) => index % 997 == 0));
            Assert.True(Hash(cropped) == line[4], $"{line[0]} becomes other bytes by resizing and cropping.");
        }
    }

    static string Hash(RgbImage image) => Convert.ToHexStringLower(SHA256.HashData(image.Pixels));
}
