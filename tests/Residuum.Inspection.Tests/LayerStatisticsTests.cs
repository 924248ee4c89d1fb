using System.Text.Json;
using Residuum.Data;
using Residuum.Images;
using Residuum.Models;

namespace Residuum.Inspection.Tests;

public class LayerStatisticsTests
{
    // numpy 1.24: x.mean(dtype=float64), x.std(dtype=float64), histogram(float64(x[x != 0]), bins=40, range=(min, max)) of the numbers
    // below, i from 0 to 2999, each step in single precision.
    static float Number(int i) => ((37L * i * i + 11 * i) % 1009 / 1024f - 0.4f) * (i % 5);

    static readonly long[] s_histogram =
    [
        25, 19, 9, 10, 48, 44, 29, 30, 78, 65, 56, 59, 126, 137, 123, 108, 125, 109, 122, 123, 116, 135, 80, 58, 67, 65, 66, 61, 33, 34, 33,
            29, 42, 42,
        24, 13, 11, 10, 11, 25,
    ];

    [Fact]
    public void Statistics_are_those_of_numpy()
    {
        var gathered = new NumberGatherer(30);
        var numbers = Enumerable.Range(0, 3000).Select(Number).ToArray();
        gathered.Range(numbers, 30);
        gathered.Count(numbers);
        var statistics = gathered.Statistics("x");

        Assert.Equal(0.17347883133093517, statistics.Mean, 1e-9);
        Assert.Equal(0.7253524484758638, statistics.Deviation, 1e-9);
        Assert.Equal(-1.6f, statistics.Smallest);
        Assert.Equal(2.3375f, statistics.Largest);
        Assert.Equal(600 / 3000.0, statistics.ZeroShare);
        Assert.Equal(634, statistics.NearZero);
        Assert.Equal(s_histogram, statistics.Histogram);
    }

    [Fact]
    public void Weights_and_scales_are_found_by_what_they_are()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var scale = model.Weights["stage1.block1.norm1.weight"].Span<float>();
        (scale[3], scale[5]) = (0, 0.005f);
        var statistics = LayerStatistics.Of(model);

        Assert.Equal(8, statistics.Weights.Length);
        Assert.Equal(7, statistics.Scales.Length);
        Assert.Empty(statistics.Activations);
        var row = statistics.Scales.Single(row => row.Name == "stage1.block1.norm1.weight");
        Assert.Equal((16, 2, 1), (row.Channels, row.NearZero, row.DeadChannels));
        Assert.Equal(1 / 16.0, row.ZeroShare);
        Assert.Equal(10, statistics.Weights[^1].Channels);
    }

    [Fact]
    public void Activations_of_many_images_are_those_of_the_images_together()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        // More than one batch, the last one smaller.
        var images = Enumerable.Range(0, 19).Select(Picture).ToArray();
        var statistics = LayerStatistics.Of(model, images, ["stage2", "logits"]);
        var values = images.SelectMany(image => model.Features("stage2", image).Span<float>().ToArray()).ToArray();
        var row = statistics.Activations[0];

        Assert.Equal(19, statistics.Images);
        Assert.Equal(["stage2", "logits"], statistics.Activations.Select(row => row.Name));
        Assert.Equal(values.Length, row.Count);
        Assert.Equal(values.Average(x => (double)x), row.Mean, 1e-5);
        Assert.Equal(Math.Sqrt(values.Average(x => (x - row.Mean) * (x - row.Mean))), row.Deviation, 1e-5);
        Assert.Equal(values.Max(), row.Largest, 1e-4);
        Assert.Equal(0, row.Smallest);
        // Another plan fuses other nodes, so what lies at zero may fall on either side of it.
        Assert.Equal((double)values.Count(x => x == 0) / values.Length, row.ZeroShare, 1e-3);
        Assert.Equal(row.Count - Math.Round(row.ZeroShare * row.Count), row.Histogram.Sum());
        Assert.Equal((32, 10), (row.Channels, statistics.Activations[1].Channels));
        var maps = values.Chunk(16 * 16).ToArray();
        Assert.Equal(Enumerable.Range(0, 32)
            .Count(channel => Enumerable.Range(0, 19).All(image => maps[32 * image + channel].All(x => x == 0))), row.DeadChannels);
    }

    [Fact]
    public void Numbers_that_are_none_are_told_and_drawn()
    {
        using var model = Model.Create(Catalogue.Find("mnist_cnn").Spec, 3);
        model.Weights["conv1.weight"].Span<float>()[0] = float.NaN;
        var statistics = LayerStatistics.Of(model);

        Assert.True(double.IsNaN(statistics.Weights[0].Mean));
        Assert.StartsWith("<svg", statistics.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("conv1.weight", statistics.ToText(), StringComparison.Ordinal);
        using var document = JsonDocument.Parse(statistics.ToJson());
        Assert.Equal(5, document.RootElement.GetProperty("weights").GetArrayLength());
    }

    [Fact]
    public void Images_of_a_data_set_are_prepared_as_pictures_are()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        // More than one batch, the last one smaller.
        var images = Enumerable.Range(0, 19).Select(Picture).ToArray();
        var pixels = images.SelectMany(
            image => Enumerable.Range(0, 3).SelectMany(channel => image.Pixels.Where((_, i) => i % 3 == channel))).ToArray();
        var set = new ImageSet("set", 3, 32, 32, ["one"], pixels, new byte[19]);
        var shares = new List<double>();
        var ofSet = LayerStatistics.Of(model, new ImageSample(set, [.. Enumerable.Range(0, 19)]), ["stage2"], 1, shares.Add);

        Assert.Equal(LayerStatistics.Of(model, images, ["stage2"]).ToJson(), ofSet.ToJson());
        Assert.Equal([0.25, 0.5, 0.75, 1], shares);
        using var other = Model.Create(Catalogue.Find("mnist_cnn").Spec, 3);
        Assert.Contains("takes images of 1x28x28", Assert.Throws<ResiduumException>(() =>
        {
            LayerStatistics.Of(other, new ImageSample(set, [0]));
        }).Message, StringComparison.Ordinal);
    }

    static RgbImage Picture(int seed)
    {
        var image = new RgbImage(32, 32);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }
}
