using System.Collections.Immutable;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>The charts of gradient flow: curves of one network have one colour, those of its epochs differ by dashes.</summary>
static class FlowCharts
{
    const double Width = 860;
    const double Tall = 380;
    const double Low = 300;

    public static SvgCanvas Draw(GradientFlow flow)
    {
        var families = flow.Networks.Select(network => (network.Origin.Network, network.Origin.Epoch is null)).Distinct().ToList();
        var blocks = new LineChart("Norm of the loss's gradient at what each block hands on", "block (0: stem)", "norm",
            Curves(network => network.Blocks.Select((block, i) => ((double)i, block.GradientNorm))))
        { IsLog = true, Marks = Stages(flow.Networks) };
        var weights = new LineChart("Norm of the loss's gradient of each convolution's weight", "convolution", "norm",
            Curves(network => network.Convolutions.Select((convolution, i) => (i + 1.0, convolution.GradientNorm))))
        { IsLog = true };
        var explained = blocks with
        {
            Title = "What each block's channels explain linearly of the stem's output, pixel by pixel",
            Up = "R²",
            IsLog = false,
            Range = (0, 1),
            Series = Curves(network => network.Blocks.Select((block, i) => ((double)i, block.StemExplained ?? double.NaN))),
        };
        var alignment = explained with
        {
            Title = "Linear CKA of what each block hands on with the stem's output",
            Up = "CKA",
            Range = (Math.Min(0, flow.Networks.SelectMany(network => network.Blocks).Min(block => block.StemAlignment) ?? 0), 1),
            Series = Curves(network => network.Blocks.Select((block, i) => ((double)i, block.StemAlignment ?? double.NaN))),
        };
        return Plot.Stack($"Gradient flow on {flow.Images.Length} images of {flow.Data}", Width,
            (Tall, blocks.Draw), (Tall, weights.Draw), (Low, explained.Draw), (Low, alignment.Draw));

        ImmutableArray<LineSeries> Curves(Func<NetworkFlow, IEnumerable<(double X, double Y)>> points)
        {
            var members = new int[families.Count];
            return
            [
                .. flow.Networks.Select(network =>
                {
                    var family = families.IndexOf((network.Origin.Network, network.Origin.Epoch is null));
                    return new LineSeries(network.Origin.Name, [.. points(network)], family, members[family]++);
                }),
            ];
        }
    }

    // Where the stages begin, as long as they do so in the same places in all networks.
    static ImmutableArray<(double X, string Name)> Stages(ImmutableArray<NetworkFlow> networks)
    {
        var marks = networks.Select(Marks).ToArray();
        return marks.All(each => each.SequenceEqual(marks[0])) ? [.. marks[0]] : [];

        static IEnumerable<(double X, string Name)> Marks(NetworkFlow network)
        {
            for (var i = 1; i < network.Blocks.Length; i++)
                if (network.Blocks[i].Part != network.Blocks[i - 1].Part && network.Blocks[i].Name != network.Blocks[i].Part)
                    yield return (i - 0.5, network.Blocks[i].Part);
        }
    }
}
