using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Has a convolution's gradient to its image mask what it writes by the ReLU before the convolution and take the sums that the gradient of
/// the batch normalization before that needs, so that the map is not read again for them. The normalization's gradient must be the only
/// reader of the gradient, since that is no longer there without the mask. The new nodes stand where the normalization's gradient stood.
/// </summary>
sealed class GatherGradientSums(Graph source) : GraphRewriter(source)
{
    public static Graph Apply(Graph graph) => new GatherGradientSums(graph).Run();

    protected override void Rewrite(Node node)
    {
        if (node.Op is FusedBatchNormGradient norm && Taken(node) is { } gradient) Fuse(node, norm, gradient, WithSums(gradient.Op)!);
        else if (OnlyReader(node.Output()) is not { } reader || Taken(reader) != node) Copy(node);
    }

    // The gradient that a normalization's gradient takes in.
    Node? Taken(Node node) =>
        node.Op is FusedBatchNormGradient && Inner(node, 1) is { } gradient && WithSums(gradient.Op) is not null ? gradient : null;

    void Fuse(Node node, FusedBatchNormGradient norm, Node gradient, FusedConvInputGradient op)
    {
        var (x, gamma, mean, deviation, y) = (node.Inputs[0], node.Inputs[2], node.Inputs[3], node.Inputs[4], node.Inputs[5]);
        var masked = Builder.Add(Builder.Unused(gradient.Name), op, [.. Map(gradient.Inputs), Map(x), Map(mean), Map(y)]);
        var result = Builder.Add(Builder.Unused(node.Name), new SummedBatchNormGradient(norm.Statistics),
            Map(x), masked, Map(gamma), Map(mean), Map(deviation), masked with { Output = FusedConvInputGradient.Sums });
        for (var output = 0; output < FusedBatchNormGradient.Masked; output++)
            ReplaceOutput(node.Output(output), result with { Output = output });
        ReplaceOutput(node.Output(FusedBatchNormGradient.Masked), masked);
    }

    static FusedConvInputGradient? WithSums(Op op) => op switch
    {
        ConvInputGradient gradient => new FusedConvInputGradient(gradient, HasResidual: false, HasSums: true),
        FusedConvInputGradient { HasSums: false } gradient => gradient with { HasSums = true },
        _ => null,
    };
}
