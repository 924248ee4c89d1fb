using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Makes one node of a convolution's gradient to its image and the addition of a gradient that comes by another way: where a shortcut
/// ends. The gradient must be read by the addition alone; of two the later takes it, and the new node stands where the sum stood.
/// </summary>
sealed class FuseGradientAdd(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) => new FuseGradientAdd(graph).Run();

    protected override void Rewrite(Node node)
    {
        if (node.Op is not Add || Last(node) is not var (gradient, residual))
        {
            Copy(node);
            return;
        }
        var op = new FusedConvInputGradient((ConvInputGradient)gradient.Op, HasResidual: true, HasSums: false);
        Replace(node, Builder.Add(Builder.Unused(node.Name), op, [.. Map(gradient.Inputs), Map(residual)]));
    }

    (Node Gradient, Value Residual)? Last(Node sum)
    {
        (Node Gradient, Value Residual)? found = null;
        for (var i = 0; i < 2; i++)
            if (Inner(sum, i) is { Op: ConvInputGradient } gradient && sum.Inputs[1 - i] != sum.Inputs[i]
                && !(found?.Gradient.Index > gradient.Index))
                found = (gradient, sum.Inputs[1 - i]);
        return found;
    }
}
