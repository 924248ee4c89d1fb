using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>The gradients of networks built from descriptions: small ones by finite differences, the catalogue's by their shapes.</summary>
public class DescribedNetworkGradientTests
{
    static readonly Dictionary<string, NetworkSpec> Specs = new NetworkSpec[]
    {
        Small("basic", new BasicBlockSpec()),
        Small("basic a", new BasicBlockSpec()) with { Shortcut = ShortcutKind.ZeroPadSplit },
        Small("plain", new BasicBlockSpec()) with { Shortcut = ShortcutKind.None },
        Small("bottleneck of half", new BottleneckBlockSpec(2, StridePlacement.First1x1)),
        Small("stem with bias and pool", new BasicBlockSpec()) with
        {
            Stem = new StemSpec([new(3, 5, 2, Bias: true), new(3)], MaxPool: true),
            Input = new ImageSize(3, 17, 16),
        },
        Small("pre-activation", new BasicBlockSpec(new PreActivationSpec())),
        Small("pre-activation by block, raw projection",
            new BottleneckBlockSpec(2, PreActivation: new(FirstActivation.Block, ProjectionInput.Raw, Final: false))),
        Small("normalization after addition", new BasicBlockSpec(PostActivation: PostActivation.NormalizationAfterAddition)),
        Small("ReLU before addition", new BasicBlockSpec(PostActivation: PostActivation.ReluBeforeAddition)),
        Small("ReLU-only pre-activation", new BasicBlockSpec(new PreActivationSpec(ReluOnly: true))),
        Small("scaled", new BasicBlockSpec()) with { ShortcutModifier = new ScaledShortcutSpec(0.5f, 0.25f) },
        Small("exclusive gate", new BasicBlockSpec()) with { ShortcutModifier = new GatedShortcutSpec(Exclusive: true) },
        Small("shortcut gate, shortcut a", new BasicBlockSpec()) with { ShortcutModifier = new GatedShortcutSpec(),
            Shortcut = ShortcutKind.ZeroPadSplit },
        Small("concatenated", new BasicBlockSpec()) with { Join = Join.Concatenate },
        Small("concatenated, subsampled", new BasicBlockSpec()) with { Join = Join.Concatenate, Shortcut = ShortcutKind.ZeroPadAppend },
        Small("squeeze-and-excitation", new BasicBlockSpec(SqueezeExcitation: new(2))),
        Small("squeezed pre-activation", new BasicBlockSpec(new PreActivationSpec(), SqueezeExcitation: new(2))),
        Small("groups, pooled projection", new BottleneckBlockSpec(1, Groups: 2)) with { PooledProjection = true },
        Small("inverted", new InvertedBlockSpec(2)) with { Shortcut = ShortcutKind.Identity, Activation = ActivationKind.Relu6,
            Head = new HeadSpec(9) },
        Small("bridged", new BasicBlockSpec()) with
        {
            Stages = [new StageSpec(2, 4, Bridge: ShortcutKind.Projection), new StageSpec(2, 6, 2, Bridge: ShortcutKind.ZeroPadAppend)],
        },
        Small("stride in the last block, same padding, biases", new BottleneckBlockSpec(2, PreActivation: new(FirstActivation.Both))) with
        {
            Stages = [new StageSpec(2, 4, 2, StridingBlock.Last)], Padding = PaddingRule.Same, Biases = BiasPlacement.All,
        },
        Small("image normalized, zeros pooled", new BasicBlockSpec(new PreActivationSpec(FirstActivation.Block))) with
        {
            Stem = new StemSpec([new(4)], MaxPool: true, PoolBorder.Zeros, NormalizedInput: true), Stages = [new StageSpec(1, 4)],
        },
        Small("autoencoder", new BasicBlockSpec()) with { Classes = null, Decoder = new DecoderSpec(Enlarging.Transposed) },
        Small("autoencoder with a latent vector", new BottleneckBlockSpec(2, PreActivation: new())) with
        {
            Stem = new StemSpec([new(4)], MaxPool: true), Classes = null, Head = new HeadSpec(Latent: 3),
                Decoder = new DecoderSpec(Enlarging.Bilinear),
        },
        Small("one dimension", new BasicBlockSpec()) with { Input = new ImageSize(2, 1, 17), OneDimensional = true },
        new PlainCnnSpec("cnn", new ImageSize(1, 12, 12), [new PlainConvolutionSpec(3, Pool: 2), new(4)], [6], SmallNetwork.Classes),
        new PlainCnnSpec("normalized cnn", new ImageSize(1, 8, 8), [new PlainConvolutionSpec(3, Padding: 1, Pool: 2)], [5],
            SmallNetwork.Classes, BatchNorm: true),
    }.ToDictionary(spec => spec.Name);

    public static IEnumerable<object[]> Descriptions =>
        from name in Specs.Keys from statistics in new[] { Statistics.Batch, Statistics.Running } select new object[] { name, statistics };

    public static TheoryData<string> Catalogued => [.. Catalogue.All.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Descriptions))]
    public void Small_networks_agree_with_finite_differences(string name, Statistics statistics)
    {
        const int batch = 2;
        var graph = WithLoss(Specs[name].Build(), statistics);
        var sources = SmallProblem.Sources(graph, batch, clearance: 1e-4);
        string[] targets = ["image", .. graph.Parameters.Select(node => node.Name)];
        Assert.Empty(FiniteDifferences.Complaints(graph, new Seed(graph.Output("loss")), sources, batch, targets, alone: 2));
    }

    [Theory, MemberData(nameof(Catalogued))]
    public void Every_network_of_the_catalogue_has_gradients_for_all_parameters_and_the_image(string name)
    {
        var graph = WithLoss(Catalogue.Find(name).Spec.Build(), Statistics.Batch);
        Value[] targets = [graph.Find("image")!.Output(), .. graph.Parameters.Select(node => node.Output())];
        var backward = Backward.Append(graph, graph.Output("loss"), targets);
        Assert.All(targets, target => Assert.Equal(
            graph.TypeOf(target), backward.TypeOf(backward.Output(Backward.OutputName(graph.Nodes[target.Node].Name)))));
    }

    static ResNetSpec Small(string name, BlockSpec block) => new(
        name, new ImageSize(3, 8, 7), StemSpec.Of3x3(4), [new StageSpec(1, 4), new StageSpec(2, 6, 2)], block, SmallNetwork.Classes);

    // The same nodes in the same places, normalized by these statistics, with a loss behind the logits.
    static Graph WithLoss(Graph graph, Statistics statistics)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
            builder.Add(node.Name, node.Op is BatchNorm norm ? norm with { Statistics = statistics } : node.Op, node.Inputs.AsSpan());
        if (graph.Outputs[0].Name == NetworkSpec.ReconstructionOutput)
        {
            var wanted = builder.Input("wanted", graph.TypeOf(graph.Outputs[0].Value));
            return builder.Output("loss", builder.Add("loss", new MeanSquaredError(), graph.Outputs[0].Value, wanted)).Build();
        }
        var labels = builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        return builder.Output("loss", builder.Add("loss", new SoftmaxCrossEntropy(), graph.Output(NetworkSpec.LogitsOutput), labels))
            .Build();
    }
}
