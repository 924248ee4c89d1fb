using Residuum.Images;

namespace Residuum.Tests.Data;

public class NormalizationTests
{
    [Theory]
    [InlineData("imagenet", 0.485f, 0.225f, 3)]
    [InlineData("cifar10", 0.4914f, 0.2616f, 3)]
    [InlineData("mnist", 0.1307f, 0.3081f, 1)]
    [InlineData("caffe", 103.939f / 255, 1f / 255, 3)]
    [InlineData("tf", 0.5f, 0.5f, 3)]
    [InlineData("none", 0f, 1f, 1)]
    public void Known_names_give_their_figures(string name, float firstMean, float lastDeviation, int channels)
    {
        var normalization = Normalization.Parse(name);
        Assert.Equal((firstMean, lastDeviation, channels), (normalization.Mean[0], normalization.Deviation[^1], normalization.Mean.Length));
        Assert.Contains(name, Normalization.Names);
    }

    [Fact]
    public void Every_byte_becomes_exactly_the_formula_in_single_precision()
    {
        var normalization = Normalization.Parse("imagenet");
        var pixels = Enumerable.Range(0, 3 * 256).Select(i => (byte)(i * 5)).ToArray();
        var result = new float[pixels.Length];
        normalization.Apply(pixels, 3, result);
        for (var i = 0; i < pixels.Length; i++)
        {
            float scaled = pixels[i] / 255f;
            float centred = scaled - normalization.Mean[i / 256];
            Assert.Equal(centred / normalization.Deviation[i / 256], result[i]);
        }
        // torchvision 0.14: Normalize(mean, std)(ToTensor()(image)) for bytes 0, 1, 128, 255 in the first channel.
        var table = normalization.Table(3);
        Assert.Equal([-2.117904f, -2.1007793f, 0.07406463f, 2.2489083f], [table[0], table[1], table[128], table[255]]);
    }

    [Fact]
    public void Caffes_channels_come_blue_first_less_their_means_on_the_scale_of_bytes()
    {
        var result = new float[6];
        Normalization.Parse("caffe").Apply([255, 0, 128, 64, 7, 200], 3, result);
        float[] expected = [7 - 103.939f, 200 - 103.939f, 128 - 116.779f, 64 - 116.779f, 255 - 123.68f, 0 - 123.68f];
        // Dividing by 255 and multiplying by it again costs a few last digits of numbers up to 255.
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], result[i], 5e-5f);
        Normalization.Parse("tf").Apply([255, 0, 51, 102, 153, 204], 3, result);
        for (var i = 0; i < 6; i++) Assert.Equal(new[] { 1f, -1f, -0.6f, -0.2f, 0.2f, 0.6f }[i], result[i], 1e-6f);
    }

    [Fact]
    public void One_figure_serves_every_channel_but_three_do_not_serve_one()
    {
        Assert.Equal(128 / 255f, Normalization.None.Table(3)[2 * 256 + 128]);
        TemporaryFolder.Fails(() => Normalization.Parse("cifar10").Table(1), "3 channels", "have 1");
    }

    [Fact]
    public void Unknown_names_and_impossible_figures_are_refused()
    {
        TemporaryFolder.Fails(() => Normalization.Parse("ImageNet"), "'ImageNet'", "imagenet, cifar10, mnist");
        TemporaryFolder.Fails(() => _ = new Normalization([0f], [0f]), "deviation is 0");
        TemporaryFolder.Fails(() => _ = new Normalization([float.NaN], [1f]), "mean is NaN");
        TemporaryFolder.Fails(() => _ = new Normalization([0f, 0f], [1f]), "2 means", "1 deviations");
        TemporaryFolder.Fails(() => _ = new Normalization([], []), "0 means");
    }

    [Fact]
    public void Normalizations_compare_by_content()
    {
        Assert.Equal(Normalization.Parse("mnist"), new Normalization([0.1307f], [0.3081f]));
        Assert.Equal(Normalization.Parse("mnist").GetHashCode(), new Normalization([0.1307f], [0.3081f]).GetHashCode());
        Assert.NotEqual(Normalization.Parse("mnist"), Normalization.None);
        Assert.Equal("mean 0.1307, deviation 0.3081", Normalization.Parse("mnist").ToString());
    }
}
