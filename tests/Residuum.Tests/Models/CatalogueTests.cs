using Residuum.Models;

namespace Residuum.Tests.Models;

public class CatalogueTests
{
    [Fact]
    public void The_catalogue_lists_these_networks() =>
        Assert.Equal(
            """
            resnet18 resnet34 resnet50 resnet101 resnet152 resnet50_v1 resnet101_v1 resnet152_v1 plain18 plain34
            resnet50c resnet101c resnet152c resnet18d resnet34d resnet50d resnet101d resnet152d
            resnet50s resnet101s resnet152s resnet50e resnet101e resnet152e resnet50t
            resnetv2_50 resnetv2_101 resnetv2_152 wide_resnet50_2 wide_resnet101_2
            resnext50_32x4d resnext101_32x8d resnext101_64x4d seresnet18 seresnet34 seresnet50 seresnet101 seresnet152 seresnext50_32x4d
            vgg11 vgg13 vgg16 vgg19 vgg11_bn vgg13_bn vgg16_bn vgg19_bn
            cifar_resnet20 cifar_resnet32 cifar_resnet44 cifar_resnet56 cifar_resnet110 cifar_resnet1202
            cifar_plain20 cifar_plain32 cifar_plain44 cifar_plain56 cifar_plain110
            cifar_preact_resnet110 cifar_preact_resnet164 cifar_preact_resnet1001
            cifar_preact_basic20 cifar_preact_basic32 cifar_preact_basic44 cifar_preact_basic56
            cifar_preact_bottleneck29 cifar_preact_bottleneck56 cifar_preact_bottleneck110
            cifar_resnet20.torch cifar_resnet32.torch cifar_resnet44.torch cifar_resnet56.torch cifar_resnet110.torch
            cifar_resnet20.gluon cifar_resnet56.gluon cifar_resnet110.gluon
            cifar_resnet20.keras cifar_resnet32.keras cifar_resnet44.keras cifar_resnet56.keras cifar_resnet110.keras
            cifar_resnet20v2.gluon cifar_resnet56v2.gluon cifar_resnet110v2.gluon
            cifar_resnet20v2.keras cifar_resnet29v2.keras cifar_resnet56v2.keras cifar_resnet110v2.keras cifar_resnet164v2.keras
            cifar_resnet1001v2.keras
            resnet18.kuangliu resnet34.kuangliu resnet50.kuangliu resnet101.kuangliu resnet152.kuangliu
            resnet50.caffe resnet101.caffe resnet152.caffe
            resnet18.gluon resnet34.gluon resnet50.gluon resnet101.gluon resnet152.gluon
            resnet50.keras resnet101.keras resnet152.keras
            resnet18v2.kuangliu resnet34v2.kuangliu resnet50v2.kuangliu resnet101v2.kuangliu resnet152v2.kuangliu
            resnet18v2.gluon resnet34v2.gluon resnet50v2.gluon resnet101v2.gluon resnet152v2.gluon
            resnet50v2.keras resnet101v2.keras resnet152v2.keras
            resnet50v2.torch resnet101v2.torch resnet152v2.torch resnet200v2.torch
            seresnet18.kuangliu resnext29_2x64d.kuangliu resnext29_4x64d.kuangliu resnext29_8x64d.kuangliu resnext29_32x4d.kuangliu
            resnet34_a resnet34_c cifar_resnet20_b cifar_resnet20_c
            cifar_resnet110_scaled cifar_resnet110_exclusivegate cifar_resnet110_shortcutgate cifar_resnet110_dropout
            cifar_resnet110_normafter cifar_resnet110_relubefore cifar_resnet110_reluonly mobilenet_v2 mnist_cnn
            """.ReplaceLineEndings(" ").Split(' '),
            Catalogue.All.Select(entry => entry.Name));

    [Fact]
    public void Every_entry_is_found_under_its_name_and_says_where_it_comes_from() =>
        Assert.All(Catalogue.All, entry =>
        {
            Assert.Equal(entry, Catalogue.Find(entry.Name));
            Assert.Equal(entry.Name, entry.Spec.Name);
            Assert.NotEmpty(entry.Source);
        });

    [Theory]
    [InlineData("cifar_resnet14", 6, ShortcutKind.ZeroPadSplit)]
    [InlineData("cifar_resnet8_b", 3, ShortcutKind.Projection)]
    [InlineData("cifar_preact_basic110_c", 54, ShortcutKind.ProjectionEverywhere)]
    [InlineData("cifar_preact_resnet164_a", 54, ShortcutKind.ZeroPadSplit)]
    [InlineData("cifar_plain26", 12, ShortcutKind.None)]
    [InlineData("resnet50_v1_c", 16, ShortcutKind.ProjectionEverywhere)]
    [InlineData("plain50", 16, ShortcutKind.None)]
    public void A_name_that_follows_a_familys_rule_is_found_without_being_listed(string name, int blocks, ShortcutKind shortcut)
    {
        var spec = Assert.IsType<ResNetSpec>(Catalogue.Find(name).Spec);

        Assert.Equal(name, spec.Name);
        Assert.Equal(blocks, spec.Stages.Sum(stage => stage.Blocks));
        Assert.Equal(shortcut, spec.Shortcut);
    }

    [Theory]
    [InlineData("cifar_resnet21", "There is no network 'cifar_resnet21': the depth of cifar_resnetDEPTH is 6n+2 with n from 1 to 1365, "
        + "and the nearest are 20 and 26.")]
    [InlineData("cifar_resnet3", "There is no network 'cifar_resnet3': the depth of cifar_resnetDEPTH is 6n+2 with n from 1 to "
        + "1365, so 8 is the least.")]
    [InlineData("cifar_resnet999998",
        "There is no network 'cifar_resnet999998': the depth of cifar_resnetDEPTH is 6n+2 with n from 1 to 1365, so 8192 is the greatest.")]
    [InlineData("cifar_preact_bottleneck57_c", "There is no network 'cifar_preact_bottleneck57_c': the depth of "
        + "cifar_preact_bottleneckDEPTH is 9n+2 with n from 1 to 1365, and the nearest are 56 and 65.")]
    [InlineData("cifar_preact_resnet56", "There is no network 'cifar_preact_resnet56': the depth of cifar_preact_resnetDEPTH is one of "
        + "110, 164, 1001; others are called cifar_preact_basicDEPTH and cifar_preact_bottleneckDEPTH.")]
    [InlineData("resnet51", "There is no network 'resnet51': the depth of resnetDEPTH is one of 18, 26, 34, 50, 101, 152, 200.")]
    [InlineData("resnet18_v1", "There is no network 'resnet18_v1': the depth of resnetDEPTH_v1 is one of 50, 101, 152.")]
    [InlineData("restnet50", "There is no network 'restnet50'; the nearest is resnet50.")]
    [InlineData("resnet200v2", "There is no network 'resnet200v2'; the nearest is resnetv2_200 or resnet200v2.torch.")]
    [InlineData("ResNet50", "There is no network 'ResNet50'; the nearest is resnet50.")]
    [InlineData("cifar_preact_resnt110", "There is no network 'cifar_preact_resnt110'; the nearest is cifar_preact_resnet110.")]
    [InlineData("resnet34_d", "There is no network 'resnet34_d'; the nearest is resnet34d or resnet34_a or resnet34_c.")]
    [InlineData("", "There is no network ''; the catalogue has names such as resnet50 and cifar_resnet20.")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "There is no network 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; the catalogue has names such as resnet50 "
        + "and cifar_resnet20.")]
    public void A_name_that_does_not_exist_is_answered_with_the_nearest_or_the_rule(string name, string message) =>
        Assert.Equal(message, Assert.Throws<ResiduumException>(() => Catalogue.Find(name)).Message);

    [Fact]
    public void The_version_of_a_bottleneck_changes_its_stride_and_nothing_else()
    {
        var torchvision = (ResNetSpec)Catalogue.Find("resnet50").Spec;
        var paper = (ResNetSpec)Catalogue.Find("resnet50_v1").Spec;

        Assert.Equal(paper, torchvision with { Name = "resnet50_v1", Block = new BottleneckBlockSpec(Stride: StridePlacement.First1x1) });
        Assert.NotEqual(paper, torchvision with { Name = "resnet50_v1" });
    }

    [Theory]
    [InlineData("resnet50", "resnet50 resnet50_v1 resnet50.kuangliu resnet50.caffe resnet50.gluon resnet50.keras resnet50.torchvision "
        + "resnet50.timm resnet50.torch resnet50.nvidia")]
    [InlineData("resnet18.gluon", "resnet18 resnet18.kuangliu resnet18.gluon resnet18.torchvision resnet18.timm "
        + "resnet18.torch resnet18.nvidia")]
    [InlineData("resnet50v2", "resnetv2_50 resnet50v2.kuangliu resnet50v2.gluon resnet50v2.keras resnet50v2.torch")]
    [InlineData("resnetv2_50", "resnetv2_50 resnet50v2.kuangliu resnet50v2.gluon resnet50v2.keras resnet50v2.torch")]
    [InlineData("cifar_resnet20", "cifar_resnet20 cifar_resnet20.akamaster cifar_resnet20.torch cifar_resnet20.gluon cifar_resnet20.keras")]
    [InlineData("cifar_resnet110v2",
        "cifar_preact_resnet110 cifar_preact_basic110 cifar_preact_bottleneck110 cifar_resnet110v2.gluon cifar_resnet110v2.keras")]
    [InlineData("vgg16", "vgg16")]
    public void Namesakes_are_what_other_code_calls_the_same(string name, string namesakes) =>
        Assert.Equal(namesakes, string.Join(' ', Catalogue.Namesakes(name).Select(entry => entry.Name)));

    [Theory]
    [InlineData("mnist_cnn", "The network 'mnist_cnn' has no namesakes that the catalogue knows; names such as resnet50 "
        + "and resnet50v2 have.")]
    [InlineData("resnet51", "There is no network 'resnet51': the depth of resnetDEPTH is one of 18, 26, 34, 50, 101, 152, 200.")]
    public void A_name_without_namesakes_is_refused(string name, string message) =>
        Assert.Equal(message, Assert.Throws<ResiduumException>(() => Catalogue.Namesakes(name)).Message);
}
