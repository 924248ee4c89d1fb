using Residuum.Graphs;

namespace Residuum.Plans;

/// <summary>What a step of a plan costs at least, by the definition of its operation.</summary>
/// <param name="Node">The node that the step computes.</param>
/// <param name="Kernel">The kernel that does it.</param>
/// <param name="MultiplyAdds">Multiply-adds of the definition, for the whole batch; convolutions and linear layers only.</param>
/// <param name="Bytes">
/// What must be moved: each input, weights included, and each output that somebody reads, once and without padding. A step that leaves out
/// pixels moves less.
/// </param>
sealed record StepCost(string Node, string Kernel, long MultiplyAdds, long Bytes)
{
    const string Update = "update";

    /// <summary>The cycles of a convolution by its own algorithm, for the whole batch (<see cref="KernelTable.Cycles"/>).</summary>
    public double Cycles { get; private init; }

    /// <summary>Bytes of weights and other values that do not depend on the batch, as they lie in the plan.</summary>
    public long FixedBytes { get; private init; }

    /// <summary>Bytes of maps and rows, read and written, as they lie in the plan.</summary>
    public long BatchBytes { get; private init; }

    /// <summary>The costs of all steps of a plan, in order.</summary>
    public static List<StepCost> AllOf(Plan plan) => [.. plan.Steps.Select(step => Of(plan, step.Node, step.Kernel))];

    /// <summary>The cost of a plan's step with as many images as the plan was made for.</summary>
    static StepCost Of(Plan plan, string step, string kernel)
    {
        var graph = plan.Graph;
        // Steps that only hand results out bear the name of an output.
        if (graph.Find(step) is not { } node)
        {
            var output = graph.Outputs.First(each => step.EndsWith($" {each.Name}", StringComparison.Ordinal));
            return new StepCost(step, kernel, 0, 2 * BytesOf(output.Value)) { BatchBytes = 2 * BytesOf(output.Value) };
        }
        var outputs = node.Outputs.Select((_, i) => node.Output(i)).Where(value => !plan.Memory.AddressOf(value).IsNone);
        var inputs = node.Inputs.Length == 0 ? [node.Output()] : node.Inputs.Distinct();
        List<Value> values = [.. inputs.Concat(outputs)];
        return new StepCost(step, kernel, node.Op.MultiplyAdds(graph.InputTypes(node), node.Outputs.AsSpan()) * plan.MaximumBatch,
            values.Sum(BytesOf))
        {
            Cycles = KernelTable.Cycles(graph, node, kernel, plan.MaximumBatch, plan.WeightStorage(node)),
            FixedBytes = sizeof(float) * values.Where(value => !graph.TypeOf(value).Shape.HasFreeBatch).Sum(plan.StoredLength),
            BatchBytes = sizeof(float) * values.Where(value => graph.TypeOf(value).Shape.HasFreeBatch).Sum(plan.StoredLength),
        };

        long BytesOf(Value value) => graph.TypeOf(value).Shape.WithBatch(plan.MaximumBatch).Count * sizeof(float);
    }

    /// <summary>The cost of updating parameters: they, their gradients and their momenta.</summary>
    /// <param name="kernel">The kernel that does it.</param>
    /// <param name="length">Numbers that are updated.</param>
    public static StepCost OfUpdate(string kernel, long length) =>
        new(Update, kernel, 0, 3 * sizeof(float) * length) { FixedBytes = 3 * sizeof(float) * length };
}
