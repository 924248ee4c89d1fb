using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Makes one node of a convolution, the addition of a residual and ReLU: act(conv(x, w) + b + residual). The convolution that comes
/// last takes the addition; the values in between must be read by nobody else.
/// </summary>
sealed class FuseConvolutions(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) => new FuseConvolutions(graph).Run();

    protected override void Rewrite(Node node)
    {
        switch (node.Op)
        {
            case Relu when Inner(node, 0) is { Op: Add } sum && LastConvolution(sum) is var (convolution, residual):
                Fuse(node, convolution, residual, relu: true);
                break;
            case Relu when Inner(node, 0) is { Op: Conv2d } convolution:
                Fuse(node, convolution, null, relu: true);
                break;
            case Add when LastConvolution(node) is var (convolution, residual):
                Fuse(node, convolution, residual, relu: false);
                break;
            default:
                Copy(node);
                break;
        }
    }

    void Fuse(Node last, Node convolution, Value? residual, bool relu)
    {
        var inputs = Map(convolution.Inputs);
        var conv = (Conv2d)convolution.Op;
        var op = new FusedConv2d(conv.Window, inputs.Length > 2, residual is not null, relu, conv.Groups);
        if (residual is { } value) inputs = [.. inputs, Map(value)];
        Replace(last, Builder.Add(Builder.Unused(last.Name), op, inputs));
    }

    // Of two convolutions the later, so that the other's map is not kept for long. The fused node stands where the sum stood, so the
    // residual is there by then, whichever it is.
    (Node Convolution, Value Residual)? LastConvolution(Node sum)
    {
        (Node Convolution, Value Residual)? found = null;
        for (var i = 0; i < 2; i++)
            if (Inner(sum, i) is { Op: Conv2d } convolution && sum.Inputs[1 - i] != sum.Inputs[i]
                && !(found?.Convolution.Index > convolution.Index))
                found = (convolution, sum.Inputs[1 - i]);
        return found;
    }
}
