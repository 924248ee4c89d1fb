using Residuum.Images;
using Residuum.Models;
using Residuum.Testing;

namespace Residuum.Tests.Images;

public class PreprocessingTests
{
    static readonly Preprocessing[] Presets = [Preprocessing.ImageNet, Preprocessing.Cifar10, Preprocessing.Mnist];

    [Fact]
    public void The_presets_give_the_numbers_of_torchvision_to_the_last_bit()
    {
        var golden = GoldenLines.Read("Residuum.Tests/Golden/Images/tensors.txt");
        Assert.Equal(["ImageNet", "Cifar10", "Mnist"], golden.Select(line => line[0]));
        var image = GeneratedImage.Create(321, 123, 77);
        foreach (var (preset, line) in Presets.Zip(golden))
        {
            var tensor = preset.Apply(image);
            Assert.Equal(line[1], tensor.Shape.ToString());
            Assert.Equal(line[3], Convert.ToBase64String(tensor.Bytes[..32]));
            Assert.Equal(line[2], ImageTransformsTests.Hash(tensor.Bytes));
        }
    }

    [Fact]
    public void Json_and_back_gives_an_equal_record()
    {
        foreach (var preset in Presets)
        {
            var copy = Preprocessing.FromJson(preset.ToJson());
            Assert.Equal(preset, copy);
            Assert.Equal(preset.GetHashCode(), copy.GetHashCode());
        }
        Assert.NotEqual(Preprocessing.ImageNet, Preprocessing.ImageNet with { CropTo = 225 });
        Assert.NotEqual(Preprocessing.ImageNet, Preprocessing.ImageNet with { Mean = [0.485f, 0.456f, 0.407f] });
    }

    [Fact]
    public void Json_reads_as_people_would_write_it() => Assert.Equal(
        """{"resizeTo":256,"cropTo":224,"mean":[0.485,0.456,0.406],"deviation":[0.229,0.224,0.225]}""", Preprocessing.ImageNet.ToJson());

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"mean":[0.5]}""")]
    [InlineData("""{"mean":null,"deviation":[1]}""")]
    [InlineData("""{"mean":[0.5],"deviation":[0]}""")]
    [InlineData("""{"mean":[0.5],"deviation":[-1]}""")]
    [InlineData("""{"mean":[1e99],"deviation":[1]}""")]
    [InlineData("""{"mean":[0.5],"deviation":[1,1,1]}""")]
    [InlineData("""{"mean":[0.5,0.5],"deviation":[1,1]}""")]
    [InlineData("""{"mean":[0.5],"deviation":[1],"cropTo":0}""")]
    [InlineData("""{"mean":[0.5],"deviation":[1],"resizeTo":1000000}""")]
    [InlineData("""{"mean":[0.5],"deviation":[1],"resizeTo":99999999999}""")]
    [InlineData("""{"mean":[0.5],"deviation":[1],"height":3}""")]
    [InlineData("""{"mean":[0.5],"deviation":[1],"height":3,"width":3,"cropTo":2}""")]
    public void Json_that_makes_no_sense_is_refused(string json) => Assert.Throws<ResiduumException>(() => Preprocessing.FromJson(json));

    [Fact]
    public void Channels_may_come_in_reverse_order()
    {
        var reversed = new Preprocessing { Mean = [0, 0.2f, 0.4f], Deviation = [1, 1, 0.5f], ReversedChannels = true };
        var tensor = reversed.Apply(new RgbImage(2, 1, [0, 51, 255, 102, 0, 255]));
        Assert.Equal([1, 1, 51 / 255f - 0.2f, -0.2f, -0.8f, (102 / 255f - 0.4f) / 0.5f], tensor.Span<float>().ToArray());
        Assert.Equal("""{"reversedChannels":true,"mean":[0,0.2,0.4],"deviation":[1,1,0.5]}""", reversed.ToJson());
        Assert.Equal(reversed, Preprocessing.FromJson(reversed.ToJson()));
        Assert.NotEqual(reversed, reversed with { ReversedChannels = false });
    }

    [Theory]
    [InlineData("resnet50.keras", "caffe")]
    [InlineData("resnet101.caffe", "caffe")]
    [InlineData("resnet50v2.keras", "tf")]
    [InlineData("resnet50.gluon", "imagenet")]
    [InlineData("resnet50.timm", "imagenet")]
    [InlineData("resnet50.torchvision", "imagenet")]
    [InlineData("resnet50", "imagenet")]
    public void A_dialects_networks_get_the_preparation_that_their_weights_were_trained_with(string network, string normalization)
    {
        var expected = Normalization.Parse(normalization);
        var preprocessing = ModelDefaults.PreprocessingFor(Catalogue.Find(network).Spec);
        Assert.Equal(expected, new Normalization(preprocessing.Mean, preprocessing.Deviation, preprocessing.ReversedChannels));
        Assert.Equal((256, 224), (preprocessing.ResizeTo, preprocessing.CropTo));
    }

    [Fact]
    public void Deeply_nested_json_is_refused() =>
        Assert.Throws<ResiduumException>(() => Preprocessing.FromJson("""{"mean":""" + new string('[', 100_000)));

    [Fact]
    public void Without_sizes_the_image_keeps_its_own()
    {
        var plain = new Preprocessing { Mean = [0, 0, 0], Deviation = [1, 1, 1] };
        var tensor = plain.Apply(new RgbImage(2, 1, [0, 51, 255, 102, 0, 255]));
        Assert.Equal("3x1x2", tensor.Shape.ToString());
        Assert.Equal([0, 102 / 255f, 51 / 255f, 0, 1, 1], tensor.Span<float>().ToArray());
        Assert.Throws<ResiduumException>(() => plain.Normalize(new RgbImage(2, 1), new float[5]));
    }
}
