using Residuum.Data;
using Residuum.Images;

namespace Residuum.Tests.Data;

public class DataSourcesTests
{
    [Fact]
    public void Shapes_open_with_their_seed_and_defaults()
    {
        var source = DataSources.Open("shapes", 5);
        Assert.Equal((Normalization.Parse("shapes"), new Augmentation(2, true)), (source.Normalization, source.Augmentation));
        Assert.Equal(Shapes.TestCount, source.Test.Count);
        Assert.Same(source.Test, source.Test);
        Assert.Equal(Shapes.Generate(Split.Test, 5, 10).Pixels(9), source.Test.Pixels(9));
    }

    [Fact]
    public void Sets_in_folders_open_before_their_files_are_read()
    {
        using var folder = new TemporaryFolder();
        var source = DataSources.Open($"cifar10:{folder.Path}");
        Assert.Equal((Normalization.Parse("cifar10"), new Augmentation(4, true)), (source.Normalization, source.Augmentation));
        TemporaryFolder.Fails(() => _ = source.Train, "data_batch_1.bin");
        folder.Write("test_batch.bin", new byte[3073]);
        Assert.Equal(1, source.Test.Count);
        var digits = DataSources.Open($"mnist:{folder.Path}");
        Assert.Equal((Normalization.Parse("mnist"), Augmentation.None), (digits.Normalization, digits.Augmentation));
        var fashion = DataSources.Open($"fashion-mnist:{folder.Path}");
        Assert.Equal(Normalization.Parse("fashion-mnist"), fashion.Normalization);
        TemporaryFolder.Fails(() => _ = fashion.Train, "Fashion-MNIST's training images", "train-images-idx3-ubyte");
    }

    [Theory]
    [InlineData("", "shapes, cifar10:DIR, mnist:DIR, fashion-mnist:DIR")]
    [InlineData("imagenet:/data", "'imagenet:/data'")]
    [InlineData("Shapes", "'Shapes'")]
    [InlineData("cifar10", "cifar10:DIR")]
    [InlineData("mnist:", "mnist:DIR")]
    [InlineData("shapes:here", "shapes alone")]
    [InlineData("mnist:/no/such/folder", "'/no/such/folder'")]
    public void Names_that_cannot_be_opened_are_refused(string name, string said) =>
        TemporaryFolder.Fails(() => DataSources.Open(name), said);

    [Fact]
    public void A_set_whose_parts_disagree_is_refused()
    {
        TemporaryFolder.Fails(() => _ = new ImageSet("s", 1, 2, 2, ["a"], new byte[7], new byte[2]), "7 bytes", "need 8");
        TemporaryFolder.Fails(() => _ = new ImageSet("s", 1, 1, 1, ["a"], [0], [1]), "Image 0", "label 1");
        TemporaryFolder.Fails(() => _ = new ImageSet("s", 1, 1, 1, ["a"], [], []), "no images");
        TemporaryFolder.Fails(() => _ = new ImageSet("s", 0, 1, 1, ["a"], [], [0]), "0x1x1");
    }
}
