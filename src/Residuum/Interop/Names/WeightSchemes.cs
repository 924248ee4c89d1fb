namespace Residuum.Interop;

/// <summary>The tables of names, one for each way of others to write a network's weights.</summary>
static class WeightSchemes
{
    static readonly (string, string)[] s_blocks =
        [("stage{s}.block{b}.conv{i}", "layer{s}.{b-1}.conv{i}"), ("stage{s}.block{b}.norm{i}", "layer{s}.{b-1}.bn{i}")];

    static readonly (string, string)[] s_stem = [("stem.conv", "conv1"), ("stem.norm", "bn1")];

    static readonly (string, string)[] s_deepStem =
        [("stem.conv1", "conv1.0"), ("stem.norm1", "conv1.1"), ("stem.conv2", "conv1.3"), ("stem.norm2", "conv1.4"),
            ("stem.conv3", "conv1.6"), ("stem.norm3", "bn1")];

    // timm's squeeze-and-excitation.
    static readonly (string, string)[] s_squeeze =
        [("stage{s}.block{b}.squeeze.reduce", "layer{s}.{b-1}.se.fc1:1x1"),
            ("stage{s}.block{b}.squeeze.expand", "layer{s}.{b-1}.se.fc2:1x1")];

    public static WeightScheme Torchvision { get; } = new("torchvision", "torchvision's ResNets: conv1, layer1.0.conv1, downsample.0, fc",
        [.. s_stem, .. s_blocks, .. Projection("downsample", 0), ("head.linear", "fc")]);

    public static WeightScheme Akamaster { get; } = new("akamaster", "akamaster's CIFAR ResNets: conv1, layer1.0.conv1, shortcut.0, linear",
        [.. s_stem, .. s_blocks, .. Projection("shortcut", 0), ("head.linear", "linear")]);

    public static WeightScheme Kuangliu { get; } =
        new("kuangliu", "kuangliu's CIFAR ResNets: conv1, layer1.0.conv1, shortcut.0, fc1, linear",
        [.. s_stem, .. s_blocks, .. Projection("shortcut", 0), ("stage{s}.block{b}.squeeze.reduce", "layer{s}.{b-1}.fc1:1x1"),
            ("stage{s}.block{b}.squeeze.expand", "layer{s}.{b-1}.fc2:1x1"), ("head.linear", "linear")]);

    /// <summary>Those that only a network of the kind can fit, after the ones that many do.</summary>
    public static IEnumerable<WeightScheme> Further =>
    [
        new("timm", "timm's ResNets with a stem of one convolution: as torchvision, se.fc1",
            [.. s_stem, .. s_blocks, .. Projection("downsample", 0), .. s_squeeze, ("head.linear", "fc")]),
        new("timm-deep", "timm's ResNets c and s: conv1.0, conv1.3, conv1.6, downsample.0",
            [.. s_deepStem, .. s_blocks, .. Projection("downsample", 0), .. s_squeeze, ("head.linear", "fc")]),
        new("timm-pooled", "timm's ResNets d, e and t: conv1.0, conv1.3, conv1.6, downsample.1 behind a pooling",
            [.. s_deepStem, .. s_blocks, .. Projection("downsample", 1), .. s_squeeze, ("head.linear", "fc")]),
        new("timm-v2", "timm's resnetv2: stem.conv, stages.0.blocks.0.norm1, norm, head.fc as a 1x1 convolution",
            ("stem.conv", "stem.conv"), ("stage{s}.block{b}.conv{i}", "stages.{s-1}.blocks.{b-1}.conv{i}"),
            ("stage{s}.block{b}.norm{i}", "stages.{s-1}.blocks.{b-1}.norm{i}"),
            ("stage{s}.block{b}.shortcut.conv", "stages.{s-1}.blocks.{b-1}.downsample.conv"), ("head.norm", "norm"),
                ("head.linear", "head.fc:1x1")),
        new("nvidia", "NVIDIA's ResNets: conv1, layers.0.0.conv1, downsample.0, squeeze.expand, fc",
            [.. s_stem, ("stage{s}.block{b}.conv{i}", "layers.{s-1}.{b-1}.conv{i}"),
                ("stage{s}.block{b}.norm{i}", "layers.{s-1}.{b-1}.bn{i}"),
                ("stage{s}.block{b}.shortcut.conv", "layers.{s-1}.{b-1}.downsample.0"),
                ("stage{s}.block{b}.shortcut.norm", "layers.{s-1}.{b-1}.downsample.1"),
                ("stage{s}.block{b}.squeeze.reduce", "layers.{s-1}.{b-1}.squeeze.squeeze"),
                ("stage{s}.block{b}.squeeze.expand", "layers.{s-1}.{b-1}.squeeze.expand"), ("head.linear", "fc")]),
        new("keras", "keras.applications' ResNet50, 101 and 152: conv1_conv, conv2_block1_1_conv, _1_bn, _0_conv, predictions",
            ("stem.conv", "conv1_conv"), ("stem.norm", "conv1_bn"),
            ("stage{s}.block{b}.conv{i}", "conv{s+1}_block{b}_{i}_conv"), ("stage{s}.block{b}.norm{i}", "conv{s+1}_block{b}_{i}_bn"),
            ("stage{s}.block{b}.shortcut.conv", "conv{s+1}_block{b}_0_conv"),
                ("stage{s}.block{b}.shortcut.norm", "conv{s+1}_block{b}_0_bn"),
            ("head.linear", "predictions"))
        { Tensors = TensorNames.Keras, OutputsLast = true },
        new("keras-v2", "keras.applications' ResNet50V2, 101V2 and 152V2: conv1_conv, conv2_block1_preact_bn, _1_bn, post_bn, predictions",
            ("stem.conv", "conv1_conv"), ("stage{s}.block{b}.conv{i}", "conv{s+1}_block{b}_{i}_conv"),
            ("stage{s}.block{b}.norm1", "conv{s+1}_block{b}_preact_bn"), ("stage{s}.block{b}.norm2", "conv{s+1}_block{b}_1_bn"),
            ("stage{s}.block{b}.norm3", "conv{s+1}_block{b}_2_bn"), ("stage{s}.block{b}.shortcut.conv", "conv{s+1}_block{b}_0_conv"),
            ("head.norm", "post_bn"), ("head.linear", "predictions"))
        { Tensors = TensorNames.Keras, OutputsLast = true },
        GluonV1("gluon-v1", "GluonCV's ImageNet v1", 3), GluonV1("gluon-cifar-v1", "GluonCV's CIFAR v1", 1),
        GluonV2("gluon-v2", "GluonCV's ImageNet v2", 4, 9, ("stem.norm", "features.2")),
            GluonV2("gluon-cifar-v2", "GluonCV's CIFAR v2", 1, 5),
        MobileNet(),
        .. from counts in (int[][])[[1, 1, 2, 2, 2], [2, 2, 2, 2, 2], [2, 2, 3, 3, 3], [2, 2, 4, 4, 4]]
           from normalized in (bool[])[false, true]
           select Vgg(counts, normalized),
    ];

    static (string, string)[] Projection(string name, int first) =>
        [("stage{s}.block{b}.shortcut.conv", $"layer{{s}}.{{b-1}}.{name}.{first}"),
            ("stage{s}.block{b}.shortcut.norm", $"layer{{s}}.{{b-1}}.{name}.{first + 1}")];

    // Conv, norm, ReLU, conv, norm, ... stand in one sequence.
    static WeightScheme GluonV1(string name, string whose, int shift) =>
        new(name, $"{whose}: features.0, features.{shift + 1}.0.body.0, output",
        [("stem.conv", "features.0"), ("stem.norm", "features.1"),
            .. Enumerable.Range(1, 3).SelectMany(i => ((string, string)[])[
                ($"stage{{s}}.block{{b}}.conv{i}", $"features.{{s+{shift}}}.{{b-1}}.body.{3 * i - 3}"),
                ($"stage{{s}}.block{{b}}.norm{i}", $"features.{{s+{shift}}}.{{b-1}}.body.{3 * i - 2}")]),
            ("stage{s}.block{b}.shortcut.conv", $"features.{{s+{shift}}}.{{b-1}}.downsample.0"),
            ("stage{s}.block{b}.shortcut.norm", $"features.{{s+{shift}}}.{{b-1}}.downsample.1"), ("head.linear", "output")])
        { Tensors = TensorNames.Gluon };

    // The normalization of the image has a scale and a shift in the file, which are 1 and 0 and never used.
    static WeightScheme GluonV2(string name, string whose, int shift, int last, params (string, string)[] stem) =>
        new(name, $"{whose}: features.0, features.{shift + 1}.0.conv1, features.{last}, output",
        [("stem.norm0", "features.0"), ("stem.conv", "features.1"), .. stem,
            ("stage{s}.block{b}.conv{i}", $"features.{{s+{shift}}}.{{b-1}}.conv{{i}}"),
                ("stage{s}.block{b}.norm{i}", $"features.{{s+{shift}}}.{{b-1}}.bn{{i}}"),
            ("stage{s}.block{b}.shortcut.conv", $"features.{{s+{shift}}}.{{b-1}}.downsample"), ("head.norm", $"features.{last}"),
                ("head.linear", "output")])
        { Tensors = TensorNames.Gluon, Ignored = ["features.0.gamma", "features.0.beta"] };

    // torchvision counts the layers of all groups in one sequence, in which ReLUs and poolings have a number too.
    static WeightScheme Vgg(int[] counts, bool normalized)
    {
        var (rules, place, layer) = (new List<(string, string)>(), 0, 0);
        foreach (var count in counts)
        {
            for (var i = 0; i < count; i++)
            {
                rules.Add(($"conv{++layer}", $"features.{place++}"));
                if (normalized) rules.Add(($"norm{layer}", $"features.{place++}"));
                place++;
            }
            place++;
        }
        rules.AddRange([("linear1", "classifier.0"), ("linear2", "classifier.3"), ("linear3", "classifier.6")]);
        var name = $"vgg{layer + 3}{(normalized ? "_bn" : "")}";
        return new WeightScheme(name, $"torchvision's {name}: features.0, classifier.6", [.. rules]);
    }

    // torchvision counts the blocks of all stages in one sequence; the first has no expansion.
    static WeightScheme MobileNet()
    {
        var (rules, place) = (new List<(string, string)> { ("stem.conv", "features.0.0"), ("stem.norm", "features.0.1") }, 1);
        foreach (var (stage, count) in ((int, int)[])[(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (6, 3), (7, 1)])
            for (var block = 1; block <= count; block++, place++)
            {
                var last = stage == 1 ? 2 : 3;
                for (var i = 1; i <= last; i++)
                {
                    rules.Add(($"stage{stage}.block{block}.conv{i}", $"features.{place}.conv.{i - 1}{(i < last ? ".0" : "")}"));
                    rules.Add(($"stage{stage}.block{block}.norm{i}", $"features.{place}.conv.{(i < last ? $"{i - 1}.1" : $"{i}")}"));
                }
            }
        rules.AddRange([("head.conv", $"features.{place}.0"), ("head.norm1", $"features.{place}.1"), ("head.linear", "classifier.1")]);
        return new WeightScheme("mobilenet_v2", "torchvision's MobileNetV2: features.0.0, features.1.conv.0.0, classifier.1", [.. rules]);
    }
}
