using System.Collections.Immutable;

namespace Residuum.Models;

/// <summary>The networks for 224x224 images and 1000 classes that have names without a dot: torchvision's, timm's and the
/// papers'.</summary>
static class ImageNetFamilies
{
    const string He15 = "He et al. 2015, arXiv:1512.03385";
    const string Simonyan = "Simonyan and Zisserman 2014, arXiv:1409.1556, as torchvision";
    const string Xie = "Xie et al. 2017, arXiv:1611.05431, as torchvision";
    const string BagOfTricks = "He et al. 2018, arXiv:1812.01187";

    /// <summary>torchvision's ResNets; their variants come first among the catalogue's further entries.</summary>
    public static NetworkFamily ResNet { get; } = new(
        "resnet", "", AllDepths, [18, 34, 50, 101, 152], $"{He15}, table 1, as torchvision: bottlenecks stride in their 3x3",
        (name, depth) => Post(name, depth));

    public static ImmutableArray<NetworkFamily> All { get; } =
    [
        ResNet,
        new("resnet", "_v1", DepthRule.OneOf(50, 101, 152), [50, 101, 152], $"{He15}, table 1: bottlenecks stride in their first 1x1",
            (name, depth) => Post(name, depth, First1x1), Namesakes: "resnet*"),
        new("plain", "", PaperDepths, [18, 34], $"{He15}, table 1, the plain twin",
            (name, depth) => Post(name, depth, First1x1) with { Shortcut = ShortcutKind.None }, TakesVariant: false),
        new("resnet", "c", Bottlenecks, [50, 101, 152], $"{BagOfTricks}, ResNet-C: a deep stem; as timm",
            (name, depth) => Post(name, depth) with { Stem = StemSpec.Deep() }),
        new("resnet", "d", AllDepths, [18, 34, 50, 101, 152], $"{BagOfTricks}, ResNet-D: C, and pooled projections; as timm",
            (name, depth) => Post(name, depth) with { Stem = StemSpec.Deep(), PooledProjection = true }),
        new("resnet", "s", Bottlenecks, [50, 101, 152], "GluonCV's and timm's v1s: a deep stem of 64, 64 and 128",
            (name, depth) => Post(name, depth) with { Stem = StemSpec.Deep(64, 64, 128) }),
        new("resnet", "e", Bottlenecks, [50, 101, 152], "GluonCV's and timm's v1e: s, and pooled projections",
            (name, depth) => Post(name, depth) with { Stem = StemSpec.Deep(64, 64, 128), PooledProjection = true }),
        new("resnet", "t", DepthRule.OneOf(26, 50), [50], "timm: D with a tiered stem of 24, 32 and 64",
            (name, depth) => Post(name, depth) with { Stem = StemSpec.Deep(24), PooledProjection = true }),
        new("resnetv2_", "", Bottlenecks, [50, 101, 152],
            "timm: He et al. 2016, arXiv:1603.05027, full pre-activation; bottlenecks stride in their 3x3, the first "
                + "has its own activation",
            (name, depth) => Post(name, depth, block: new BottleneckBlockSpec(PreActivation: new PreActivationSpec(FirstActivation.Block))),
            Namesakes: "resnet*v2"),
        new("wide_resnet", "_2", Bottlenecks, [50, 101],
            "Zagoruyko and Komodakis 2016, arXiv:1605.07146, as torchvision: twice the inner width",
            (name, depth) => Post(name, depth, block: new BottleneckBlockSpec(Reduction: 2))),
        new("resnext", "_32x4d", Bottlenecks, [50], $"{Xie}: 32 groups of 4",
            (name, depth) => Post(name, depth, block: new BottleneckBlockSpec(Reduction: 2, Groups: 32))),
        new("resnext", "_32x8d", Bottlenecks, [101], $"{Xie}: 32 groups of 8",
            (name, depth) => Post(name, depth, block: new BottleneckBlockSpec(Reduction: 1, Groups: 32))),
        new("resnext", "_64x4d", Bottlenecks, [101], $"{Xie}: 64 groups of 4",
            (name, depth) => Post(name, depth, block: new BottleneckBlockSpec(Reduction: 1, Groups: 64))),
        new("seresnet", "", PaperDepths, [18, 34, 50, 101, 152], "Hu et al. 2018, arXiv:1709.01507, as timm: 1/16, in multiples of 8",
            (name, depth) => Squeezed(Post(name, depth), new SqueezeExcitationSpec(16, 8))),
        new("seresnext", "_32x4d", Bottlenecks, [50], "Hu et al. 2018, arXiv:1709.01507, as timm: ResNeXt with 32 groups of 4",
            (name, depth) => Squeezed(Post(name, depth, block: new BottleneckBlockSpec(Reduction: 2, Groups: 32)),
                new SqueezeExcitationSpec(16, 8))),
        new("vgg", "", VggDepths, [11, 13, 16, 19], Simonyan, (name, depth) => Vgg(name, depth, false), TakesVariant: false),
        new("vgg", "_bn", VggDepths, [11, 13, 16, 19], $"{Simonyan}, with batch normalization", (name, depth) => Vgg(name, depth, true),
            TakesVariant: false),
    ];

    /// <summary>MobileNetV2: inverted bottlenecks with ReLU6 (Sandler et al. 2018, table 2), as torchvision.</summary>
    public static CatalogueEntry MobileNet { get; } = new(
        "mobilenet_v2", "Sandler et al. 2018, arXiv:1801.04381, as torchvision",
        new ResNetSpec("mobilenet_v2", new ImageSize(3, 224, 224), new StemSpec([new ConvolutionSpec(32, 3, 2)]),
            [
                new StageSpec(1, 16, Block: new InvertedBlockSpec(1)), new StageSpec(2, 24, 2), new StageSpec(3, 32, 2),
                    new StageSpec(4, 64, 2),
                new StageSpec(3, 96), new StageSpec(3, 160, 2), new StageSpec(1, 320),
            ],
            new InvertedBlockSpec(), Classes: 1000, ShortcutKind.Identity, Activation: ActivationKind.Relu6,
                Head: new HeadSpec(1280, 0.2f)));

    /// <summary>The depths of [He15] table 1.</summary>
    public static DepthRule PaperDepths => DepthRule.OneOf(18, 34, 50, 101, 152);

    static DepthRule AllDepths => DepthRule.OneOf(18, 26, 34, 50, 101, 152, 200);

    static DepthRule Bottlenecks => DepthRule.OneOf(26, 50, 101, 152, 200);

    static DepthRule VggDepths => DepthRule.OneOf(11, 13, 16, 19);

    static StridePlacement First1x1 => StridePlacement.First1x1;

    /// <summary>[He15] table 1: basic blocks in 18 and 34, else bottlenecks of the given kind.</summary>
    public static ResNetSpec Post(
        string name, int depth, StridePlacement stride = StridePlacement.Conv3x3, BlockSpec? block = null)
    {
        int[] blocks = depth switch
        {
            18 or 26 => [2, 2, 2, 2],
            34 or 50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            152 => [3, 8, 36, 3],
            _ => [3, 24, 36, 3],
        };
        var isBasic = depth is 18 or 34;
        var widening = isBasic ? 1 : 4;
        ImmutableArray<StageSpec> stages =
            [.. blocks.Select((count, i) => new StageSpec(count, (64 << i) * widening, i == 0 ? 1 : 2))];
        return new ResNetSpec(name, new ImageSize(3, 224, 224), StemSpec.ImageNet, stages,
            isBasic ? new BasicBlockSpec() : block ?? new BottleneckBlockSpec(Stride: stride), Classes: 1000);
    }

    /// <summary>The same with pre-activation blocks of either kind.</summary>
    public static ResNetSpec Pre(string name, int depth, PreActivationSpec preActivation)
    {
        var spec = Post(name, depth);
        return spec with { Block = spec.Block with { PreActivation = preActivation } };
    }

    /// <summary>The same with squeeze-and-excitation in every block.</summary>
    public static ResNetSpec Squeezed(ResNetSpec spec, SqueezeExcitationSpec squeeze) =>
        spec with { Block = spec.Block with { SqueezeExcitation = squeeze } };

    // Five groups of 3x3 convolutions, a 2x2 maximum behind each; two dense layers of 4096 with dropout.
    static PlainCnnSpec Vgg(string name, int depth, bool batchNorm)
    {
        int[] counts = depth switch { 11 => [1, 1, 2, 2, 2], 13 => [2, 2, 2, 2, 2], 16 => [2, 2, 3, 3, 3], _ => [2, 2, 4, 4, 4] };
        int[] widths = [64, 128, 256, 512, 512];
        var convolutions = counts.SelectMany((count, group) => Enumerable.Range(1, count)
            .Select(i => new PlainConvolutionSpec(widths[group], Padding: 1, Pool: i == count ? 2 : 1)));
        return new PlainCnnSpec(name, new ImageSize(3, 224, 224), [.. convolutions], [4096, 4096], 1000, batchNorm, Dropout: 0.5f);
    }
}
