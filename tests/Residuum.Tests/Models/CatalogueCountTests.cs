using Residuum.Models;

namespace Residuum.Tests.Models;

/// <summary>Parameters and multiply-adds against the published implementations' own counts.</summary>
public class CatalogueCountTests
{
    [Theory]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet34", 21_797_672)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("resnet101", 44_549_160)]
    [InlineData("resnet152", 60_192_808)]
    [InlineData("resnet50_v1", 25_557_032)]
    [InlineData("resnet101_v1", 44_549_160)]
    [InlineData("resnet152_v1", 60_192_808)]
    [InlineData("resnet34_a", 21_623_848)]
    [InlineData("resnet34_b", 21_797_672)]
    [InlineData("resnet34_c", 22_716_840)]
    [InlineData("plain18", 11_515_688)]
    [InlineData("plain34", 21_623_848)]
    [InlineData("cifar_resnet20", 269_722)]
    [InlineData("cifar_resnet32", 464_154)]
    [InlineData("cifar_resnet44", 658_586)]
    [InlineData("cifar_resnet56", 853_018)]
    [InlineData("cifar_resnet110", 1_727_962)]
    [InlineData("cifar_resnet1202", 19_421_274)]
    [InlineData("cifar_resnet20_a", 269_722)]
    [InlineData("cifar_resnet20_b", 272_474)]
    [InlineData("cifar_resnet20_c", 283_962)]
    [InlineData("cifar_plain20", 269_722)]
    [InlineData("cifar_plain32", 464_154)]
    [InlineData("cifar_plain44", 658_586)]
    [InlineData("cifar_plain56", 853_018)]
    [InlineData("cifar_plain110", 1_727_962)]
    [InlineData("cifar_preact_resnet110", 1_727_962)]
    [InlineData("cifar_preact_resnet164", 1_703_258)]
    [InlineData("cifar_preact_resnet1001", 10_327_706)]
    [InlineData("cifar_preact_basic110", 1_727_962)]
    [InlineData("cifar_preact_bottleneck29", 312_218)]
    [InlineData("cifar_preact_bottleneck56", 590_426)]
    [InlineData("cifar_preact_bottleneck110", 1_146_842)]
    [InlineData("cifar_preact_bottleneck164", 1_703_258)]
    [InlineData("resnet18.kuangliu", 11_173_962)]
    [InlineData("resnet34.kuangliu", 21_282_122)]
    [InlineData("resnet50.kuangliu", 23_520_842)]
    [InlineData("resnet101.kuangliu", 42_512_970)]
    [InlineData("resnet152.kuangliu", 58_156_618)]
    [InlineData("mnist_cnn", 208_982)]
    public void Parameters_are_exact(string name, long parameters) =>
        Assert.Equal(parameters, Catalogue.Find(name).Spec.Build().ParameterCount);

    [Theory]
    [InlineData("resnet18", 1_814_073_344)]
    [InlineData("resnet34", 3_663_761_408)]
    [InlineData("resnet50", 4_089_184_256)]
    [InlineData("resnet101", 7_801_405_440)]
    [InlineData("resnet152", 11_513_626_624)]
    [InlineData("resnet50_v1", 3_857_973_248)]
    [InlineData("resnet101_v1", 7_570_194_432)]
    [InlineData("resnet152_v1", 11_282_415_616)]
    [InlineData("plain18", 1_794_805_760)]
    [InlineData("plain34", 3_644_493_824)]
    [InlineData("resnet34_a", 3_644_493_824)]
    [InlineData("resnet18.kuangliu", 555_422_720)]
    [InlineData("resnet34.kuangliu", 1_159_402_496)]
    [InlineData("resnet50.kuangliu", 1_297_829_888)]
    [InlineData("resnet101.kuangliu", 2_509_983_744)]
    [InlineData("resnet152.kuangliu", 3_722_137_600)]
    [InlineData("cifar_resnet20", 40_551_040)]
    [InlineData("cifar_resnet32", 68_862_592)]
    [InlineData("cifar_resnet44", 97_174_144)]
    [InlineData("cifar_resnet56", 125_485_696)]
    [InlineData("cifar_resnet110", 252_887_680)]
    [InlineData("cifar_resnet1202", 2_829_238_912)]
    public void Multiply_adds_are_exact(string name, long multiplyAdds) =>
        Assert.Equal(multiplyAdds, Catalogue.Find(name).Spec.Build().MultiplyAdds);

    [Theory]
    [InlineData("resnet18", 11_176_512)]
    [InlineData("resnet34", 21_284_672)]
    [InlineData("resnet50", 23_508_032)]
    [InlineData("resnet101", 42_500_160)]
    [InlineData("resnet152", 58_143_808)]
    public void Parameters_without_the_classifier_are_exact(string name, long parameters)
    {
        var graph = ((ResNetSpec)Catalogue.Find(name).Spec with { Classes = null }).Build();

        Assert.Equal(parameters, graph.ParameterCount);
        Assert.Equal(4, graph.TypeOf(graph.Output("features")).Shape.Rank);
    }

    [Theory]
    [InlineData("resnet50", 68_883_240)]
    [InlineData("resnet101", 126_886_696)]
    public void A_reduction_of_two_makes_the_wide_networks(string name, long parameters) =>
        Assert.Equal(parameters, ((ResNetSpec)Catalogue.Find(name).Spec with { Block = new BottleneckBlockSpec(Reduction: 2) }).Build().ParameterCount);

    [Fact]
    public void A_bias_in_the_stem_makes_the_caffe_network() =>
        Assert.Equal(25_557_096, ((ResNetSpec)Catalogue.Find("resnet50_v1").Spec with
        {
            Stem = new StemSpec([new ConvolutionSpec(64, 7, 2, Bias: true)], MaxPool: true),
        }).Build().ParameterCount);

    [Fact]
    public void Pre_activation_without_a_final_normalization_is_exact() =>
        Assert.Equal(11_171_146, ((ResNetSpec)Catalogue.Find("resnet18.kuangliu").Spec with
        {
            Block = new BasicBlockSpec(new PreActivationSpec(First: FirstActivation.Block, Final: false)),
        }).Build().ParameterCount);

    [Fact]
    public void Pre_activation_of_the_imagenet_50_is_exact() =>
        Assert.Equal(25_549_352, ((ResNetSpec)Catalogue.Find("resnet50").Spec with
        {
            Block = new BottleneckBlockSpec(PreActivation: new PreActivationSpec(First: FirstActivation.Block)),
        }).Build().ParameterCount);
}
