using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Has a convolution take the moments of what it writes where a batch normalization by the batch's statistics reads that, so that the
/// map is not read again for them. Who else reads the map does not matter.
/// </summary>
sealed class GatherMoments(Graph source) : GraphRewriter(source)
{
    readonly Dictionary<Value, Value> _moments = [];

    public static Graph Apply(Graph graph) => new GatherMoments(graph).Run();

    protected override void Rewrite(Node node)
    {
        if (IsNormalized(node) && WithMoments(node) is { } convolution)
        {
            Copy(node, convolution);
            _moments[node.Output()] = Map(node.Output()) with { Output = FusedConv2d.Moments };
        }
        else if (NormOf(node) is { } norm && _moments.TryGetValue(node.Inputs[0], out var moments))
            Replace(node, Builder.Add(Builder.Unused(node.Name), norm with { HasMoments = true }, [.. Map(node.Inputs), moments]));
        else Copy(node);
    }

    bool IsNormalized(Node node) => Readers[node.Output()].Any(reader => NormOf(reader) is not null && reader.Inputs[0] == node.Output());

    static FusedConv2d? WithMoments(Node node) => node.Op switch
    {
        Conv2d convolution =>
            new FusedConv2d(convolution.Window, HasBias: node.Inputs.Length > 2, HasResidual: false, HasRelu: false, convolution.Groups,
                HasMoments: true),
        FusedConv2d { HasMoments: false } fused => fused with { HasMoments = true },
        _ => null,
    };

    static FusedBatchNorm? NormOf(Node node) => node.Op switch
    {
        BatchNorm { Statistics: Statistics.Batch } norm => new FusedBatchNorm(norm, HasResidual: false, HasRelu: false),
        FusedBatchNorm { Norm.Statistics: Statistics.Batch, HasMoments: false } fused => fused,
        _ => null,
    };
}
