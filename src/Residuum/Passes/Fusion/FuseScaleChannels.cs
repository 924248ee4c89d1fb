using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Makes one node of a squeeze-and-excitation's scaling, the addition of a shortcut and ReLU, so that the map is written once. The values
/// in between must be read by nobody else; what gradients read remains.
/// </summary>
sealed class FuseScaleChannels(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) =>
        graph.Nodes.Any(node => node.Op is ScaleChannels) ? new FuseScaleChannels(graph).Run() : graph;

    protected override void Rewrite(Node node)
    {
        switch (node.Op)
        {
            case Relu when Inner(node, 0) is { Op: Add } sum && LastScale(sum) is var (scale, residual):
                Fuse(node, scale, residual, relu: true);
                break;
            case Add when LastScale(node) is var (scale, residual) && OnlyReader(node.Output()) is not { Op: Relu }:
                Fuse(node, scale, residual, relu: false);
                break;
            default:
                Copy(node);
                break;
        }
    }

    void Fuse(Node last, Node scale, Value residual, bool relu) =>
        Replace(last, Builder.Add(Builder.Unused(last.Name), new FusedScaleChannels(relu), [.. Map(scale.Inputs), Map(residual)]));

    // The fused node stands where the last of the pattern stood, so the residual is there by then, whichever it is.
    (Node Scale, Value Residual)? LastScale(Node sum)
    {
        (Node Scale, Value Residual)? found = null;
        for (var i = 0; i < 2; i++)
            if (Inner(sum, i) is { Op: ScaleChannels } scale && sum.Inputs[1 - i] != sum.Inputs[i] && !(found?.Scale.Index > scale.Index))
                found = (scale, sum.Inputs[1 - i]);
        return found;
    }
}
