using System.Collections.Immutable;

namespace Residuum.Models;

/// <summary>
/// What the names of [He15] table 1 mean elsewhere. Each dialect is a few differences from torchvision's network of that depth:
/// <list type="table">
/// <item><term>caffe</term><description>KaimingHe/deep-residual-networks: the stride on the first 1x1, a max pooling whose size is rounded
/// up, and, in ResNet-50 alone, a bias in the stem.</description></item>
/// <item><term>gluon</term><description>dmlc/gluon-cv, model_zoo/resnet.py: v1 with the stride on the first 1x1 and biases in both 1x1; v2
/// with the image normalized and an activation in the stem as well as in the first block.</description></item>
/// <item><term>keras</term><description>keras.applications: v1 with the stride on the first 1x1 and biases everywhere; v2 with the stride
/// in the last block of a stage, a 1x1 max-pool shortcut there, biases in stem, projection and last 1x1, and zeros around what the stem
/// pools; both with an epsilon of 1.001e-5.</description></item>
/// <item><term>kuangliu</term><description>kuangliu/pytorch-cifar: 32x32 images, a 3x3 stem without pooling, 10 classes; v2 without
/// a normalization before the head.</description></item>
/// <item><term>torch</term><description>facebook/fb.resnet.torch: resnet.lua is what torchvision later became; preresnet.lua, v2, activates
/// in the stem and strides in the 3x3.</description></item>
/// <item><term>torchvision, timm, nvidia</term><description>The network without a dot; their files differ in names at
/// most.</description></item>
/// </list>
/// </summary>
static class DialectFamilies
{
    const string V1 = "resnet*";
    const string V2 = "resnet*v2";

    static readonly DepthRule s_bottlenecks = DepthRule.OneOf(50, 101, 152);

    public static ImmutableArray<NetworkFamily> All { get; } =
    [
        .. CifarFamilies.Dialects,
        new("resnet", ".kuangliu", ImageNetFamilies.PaperDepths, [18, 34, 50, 101, 152],
            "He et al. 2015, arXiv:1512.03385, table 1, on 32x32 as kuangliu's pytorch-cifar: 3x3 stem, no pooling",
            (name, depth) => Small(ImageNetFamilies.Post(name, depth)), TakesVariant: false, V1),
        new("resnet", ".caffe", s_bottlenecks, [50, 101, 152],
            "KaimingHe/deep-residual-networks, prototxt: stride on the first 1x1, pooling rounded up, a bias in ResNet-50's stem",
            Caffe, TakesVariant: false, V1),
        new("resnet", ".gluon", ImageNetFamilies.PaperDepths, [18, 34, 50, 101, 152],
            "dmlc/gluon-cv, model_zoo/resnet.py, v1: stride on the first 1x1, biases in both 1x1",
            (name, depth) => ImageNetFamilies.Post(name, depth, StridePlacement.First1x1) with { Biases = BiasPlacement.Outer },
            TakesVariant: false, V1),
        new("resnet", ".keras", s_bottlenecks, [50, 101, 152],
            "keras.applications, ResNet50, 101 and 152: stride on the first 1x1, biases everywhere", Keras, TakesVariant: false, V1),
        Same("torchvision", "pytorch/vision, models/resnet.py"),
        Same("timm", "huggingface/pytorch-image-models, models/resnet.py; the same as torchvision's"),
        Same("torch", "facebook/fb.resnet.torch, models/resnet.lua; the same as torchvision's"),
        Same("nvidia", "NVIDIA/DeepLearningExamples, v1.5; the same as torchvision's but for names"),
        new("resnet", "v2.kuangliu", ImageNetFamilies.PaperDepths, [18, 34, 50, 101, 152],
            "kuangliu/pytorch-cifar, preact_resnet.py: the first block has its own activation, none before the head",
            (name, depth) => Small(ImageNetFamilies.Pre(name, depth, new PreActivationSpec(FirstActivation.Block, Final: false))),
            TakesVariant: false, V2),
        new("resnet", "v2.gluon", ImageNetFamilies.PaperDepths, [18, 34, 50, 101, 152],
            "dmlc/gluon-cv, model_zoo/resnet.py, v2: the image normalized, activations in the stem and in the first block",
            (name, depth) => ImageNetFamilies.Pre(name, depth, new PreActivationSpec(FirstActivation.Both)) with
            {
                Stem = StemSpec.ImageNet with { NormalizedInput = true },
            },
            TakesVariant: false, V2),
        new("resnet", "v2.keras", s_bottlenecks, [50, 101, 152],
            "keras.applications, ResNet50V2, 101V2 and 152V2: stride in the last block of a stage, zeros around what the stem pools",
            KerasV2, TakesVariant: false, V2),
        new("resnet", "v2.torch", DepthRule.OneOf(18, 34, 50, 101, 152, 200), [50, 101, 152, 200],
            "facebook/fb.resnet.torch, models/preresnet.lua, with which He et al. 2016 trained ResNet-200",
            (name, depth) => ImageNetFamilies.Pre(name, depth, new PreActivationSpec()), TakesVariant: false, V2),
        new("seresnet", ".kuangliu", DepthRule.OneOf(18), [18], "kuangliu/pytorch-cifar, senet.py: pre-activation, on 32x32",
            (name, depth) => Small(ImageNetFamilies.Squeezed(
                ImageNetFamilies.Pre(name, depth, new PreActivationSpec(FirstActivation.Both, Final: false)), new SqueezeExcitationSpec())),
            TakesVariant: false, "seresnet*"),
        ResNeXt("_2x64d.kuangliu", 2, 64), ResNeXt("_4x64d.kuangliu", 4, 64), ResNeXt("_8x64d.kuangliu", 8, 64),
            ResNeXt("_32x4d.kuangliu", 32, 4),
    ];

    static NetworkFamily Same(string dialect, string source) => new(
        "resnet", $".{dialect}", ImageNetFamilies.PaperDepths, [], source, (name, depth) =>
            ImageNetFamilies.Post(name, depth), TakesVariant: false, V1);

    static ResNetSpec Small(ResNetSpec spec) => spec.ForCifar10()!;

    static ResNetSpec Caffe(string name, int depth) => ImageNetFamilies.Post(name, depth, StridePlacement.First1x1) with
    {
        Stem = new StemSpec([new ConvolutionSpec(64, 7, 2, Bias: depth == 50)], MaxPool: true, PoolBorder.Ceiling),
    };

    // Zeros around what the stem pools never win here, since it is activated: the usual padding gives the same numbers.
    static ResNetSpec Keras(string name, int depth) => ImageNetFamilies.Post(name, depth, StridePlacement.First1x1) with
    {
        Stem = new StemSpec([new ConvolutionSpec(64, 7, 2, Bias: true)], MaxPool: true),
        Biases = BiasPlacement.All,
        Epsilon = 1.001e-5f,
        Momentum = 0.01f,
    };

    static ResNetSpec KerasV2(string name, int depth)
    {
        var spec = ImageNetFamilies.Pre(name, depth, new PreActivationSpec(FirstActivation.Block));
        return spec with
        {
            Stem = new StemSpec([new ConvolutionSpec(64, 7, 2, Bias: true)], MaxPool: true, PoolBorder.Zeros),
            Stages = [.. spec.Stages.Select((stage, i) => stage with { Stride = i == 3 ? 1 : 2, StrideIn = StridingBlock.Last })],
            Biases = BiasPlacement.LastAndProjection,
            Epsilon = 1.001e-5f,
            Momentum = 0.01f,
        };
    }

    // Three stages of three blocks behind a 1x1 stem.
    static NetworkFamily ResNeXt(string suffix, int groups, int width) => new(
        "resnext", suffix, DepthRule.OneOf(29), [29], $"kuangliu/pytorch-cifar, resnext.py: {groups} groups of {width}, on 32x32",
        (name, _) => new ResNetSpec(name, new ImageSize(3, 32, 32), new StemSpec([new ConvolutionSpec(64, 1)]),
            [.. Enumerable.Range(0, 3).Select(stage => new StageSpec(3, 2 * groups * width << stage, stage == 0 ? 1 : 2))],
            new BottleneckBlockSpec(Reduction: 2, Groups: groups), Classes: 10),
        TakesVariant: false, $"resnext*_{groups}x{width}d");
}
