using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Makes one node of ReLU's gradient and the gradient of the batch normalization before it. The masked gradient is an output of
/// the new node for whoever else reads it, the shortcut's branch above all.
/// </summary>
sealed class FuseBatchNormGradient(Graph source) : GraphRewriter(source)
{
    readonly Dictionary<int, Value> _fused = [];

    public static Graph Apply(Graph graph) => new FuseBatchNormGradient(graph).Run();

    protected override void Rewrite(Node node)
    {
        if (_fused.TryGetValue(node.Index, out var fused))
        {
            for (var output = 0; output < node.Outputs.Length; output++) ReplaceOutput(node.Output(output), fused with { Output = output });
            return;
        }
        var gradient = node.Op is ReluGradient
            ? Readers[node.Output()].FirstOrDefault(reader =>
                reader.Op is BatchNormGradient && reader.Inputs[1] == node.Output() && IsReady(reader, node))
            : null;
        if (gradient is null)
        {
            Copy(node);
            return;
        }
        var op = new FusedBatchNormGradient(((BatchNormGradient)gradient.Op).Statistics);
        fused = Builder.Add(Builder.Unused(gradient.Name), op,
            Map(gradient.Inputs[0]), Map(node.Inputs[1]), Map(gradient.Inputs[2]), Map(gradient.Inputs[3]),
            Map(gradient.Inputs[4]), Map(node.Inputs[0]));
        _fused[gradient.Index] = fused;
        ReplaceOutput(node.Output(), fused with { Output = FusedBatchNormGradient.Masked });
    }

    // The fused node stands where ReLU's gradient stood, so everything else that it reads must come before.
    static bool IsReady(Node gradient, Node before) =>
        gradient.Inputs.Where((_, i) => i != 1).All(value => value.Node < before.Index);
}
