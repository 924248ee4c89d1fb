using System.Text.Json;
using Residuum.Foundation;
using Residuum.Images;
using Residuum.Models;
using Residuum.Tensors;

namespace Residuum.Inspection.Tests;

public class ActivationMapsTests
{
    [Fact]
    public void Maps_hold_what_the_nodes_hold_and_statistics_are_theirs()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var image = Picture(50, 40);
        var maps = ActivationMaps.Of(model, image, ["stage2", "stage1.block1.conv1", "logits"]);
        Assert.Equal(["stage2", "stage1.block1.conv1", "logits"], maps.Layers.Select(layer => layer.Layer));
        foreach (var layer in maps.Layers)
        {
            var expected = model.Features(layer.Layer, image).Span<float>().ToArray();
            var values = layer.Values.Span<float>().ToArray();
            Assert.Equal(expected.Length, values.Length);
            // Another plan fuses other nodes, so last bits differ.
            for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i], values[i], 1e-4);
            Assert.Equal(values.Average(x => (double)x), layer.Mean, 1e-9);
            Assert.Equal(Math.Sqrt(values.Average(x => (x - layer.Mean) * (x - layer.Mean))), layer.Deviation, 1e-9);
            Assert.Equal((values.Min(), values.Max()), (layer.Smallest, layer.Largest));
            Assert.Equal((double)values.Count(x => x == 0) / values.Length, layer.ZeroShare);
            var chunks = values.Chunk(layer.Height * layer.Width).ToArray();
            Assert.Equal(chunks.Count(map => map.All(x => x == 0)), layer.DeadMaps);
            Assert.Equal(Enumerable.Range(0, layer.Channels), layer.Maps.Select(map => map.Map).Order());
            Assert.Equal(layer.Maps.Select(map => map.Mean).OrderDescending(), layer.Maps.Select(map => map.Mean));
            Assert.All(layer.Maps, map => Assert.Equal(
                (chunks[map.Map].Average(x => (double)x), chunks[map.Map].Max()), (map.Mean, map.Largest)));
        }
        Assert.Equal((32, 16, 16), (maps.Layers[0].Channels, maps.Layers[0].Height, maps.Layers[0].Width));
        Assert.Equal((10, 1, 1), (maps.Layers[2].Channels, maps.Layers[2].Height, maps.Layers[2].Width));
    }

    [Theory]
    [InlineData("cifar_resnet8", "stem.relu stage1.block1.relu2 stage2.block1.relu2 stage3.block1.relu2")]
    [InlineData("mnist_cnn", "relu1 pool1 relu2 pool2 relu3")]
    public void The_usual_layers_are_the_ends_of_parts_that_are_maps(string name, string layers)
    {
        using var model = Model.Create(Catalogue.Find(name).Spec);
        Assert.Equal(layers, string.Join(' ', ActivationMaps.UsualLayers(model)));
    }

    [Fact]
    public void A_dead_map_is_counted_and_pictures_take_the_scale_of_the_layer()
    {
        var layer = LayerActivations.Of("x", Tensor.Of(new Shape(1, 3, 1, 2), [0f, 0, 1, 3, 2, 0]));
        Assert.Equal((1, 0.5), (layer.DeadMaps, layer.ZeroShare));
        Assert.Equal([1, 2, 0], layer.Maps.Select(map => map.Map));
        Assert.Equal((0f, 3f), (layer.ScaleLow, layer.ScaleHigh));
        // From dark to light; with numbers below zero, zero is the middle.
        Assert.True(layer.Picture(0).Pixels.Sum(x => x) < layer.Picture(2).Pixels.Sum(x => x));
        var signed = LayerActivations.Of("x", Tensor.Of(new Shape(1, 2), [-4f, 1]));
        Assert.Equal((-4f, 4f), (signed.ScaleLow, signed.ScaleHigh));
        Assert.Throws<ResiduumException>(() => LayerActivations.Of("x", new Tensor(ElementType.Float32, new Shape(2, 3))));
    }

    [Fact]
    public void Numbers_and_pictures_do_not_depend_on_threads()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var (one, three) = (ActivationMaps.Of(model, Picture(32, 32), threads: 1), ActivationMaps.Of(model, Picture(32, 32), threads: 3));
        Assert.Equal(one.ToJson(), three.ToJson());
        Assert.Equal(one.ToPng(), three.ToPng());
        Assert.Equal(one.ToSvg(top: 4), three.ToSvg(top: 4));
        using var json = JsonDocument.Parse(one.ToJson());
        Assert.Equal(["layer", "channels", "height", "width", "mean", "deviation", "smallest", "largest", "zeroShare", "deadMaps", "maps"],
            json.RootElement.GetProperty("layers")[0].EnumerateObject().Select(member => member.Name));
    }

    static RgbImage Picture(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)CounterRandom.For(RandomUse.Pictures, 5).Int((ulong)i, 256);
        return image;
    }
}
