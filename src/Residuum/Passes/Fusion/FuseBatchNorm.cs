using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Makes one node of a batch normalization (or one made again), the addition of a residual and ReLU, so that the map is written once.
/// Forward only: ReLU's gradient needs its output alone and the normalization's gradient its input, both of which remain.
/// </summary>
sealed class FuseBatchNorm(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) => new FuseBatchNorm(graph).Run();

    protected override void Rewrite(Node node)
    {
        switch (node.Op)
        {
            case Relu when Inner(node, 0) is { Op: Add } sum && LastNorm(sum) is var (norm, residual):
                Fuse(node, norm, residual);
                break;
            case Relu when Inner(node, 0) is { Op: BatchNorm or ScaleShift } norm && node.Inputs[0].Output == 0:
                Fuse(node, norm, null);
                break;
            default:
                Copy(node);
                break;
        }
    }

    // The statistics, which the gradient and the state updates read, come from the fused node as well.
    void Fuse(Node last, Node norm, Value? residual)
    {
        var inputs = Map(norm.Inputs);
        if (residual is { } value) inputs = [.. inputs, Map(value)];
        Op op = norm.Op is BatchNorm first
            ? new FusedBatchNorm(first, residual is not null, HasRelu: true)
            : new FusedScaleShift(residual is not null, HasRelu: true);
        var fused = Builder.Add(Builder.Unused(last.Name), op, inputs);
        ReplaceOutput(last.Output(), fused);
        for (var output = 1; output < norm.Outputs.Length; output++) ReplaceOutput(norm.Output(output), fused with { Output = output });
    }

    // Of two normalizations the later, so that the other's map is not kept for long. The fused node stands where ReLU stood, so
    // the residual is there by then, whichever it is.
    (Node Norm, Value Residual)? LastNorm(Node sum)
    {
        (Node Norm, Value Residual)? found = null;
        for (var i = 0; i < 2; i++)
            if (sum.Inputs[i].Output == 0 && Inner(sum, i) is { Op: BatchNorm or ScaleShift } norm && sum.Inputs[1 - i] != sum.Inputs[i]
                && !(found?.Norm.Index > norm.Index))
                found = (norm, sum.Inputs[1 - i]);
        return found;
    }
}
