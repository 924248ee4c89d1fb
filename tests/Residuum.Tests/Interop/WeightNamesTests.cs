using Residuum.Interop;

namespace Residuum.Tests.Interop;

public class WeightNamesTests
{
    [Theory]
    [InlineData("torchvision", "stem.conv.weight", "conv1.weight")]
    [InlineData("torchvision", "stem.norm.running_var", "bn1.running_var")]
    [InlineData("torchvision", "stage4.block3.conv3.weight", "layer4.2.conv3.weight")]
    [InlineData("torchvision", "stage3.block23.norm2.bias", "layer3.22.bn2.bias")]
    [InlineData("torchvision", "stage1.block1.shortcut.conv.weight", "layer1.0.downsample.0.weight")]
    [InlineData("torchvision", "stage1.block1.shortcut.norm.running_mean", "layer1.0.downsample.1.running_mean")]
    [InlineData("torchvision", "head.linear.bias", "fc.bias")]
    [InlineData("akamaster", "stage3.block200.conv2.weight", "layer3.199.conv2.weight")]
    [InlineData("akamaster", "stage2.block1.shortcut.conv.weight", "layer2.0.shortcut.0.weight")]
    [InlineData("kuangliu", "stage2.block1.shortcut.norm.weight", "layer2.0.shortcut.1.weight")]
    [InlineData("kuangliu", "head.linear.weight", "linear.weight")]
    [InlineData("residuum", "head.norm.weight", "head.norm.weight")]
    public void A_name_translates_both_ways(string scheme, string ours, string theirs)
    {
        Assert.Equal(theirs, WeightNames.ToForeign(WeightNames.Scheme(scheme), ours));
        Assert.Equal(ours, WeightNames.Scheme(scheme).ToOurs(theirs));
    }

    [Theory]
    [InlineData("layer1.00.conv1.weight")]
    [InlineData("layer1.-1.conv1.weight")]
    [InlineData("layer0.0.conv1.weight")]
    [InlineData("layer1.0.conv01.weight")]
    [InlineData("layer1.0.conv.weight")]
    [InlineData("layer99999999999.0.conv1.weight")]
    [InlineData("layer1.0.conv1x.weight")]
    [InlineData("conv1")]
    [InlineData("")]
    [InlineData("classifier.weight")]
    public void A_name_that_is_not_the_schemes_has_no_translation(string theirs) => Assert.Null(WeightNames.Torchvision.ToOurs(theirs));

    [Fact]
    public void A_scheme_without_a_place_for_a_parameter_says_so()
    {
        Assert.Null(WeightNames.ToForeign(WeightNames.Torchvision, "head.norm.weight"));
        Assert.False(WeightNames.Torchvision.Covers(["stem.conv.weight", "head.norm.weight"]));
        Assert.True(WeightNames.Torchvision.Covers(["stem.conv.weight", "head.linear.weight"]));
        Assert.Contains("torchvision", Assert.Throws<ResiduumException>(() => WeightNames.Scheme("caffe")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18", 122, 102)]
    [InlineData("resnet50", 320, 267)]
    public void Every_name_of_torchvisions_networks_is_known(string network, int all, int withoutCounts)
    {
        var names = File.ReadLines(Golden.Path(network + ".names.txt")).Select(line => line.Split(' ')[0]).ToArray();
        var wanted = names.Select(WeightNames.Torchvision.ToOurs).OfType<string>()
            .Where(name => !name.EndsWith("tracked", StringComparison.Ordinal)).ToArray();
        var mapped = WeightNames.ToOurs(names, wanted);
        Assert.Equal(all, names.Length);
        Assert.Same(WeightNames.Torchvision, mapped.Scheme);
        Assert.Equal(withoutCounts, mapped.FileNames.Count);
        Assert.Empty(mapped.Unknown);
        Assert.All(mapped.FileNames, pair => Assert.Equal(pair.Value, WeightNames.Torchvision.ToForeign(pair.Key)));
    }

    [Fact]
    public void The_scheme_with_the_most_hits_is_taken()
    {
        string[] wanted = ["stem.conv.weight", "stage1.block1.conv1.weight", "stage1.block1.shortcut.conv.weight", "head.linear.weight"];
        Assert.Same(WeightNames.Ours, WeightNames.ToOurs(wanted, wanted).Scheme);
        Assert.Same(WeightNames.Torchvision, WeightNames.ToOurs(["conv1.weight", "fc.weight"], wanted).Scheme);
        Assert.Same(WeightNames.Akamaster, WeightNames.ToOurs(["conv1.weight", "linear.weight"], wanted).Scheme);
        // conv1 is a name of our own where the network has it.
        Assert.Same(WeightNames.Ours, WeightNames.ToOurs(["conv1.weight", "linear1.bias"], ["conv1.weight", "linear1.bias"]).Scheme);
        var mapped = WeightNames.ToOurs(["conv1.weight", "fc.weight", "extra", "bn1.num_batches_tracked"], wanted);
        Assert.Equal(["extra"], mapped.Unknown);
    }
}
