using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Cli.Benchmarks;

/// <summary>What a step of a plan costs at least, by the definition of its operation.</summary>
/// <param name="Node">The node that the step computes.</param>
/// <param name="Kernel">The kernel that does it.</param>
/// <param name="MultiplyAdds">Multiply-adds of the definition, for the whole batch; convolutions and linear layers only.</param>
/// <param name="Bytes">
/// What must be moved: each input, weights included, and each output that somebody reads, once and without padding. A step that leaves out
/// pixels moves less.
/// </param>
sealed record LayerCost(string Node, string Kernel, long MultiplyAdds, long Bytes)
{
    const string Update = "update";

    /// <summary>The cost of a plan's step with as many images as the plan was made for.</summary>
    public static LayerCost Of(Plan plan, string step, string kernel)
    {
        var graph = plan.Graph;
        // Steps that only hand results out bear the name of an output.
        if (graph.Find(step) is not { } node)
        {
            var output = graph.Outputs.First(each => step.EndsWith($" {each.Name}", StringComparison.Ordinal));
            return new LayerCost(step, kernel, 0, 2 * BytesOf(output.Value));
        }
        var outputs = node.Outputs.Select((_, i) => node.Output(i)).Where(value => !plan.Memory.AddressOf(value).IsNone);
        var inputs = node.Inputs.Length == 0 ? [node.Output()] : node.Inputs.Distinct();
        return new LayerCost(step, kernel, node.Op.MultiplyAdds(graph.InputTypes(node), node.Outputs.AsSpan()) * plan.MaximumBatch,
            inputs.Concat(outputs).Sum(BytesOf));

        long BytesOf(Graphs.Value value) => graph.TypeOf(value).Shape.WithBatch(plan.MaximumBatch).Count * sizeof(float);
    }

    /// <summary>The cost of updating parameters: they, their gradients and their momenta.</summary>
    public static LayerCost OfUpdate(Optimizer optimizer) => new(Update, optimizer.KernelName, 0, 3 * sizeof(float) * optimizer.Length);
}
