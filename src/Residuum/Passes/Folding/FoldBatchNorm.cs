using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Folds a batch normalization with running statistics into the convolution before it, where nothing else reads that convolution:
/// norm(conv(x, w) + b) = conv(x, w') + b'. The normalization of a pre-activation block has no convolution before it and stays.
/// </summary>
sealed class FoldBatchNorm(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) => new FoldBatchNorm(graph).Run();

    protected override void Rewrite(Node node)
    {
        if (node.Op is not BatchNorm { Statistics: Statistics.Running } norm || Maker(node.Inputs[0]) is not { Op: Conv2d conv } convolution
            || OnlyReader(node.Inputs[0]) != node || ReadsMoreThanItsResult(node))
        {
            Copy(node);
            return;
        }
        var inputs = Map(convolution.Inputs);
        var (gamma, beta, mean, variance) = (Map(node.Inputs[1]), Map(node.Inputs[2]), Map(node.Inputs[3]), Map(node.Inputs[4]));
        var weight = Builder.Add(Builder.Unused($"{node.Name}/weight"), new FoldedWeight(norm.Epsilon), inputs[1], gamma, variance);
        Value[] terms = inputs.Length > 2 ? [gamma, beta, mean, variance, inputs[2]] : [gamma, beta, mean, variance];
        var bias = Builder.Add(Builder.Unused($"{node.Name}/bias"), new FoldedBias(norm.Epsilon), terms);
        ReplaceOutput(node.Output(), Builder.Add(Builder.Unused(node.Name), conv, inputs[0], weight, bias));
    }

    bool ReadsMoreThanItsResult(Node norm) =>
        Source.Nodes.Any(node => node.Inputs.Any(value => value.Node == norm.Index && value.Output > 0))
        || Source.Outputs.Any(output => output.Value.Node == norm.Index && output.Value.Output > 0)
        || Source.Updates.Any(update => update.Value.Node == norm.Index);
}
