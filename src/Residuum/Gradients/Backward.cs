using System.Collections.Immutable;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Gradients;

/// <summary>
/// Appends the nodes that compute gradients to a graph (reverse accumulation: Linnainmaa 1970; Rumelhart, Hinton and Williams 1986).
/// Backward nodes are nodes like any other, so what verifies, plans and runs a graph knows nothing of gradients. Thread-safe.
/// <para>
/// Only what the targets need is appended, in the reverse order of the forward nodes. A backward node is named after its forward node
/// with <c>/dx</c> (first input; for <see cref="BatchNorm"/> all of its gradients), <c>/dw</c> or <c>/db</c> behind it. Where a value is
/// used several times its gradients are summed two by two with <see cref="Add"/> in this order: what its seeds bring, in the order
/// given, then what its readers bring, the last reader first, and within one reader by input; such a sum is named after the node that
/// makes the value with <c>/dy</c> behind it, like the constant 1 from which a loss starts.
/// </para>
/// </summary>
public static class Backward
{
    /// <summary>The output name of the gradient of a node's value, for example <c>gradient:stem.conv.weight</c>.</summary>
    public static string OutputName(string node, int output = 0) => output == 0 ? $"gradient:{node}" : $"gradient:{node}#{output}";

    /// <summary>The graph with the gradients of a scalar loss for the targets, as outputs named by <see cref="OutputName"/>.</summary>
    /// <param name="graph">The forward graph, as it is before fusing and folding.</param>
    /// <param name="loss">A scalar value of it.</param>
    /// <param name="targets">The values whose gradients are wanted: parameters, the image, or what any node makes.</param>
    /// <exception cref="ResiduumException">
    /// The loss is no scalar; it does not depend on a target; or the way to a target leads through something that has no gradient.
    /// </exception>
    public static Graph Append(Graph graph, Value loss, IReadOnlyList<Value> targets) => Append(graph, [new Seed(loss)], targets);

    /// <summary>
    /// The graph with the gradients with respect to the targets of the sum over all seeds of (output times the gradient given for it).
    /// </summary>
    /// <param name="graph">The forward graph, as it is before fusing and folding.</param>
    /// <param name="seeds">Where the backward pass starts.</param>
    /// <param name="targets">The values whose gradients are wanted: parameters, the image, or what any node makes.</param>
    /// <exception cref="ResiduumException">
    /// A seed does not suit; no seed depends on a target; or the way to a target leads through something that has no gradient.
    /// </exception>
    public static Graph Append(Graph graph, IReadOnlyList<Seed> seeds, IReadOnlyList<Value> targets)
    {
        var builder = new GraphBuilder(graph);
        var gradients = new Dictionary<Value, Value>();
        var wanted = DependOn(graph, builder, targets);
        foreach (var seed in seeds)
        {
            var gradient = Start(graph, builder, seed);
            if (wanted.Contains(seed.Output)) Accumulate(graph, builder, gradients, seed.Output, gradient());
        }
        for (var i = graph.Nodes.Length - 1; i >= 0; i--) Differentiate(graph, builder, gradients, wanted, graph.Nodes[i]);
        foreach (var target in targets.Distinct())
        {
            var name = graph.Nodes[target.Node].Name;
            if (!gradients.TryGetValue(target, out var gradient))
                throw new ResiduumException(
                    $"There is no gradient for '{name}', because what is differentiated does not depend on it; leave it out.");
            builder.Output(OutputName(name, target.Output), gradient);
        }
        return builder.Build();
    }

    // All values that depend on a target, and the targets: only these need a gradient. Integers (labels, positions) have none.
    static HashSet<Value> DependOn(Graph graph, GraphBuilder builder, IReadOnlyList<Value> targets)
    {
        var wanted = new HashSet<Value>();
        foreach (var target in targets)
        {
            if (!IsContinuous(builder.TypeOf(target)))
                throw new ResiduumException(
                    $"There is no gradient for '{graph.Nodes[target.Node].Name}' {target}, because it holds integers; leave it out.");
            wanted.Add(target);
        }
        foreach (var node in graph.Nodes)
            if (node.Inputs.Any(wanted.Contains))
                for (var i = 0; i < node.Outputs.Length; i++)
                    if (IsContinuous(node.Outputs[i])) wanted.Add(node.Output(i));
        return wanted;
    }

    static bool IsContinuous(TensorType type) =>
        type.ElementType is ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16;

    // Checks a seed at once; appends the constant that it may need only when it is used.
    static Func<Value> Start(Graph graph, GraphBuilder builder, Seed seed)
    {
        var type = builder.TypeOf(seed.Output);
        var name = graph.Nodes[seed.Output.Node].Name;
        if (seed.Gradient is { } gradient)
        {
            if (builder.TypeOf(gradient) != type)
                throw new ResiduumException(
                    $"The gradient given for '{name}' must be {type}, as that is, and is {builder.TypeOf(gradient)}.");
            return () => gradient;
        }
        if (type.Shape.Rank != 0 || !IsContinuous(type))
            throw new ResiduumException(
                $"Only a scalar can be differentiated without a gradient to start from, and '{name}' is {type}; give one.");
        return () => builder.Add(builder.Unused($"{name}/dy"), new Constant(type, 1));
    }

    static void Differentiate(
        Graph graph, GraphBuilder builder, Dictionary<Value, Value> gradients, HashSet<Value> wanted, Node node)
    {
        if (!node.Inputs.Any(wanted.Contains)) return;
        ImmutableArray<Value?> arrived =
            [.. node.Outputs.Select((_, i) => gradients.TryGetValue(node.Output(i), out var gradient) ? gradient : (Value?)null)];
        if (arrived.All(gradient => gradient is null)) return;
        if (!GradientTable.Entries.TryGetValue(node.Op.GetType(), out var entry))
            throw Unable(node, GradientTable.Exemptions.GetValueOrDefault(node.Op.GetType(), "no rule is known for it"));
        for (var i = 1; i < arrived.Length; i++)
            if (arrived[i] is not null) throw Unable(node, $"a gradient can enter only by its first output, and output {i} is used too");
        for (var i = entry.Inputs; i < node.Inputs.Length; i++)
            if (wanted.Contains(node.Inputs[i]))
                throw Unable(node, $"it has no gradient with respect to its input {i}, '{graph.Nodes[node.Inputs[i].Node].Name}'");

        var context = new GradientContext(builder, node, arrived, [.. node.Inputs.Select(wanted.Contains)]);
        var made = entry.Rule(context);
        for (var i = 0; i < Math.Min(made.Length, node.Inputs.Length); i++)
            if (made[i] is { } gradient) Accumulate(graph, builder, gradients, node.Inputs[i], gradient);
    }

    static void Accumulate(Graph graph, GraphBuilder builder, Dictionary<Value, Value> gradients, Value value, Value gradient) =>
        gradients[value] = gradients.TryGetValue(value, out var sum)
            ? builder.Add(builder.Unused($"{graph.Nodes[value.Node].Name}/dy"), new Add(), sum, gradient)
            : gradient;

    static ResiduumException Unable(Node node, string why) => new($"'{node.Name}' ({node.Op.Kind}) cannot be differentiated: {why}.");
}
