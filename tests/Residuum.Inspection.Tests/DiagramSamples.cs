using System.Collections.Concurrent;
using Residuum.Graphs;
using Residuum.Models;
using Residuum.Tensors;

namespace Residuum.Inspection.Tests;

/// <summary>Networks that diagrams are tried with: the catalogue, odd ones, and some as others export them.</summary>
static class DiagramSamples
{
    public static IEnumerable<string> Names => Catalogue.All.Select(entry => entry.Name).Concat(s_odd.Keys);

    static readonly Dictionary<string, Func<Graph>> s_odd = new()
    {
        ["odd widths"] = OddWidths,
        ["autoencoder"] = () => Autoencoder(null),
        ["autoencoder with latents"] = () => Autoencoder(33),
        ["sequence"] = () => new ResNetSpec("sequence", new ImageSize(2, 1, 4000),
            new StemSpec([new ConvolutionSpec(24, 7, 4)], MaxPool: true),
            [new StageSpec(2, 24), new StageSpec(2, 48, 4)], new BasicBlockSpec(), 5, OneDimensional: true).Build(),
        ["one pixel"] = () => new ResNetSpec("one pixel", new ImageSize(1, 1, 1), StemSpec.Of3x3(1), [new StageSpec(1, 1)],
            new BasicBlockSpec(), 1).Build(),
        ["many stages"] = () => new ResNetSpec("many stages", new ImageSize(3, 64, 64), StemSpec.Of3x3(3),
            [.. Enumerable.Range(1, 24).Select(width => new StageSpec(1, 3 * width))], new BasicBlockSpec(), 3).Build(),
        ["concatenated"] = () => new ResNetSpec("concatenated", new ImageSize(3, 32, 32), StemSpec.Of3x3(8),
            [new StageSpec(3, 8), new StageSpec(3, 16, 2)], new BasicBlockSpec(), 10, Join: Join.Concatenate).Build(),
        ["resnet34 without names"] = () => Renamed(Catalogue.Find("resnet34").Spec.Build(), node => $"node{node.Index}"),
        ["resnet50 with long names"] = () => Renamed(Catalogue.Find("resnet50").Spec.Build(),
            node => $"model/features/<{node.Index}>/\"{new string('w', 60)}\"/{node.Op.Kind}&"),
        ["odd widths without names"] = () => Renamed(OddWidths(), node => $"{node.Index}"),
        ["ways"] = Ways,
    };

    // Graphs are immutable, and deep ones are made once for all tests.
    static readonly ConcurrentDictionary<string, Graph> s_built = new();

    public static Graph Build(string name) =>
        s_built.GetOrAdd(name, wanted => s_odd.TryGetValue(wanted, out var build) ? build() : Catalogue.Find(wanted).Spec.Build());

    public static Graph OddWidths() =>
        new ResNetSpec("odd widths", new ImageSize(3, 97, 131),
        new StemSpec([new ConvolutionSpec(13, 5, 2), new ConvolutionSpec(19)], MaxPool: true),
        [
            new StageSpec(2, 21, Bridge: ShortcutKind.Projection),
                new StageSpec(3, 45, 2, Block: new BottleneckBlockSpec(3), Bridge: ShortcutKind.Projection),
            new StageSpec(1, 77, 3), new StageSpec(4, 130, 2, Bridge: ShortcutKind.ZeroPadAppend),
        ], new BasicBlockSpec(SqueezeExcitation: new SqueezeExcitationSpec(4)), 17).Build();

    static Graph Autoencoder(int? latent) =>
        new ResNetSpec("autoencoder", new ImageSize(3, 45, 61), StemSpec.Deep(), [new StageSpec(2, 64), new StageSpec(2, 100, 2)],
        new BasicBlockSpec(), null, Head: latent is null ? null : new HeadSpec(Latent: latent),
            Decoder: new DecoderSpec(Enlarging.Bilinear)).Build();

    public static Graph Renamed(Graph graph, Func<Node, string> name)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes) builder.Add(name(node), node.Op, node.Inputs.AsSpan());
        foreach (var output in graph.Outputs) builder.Output(output.Name, output.Value);
        return builder.Build();
    }

    // Several ways at once, a way from the image, and sums of sums, as in networks that are none of ours.
    static Graph Ways()
    {
        var builder = new GraphBuilder();
        var image = builder.Input("image", TensorType.Float(Shape.Batch, 3, 20, 30));
        var x = Convolution("a", image, 3, 3);
        var joined = builder.Add("joined", new Concat(), Convolution("b", x, 3, 5), Convolution("c", x, 3, 7),
            builder.Add("pool", new MaxPool(Window.Square(3, 1, 1)), x));
        var sum = builder.Add("sum", new Add(), Convolution("d", joined, 15, 3), image);
        var more = builder.Add("more", new Add(), sum,
            builder.Add("gate", new Multiply(), Convolution("e", sum, 3, 3), builder.Add("sigmoid", new Sigmoid(), sum)));
        return builder.Output("features", builder.Add("last", new Add(), more, x)).Build();

        Value Convolution(string name, Value from, int inputs, int width) => builder.Add(name, new Conv2d(Window.Square(3, 1, 1)), from,
            builder.Add($"{name}.weight", new Parameter(TensorType.Float(width, inputs, 3, 3), ParameterRole.ConvWeight)));
    }
}
