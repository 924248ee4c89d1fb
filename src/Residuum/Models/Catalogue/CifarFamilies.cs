using System.Collections.Immutable;

namespace Residuum.Models;

/// <summary>The papers' networks for 32x32 images and 10 classes, and the dialects of other code for the same.</summary>
static class CifarFamilies
{
    const string He15 = "He et al. 2015, arXiv:1512.03385";
    const string He16 = "He et al. 2016, arXiv:1603.05027";

    /// <summary>[He15]'s 6n+2; its variants come among the catalogue's further entries.</summary>
    public static NetworkFamily ResNet { get; } = new(
        "cifar_resnet", "", DepthRule.Regular(6), [20, 32, 44, 56, 110, 1202], $"{He15}, section 4.2, shortcut A as akamaster pads it",
        (name, depth) => Basic(name, depth, ShortcutKind.ZeroPadSplit));

    public static ImmutableArray<NetworkFamily> All { get; } =
    [
        ResNet,
        new("cifar_plain", "", DepthRule.Regular(6), [20, 32, 44, 56, 110], $"{He15}, section 4.2, the plain twin",
            (name, depth) => Basic(name, depth, ShortcutKind.None), TakesVariant: false),
        new("cifar_preact_resnet", "",
            DepthRule.OneOf(110, 164, 1001) with { Elsewhere =
                "; others are called cifar_preact_basicDEPTH and cifar_preact_bottleneckDEPTH" },
            [110, 164, 1001], $"{He16}, full pre-activation: 110 of basic blocks with shortcut A, 164 and 1001 of bottlenecks",
            (name, depth) => depth == 110 ? PreActivationBasic(name, depth) : PreActivationBottleneck(name, depth),
            Namesakes: "cifar_resnet*v2"),
        new("cifar_preact_basic", "", DepthRule.Regular(6), [20, 32, 44, 56], $"{He16}, full pre-activation, basic blocks, shortcut A",
            PreActivationBasic, Namesakes: "cifar_resnet*v2"),
        new("cifar_preact_bottleneck", "", DepthRule.Regular(9), [29, 56, 110],
            $"{He16}, full pre-activation, bottlenecks; as the authors' resnet-pre-act.lua for Torch", PreActivationBottleneck,
            Namesakes: "cifar_resnet*v2"),
    ];

    public static ImmutableArray<NetworkFamily> Dialects { get; } =
    [
        new("cifar_resnet", ".akamaster", DepthRule.Regular(6), [],
            "akamaster/pytorch_resnet_cifar10: the paper's, channels split on both sides",
            (name, depth) => Basic(name, depth, ShortcutKind.ZeroPadSplit), Namesakes: "cifar_resnet*"),
        new("cifar_resnet", ".torch", DepthRule.Regular(6), [20, 32, 44, 56, 110],
            "facebook/fb.resnet.torch, models/resnet.lua: shortcut A with all new channels behind",
            (name, depth) => Basic(name, depth, ShortcutKind.ZeroPadAppend), Namesakes: "cifar_resnet*"),
        new("cifar_resnet", ".gluon", DepthRule.Regular(6), [20, 56, 110],
            "dmlc/gluon-cv, model_zoo/cifarresnet.py, v1: projections, no ReLU in the stem",
            (name, depth) => Basic(name, depth, ShortcutKind.Projection) with { Stem = StemSpec.Of3x3(16) with { Linear = true } },
            Namesakes: "cifar_resnet*"),
        new("cifar_resnet", ".keras", DepthRule.Regular(6), [20, 32, 44, 56, 110],
            "Keras' cifar10_resnet.py and Atienza, chapter 2, v1: biases, same padding, bare projections",
            (name, depth) => Keras(Basic(name, depth, ShortcutKind.Projection)) with { BareProjection = true }, Namesakes: "cifar_resnet*"),
        new("cifar_resnet", "v2.gluon", DepthRule.Regular(6), [20, 56, 110],
            "dmlc/gluon-cv, model_zoo/cifarresnet.py, v2: the image normalized, projections of the raw sum", GluonV2,
            Namesakes: "cifar_resnet*v2"),
        new("cifar_resnet", "v2.keras", DepthRule.Regular(9), [20, 29, 56, 110, 164, 1001],
            "Keras' cifar10_resnet.py and Atienza, chapter 2, v2: biases, same padding, projections of the raw sum, "
                + "stages of 64, 128 and 256",
            KerasV2, Namesakes: "cifar_resnet*v2"),
    ];

    static ResNetSpec Regular(string name, int blocks, int widening, BlockSpec block, ShortcutKind shortcut) =>
        new(name, new ImageSize(3, 32, 32), StemSpec.Of3x3(16),
            [new StageSpec(blocks, 16 * widening), new StageSpec(blocks, 32 * widening, 2), new StageSpec(blocks, 64 * widening, 2)],
            block, Classes: 10, shortcut);

    static ResNetSpec Basic(string name, int depth, ShortcutKind shortcut) =>
        Regular(name, DepthRule.BlocksPerStage(depth, 6), 1, new BasicBlockSpec(), shortcut);

    static ResNetSpec PreActivationBasic(string name, int depth) =>
        Regular(name, DepthRule.BlocksPerStage(depth, 6), 1, new BasicBlockSpec(new PreActivationSpec()), ShortcutKind.ZeroPadSplit);

    static ResNetSpec PreActivationBottleneck(string name, int depth) =>
        Regular(name, DepthRule.BlocksPerStage(depth, 9), 4,
            new BottleneckBlockSpec(4, StridePlacement.First1x1, new PreActivationSpec()), ShortcutKind.Projection);

    static ResNetSpec GluonV2(string name, int depth) =>
        Basic(name, depth, ShortcutKind.Projection) with
        {
            Stem = StemSpec.Of3x3(16) with { NormalizedInput = true },
            Block = new BasicBlockSpec(new PreActivationSpec(FirstActivation.Block, ProjectionInput.Raw)),
        };

    static ResNetSpec KerasV2(string name, int depth)
    {
        var block = new BottleneckBlockSpec(2, StridePlacement.First1x1, new PreActivationSpec(Projection: ProjectionInput.Raw));
        var spec = Keras(Regular(name, DepthRule.BlocksPerStage(depth, 9), 4, block, ShortcutKind.Projection));
        return spec with { Stages = [spec.Stages[0] with { Block = block with { Reduction = 4 } }, spec.Stages[1], spec.Stages[2]] };
    }

    // What every layer of the Keras example has: biases, TensorFlow's padding, Keras' own epsilon and momentum (which counts the old
    // share).
    static ResNetSpec Keras(ResNetSpec spec) => spec with
    {
        Stem = new StemSpec([new ConvolutionSpec(16, Bias: true)]),
        Biases = BiasPlacement.All,
        Padding = PaddingRule.Same,
        Epsilon = 1e-3f,
        Momentum = 0.01f,
    };
}
