using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Training;
using Xunit.Abstractions;

namespace Residuum.Tests.Models;

/// <summary>
/// Logits of every dialect, with running and with batch statistics, against torchvision's own code and against transcriptions of the
/// others' (<c>tests/golden/dialects.py</c>). The networks are the catalogue's, narrower and shallower; the weights reach them under the
/// dialect's own names and in its own layout, where a file of it could be read.
/// </summary>
public class DialectLogitsTests(ITestOutputHelper output)
{
    // Relative to the largest logit. Single precision alone is off by up to 2e-6 in such networks; batch statistics of few pixels divide by
    // small deviations. What is asked for is 1e-4.
    const double Tolerance = 2e-5;

    // Double precision against double precision: an epsilon of 1.001e-5 differs in single precision by 1e-8 of itself.
    const double ReferenceTolerance = 1e-6;

    const int Batch = 3;

    static readonly ImageSize s_imageNet = new(3, 67, 58);

    static readonly ImageSize s_cifar = new(3, 33, 30);

    // What the golden script makes smaller: widths by a divisor, blocks of each stage, the image.
    static readonly Dictionary<string, (string Scheme, int Divisor, int[] Blocks, ImageSize Input)> s_cases = new()
    {
        ["resnet50.keras"] = ("keras", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50v2.keras"] = ("keras-v2", 8, [2, 3, 1, 2], s_imageNet),
        ["cifar_resnet20.keras"] = ("residuum", 4, [2, 2, 1], s_cifar),
        ["cifar_resnet29v2.keras"] = ("residuum", 4, [2, 2, 1], s_cifar),
        ["resnet18.gluon"] = ("gluon-v1", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50.gluon"] = ("gluon-v1", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet18v2.gluon"] = ("gluon-v2", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50v2.gluon"] = ("gluon-v2", 8, [2, 1, 1, 2], s_imageNet),
        ["cifar_resnet20.gluon"] = ("gluon-cifar-v1", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet20v2.gluon"] = ("gluon-cifar-v2", 4, [2, 1, 2], s_cifar),
        ["resnet50.caffe"] = ("residuum", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet101.caffe"] = ("residuum", 8, [2, 1, 1, 2], new(3, 65, 63)),
        ["cifar_resnet20.torch"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["resnet18v2.torch"] = ("residuum", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50v2.torch"] = ("residuum", 8, [2, 1, 1, 2], s_imageNet),
        ["cifar_preact_bottleneck29"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_scaled"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_exclusivegate"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_shortcutgate"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_normafter"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_relubefore"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_reluonly"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet110_concat"] = ("residuum", 4, [2, 1, 2], s_cifar),
        ["resnet34.timm"] = ("torchvision", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50c"] = ("timm-deep", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet18d"] = ("timm-pooled", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50d"] = ("timm-pooled", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50s"] = ("timm-deep", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50e"] = ("timm-pooled", 8, [2, 1, 1, 2], s_imageNet),
        ["resnet50t"] = ("timm-pooled", 8, [2, 1, 1, 2], s_imageNet),
        ["seresnet18"] = ("timm", 8, [2, 1, 1, 2], s_imageNet),
        ["seresnet50"] = ("timm", 8, [2, 1, 1, 2], s_imageNet),
        ["resnetv2_50"] = ("timm-v2", 8, [2, 1, 1, 2], s_imageNet),
        ["seresnext50_32x4d"] = ("nvidia", 2, [1, 1, 1, 2], s_imageNet),
        ["resnet18.kuangliu"] = ("kuangliu", 8, [2, 1, 1, 2], s_cifar),
        ["resnet50.kuangliu"] = ("kuangliu", 8, [2, 1, 1, 2], s_cifar),
        ["resnet18v2.kuangliu"] = ("kuangliu", 8, [2, 1, 1, 2], s_cifar),
        ["resnet50v2.kuangliu"] = ("kuangliu", 8, [2, 1, 1, 2], s_cifar),
        ["seresnet18.kuangliu"] = ("kuangliu", 4, [2, 1, 1, 2], s_cifar),
        ["resnext29_2x64d.kuangliu"] = ("kuangliu", 8, [2, 1, 2], s_cifar),
        ["resnext29_32x4d.kuangliu"] = ("kuangliu", 4, [2, 1, 2], s_cifar),
        ["cifar_resnet20.akamaster"] = ("akamaster", 4, [2, 1, 2], s_cifar),
        ["resnet50"] = ("torchvision", 1, [1, 2, 1, 1], s_imageNet),
        ["resnext50_32x4d"] = ("torchvision", 1, [1, 2, 1, 1], s_imageNet),
        ["resnext101_64x4d"] = ("torchvision", 1, [1, 1, 1, 1], s_imageNet),
        ["wide_resnet50_2"] = ("torchvision", 1, [1, 1, 1, 1], s_imageNet),
        ["vgg11"] = ("vgg11", 8, [], new(3, 64, 64)),
        ["vgg13_bn"] = ("vgg13_bn", 8, [], new(3, 64, 64)),
        ["vgg16"] = ("vgg16", 8, [], new(3, 64, 64)),
        ["vgg16_bn"] = ("vgg16_bn", 8, [], new(3, 64, 64)),
        ["vgg19_bn"] = ("vgg19_bn", 8, [], new(3, 64, 64)),
        ["mobilenet_v2"] = ("mobilenet_v2", 1, [1, 2, 3, 4, 3, 3, 1], s_imageNet),
    };

    static readonly Lazy<GoldenFile> s_golden = new(() => GoldenFile.Read("Residuum.Tests/Golden/Models/dialects.safetensors"));

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Plans_give_the_dialects_logits_with_either_statistics(string name)
    {
        var spec = Smaller(name);
        var network = spec.Build();
        var weights = Weights(name, network);
        var pixels = FormulaWeights.Image(name, Batch * spec.Input.Channels * spec.Input.Height * spec.Input.Width);
        foreach (var mode in new[] { "running", "batch" })
        {
            using var plan = mode == "running"
                ? Plan.ForInference(network, Batch, threads: 2)
                : Plan.ForGradients(Residuum.Passes.UseBatchStatistics.Apply(network), Batch, threads: 2);
            plan.Load(weights);
            for (var i = 0; i < pixels.Length; i++) plan.Input(NetworkSpec.ImageInput)[i] = (float)pixels[i];
            plan.Run(Batch);
            Check(name, mode, Array.ConvertAll(plan.Output(NetworkSpec.LogitsOutput)[..(Batch * 10)].ToArray(), x => (double)x), Tolerance);
        }
    }

    // One for each kind of layer; the rest is covered by the plans above.
    [Theory]
    [InlineData("resnet50.keras")]
    [InlineData("resnet50v2.keras")]
    [InlineData("cifar_resnet20.keras")]
    [InlineData("cifar_resnet29v2.keras")]
    [InlineData("resnet18v2.gluon")]
    [InlineData("resnet50.caffe")]
    [InlineData("cifar_resnet110_exclusivegate")]
    [InlineData("cifar_resnet110_concat")]
    [InlineData("cifar_resnet110_reluonly")]
    [InlineData("resnet18d")]
    [InlineData("seresnet18")]
    [InlineData("resnext29_2x64d.kuangliu")]
    public void The_reference_gives_the_dialects_logits_in_double_precision(string name)
    {
        var spec = Smaller(name);
        var network = spec.Build();
        var sources = Weights(name, network).ToDictionary(
            pair => pair.Key, pair => Array.ConvertAll(pair.Value.Span<float>().ToArray(), x => (double)x));
        sources[NetworkSpec.ImageInput] = FormulaWeights.Image(name, Batch * spec.Input.Channels * spec.Input.Height * spec.Input.Width);
        foreach (var mode in new[] { "running", "batch" })
        {
            var graph = mode == "running" ? network : Residuum.Passes.UseBatchStatistics.Apply(network);
            Check(name, mode, ReferenceRunner.Run(graph, sources, Batch)[graph.Output(NetworkSpec.LogitsOutput)], ReferenceTolerance);
        }
    }

    void Check(string name, string mode, double[] logits, double tolerance)
    {
        var golden = s_golden.Value[$"{name}/{mode}"];
        var error = Closeness.LargestDifference(logits, golden) / golden.Max(Math.Abs);
        output.WriteLine($"{name} {mode}: {error:e2}");
        Assert.True(error <= tolerance, $"The logits of {name} with {mode} statistics are off by {error:e2}.");
    }

    // A file as the dialect would write it, read as any file is.
    static OrderedDictionary<string, Tensor> Weights(string name, Graph network)
    {
        var scheme = WeightNames.Scheme(s_cases[name].Scheme);
        var wanted = network.Nodes.Where(node => node.Op is Parameter or State)
            .Select(node => KeyValuePair.Create(node.Name, node.Outputs[0].Shape)).ToArray();
        var layout = StateWriter.Name(Initialization.Create(network, 1), scheme, batchCounts: false);
        var file = new TensorFile();
        foreach (var (theirs, tensor) in layout.Tensors) file.Tensors.Add(theirs, FormulaWeights.Fill(theirs, tensor.Shape));
        foreach (var ignored in scheme.Ignored) file.Tensors.Add(ignored, Tensor.Of(new Shape(3), [9f, 9f, 9f]));
        var weights = StateLoader.Load(file, wanted, "the generated file");
        // Two schemes may agree on all names of a network; the one found must read them as this one does.
        var found = WeightNames.ToOurs(file.Tensors.Keys, [.. wanted.Select(pair => pair.Key)]).Scheme;
        Assert.All(layout.Tensors.Keys, theirs => Assert.Equal(scheme.ToOurs(theirs), found.ToOurs(theirs)));
        return weights;
    }

    static NetworkSpec Smaller(string name)
    {
        var (_, divisor, blocks, input) = s_cases[name];
        return Catalogue.Find(name).Spec switch
        {
            ResNetSpec spec => spec with
            {
                Input = input,
                Stem = spec.Stem with
                {
                    Convolutions =
                    [.. spec.Stem.Convolutions.Select(each => each with { Width = each.Width / divisor })]
                },
                Stages = [.. spec.Stages.Select((stage, i) => stage with { Width = stage.Width / divisor, Blocks = blocks[i] })],
                Classes = 10,
            },
            PlainCnnSpec spec => spec with
            {
                Input = input,
                Convolutions = [.. spec.Convolutions.Select(each => each with { Width = each.Width / divisor })],
                Hidden = [.. spec.Hidden.Select(width => width / divisor)],
                Classes = 10,
            },
            var other => throw new InvalidOperationException($"{other.Name} is of another kind."),
        };
    }
}
