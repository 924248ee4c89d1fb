using System.Collections.Immutable;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Models;

/// <summary>
/// A network described node by node: what an imported network is, or one that no other description can say. It holds what its graph
/// holds, and no weights. Immutable; compares by content.
/// </summary>
/// <param name="Name">What the network is called.</param>
/// <param name="Input">The size of its images; the node <c>image</c>, which stands before all others and is not listed.</param>
/// <param name="Nodes">The nodes in order, 65,536 at most; every node reads only earlier ones.</param>
/// <param name="Outputs">What the network hands out; the first is <c>logits</c> where it classifies, else as in other networks.</param>
public sealed record GraphSpec(string Name, ImageSize Input, ImmutableArray<NodeSpec> Nodes, ImmutableArray<OutputSpec> Outputs)
    : NetworkSpec(Name, Input)
{
    const int NameLength = 256;

    /// <summary>The description of a graph that has one image as its input and reads only first outputs of nodes.</summary>
    /// <exception cref="ResiduumException">The graph has other inputs, or holds what a network's description does not, such as
    /// gradients.</exception>
    public static GraphSpec Of(string name, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var inputs = graph.Inputs.ToArray();
        if (inputs is not [{ Name: ImageInput }] || inputs[0].Outputs[0].Shape is not { Rank: 4, HasFreeBatch: true } size)
            throw new ResiduumException($"The graph of '{name}' cannot be described: it must have one input '{ImageInput}' of images.");
        foreach (var node in graph.Nodes)
            if (node.Op is not Graphs.Input && OpForms.WhyNot(node.Op.GetType()) is { } why)
                throw new ResiduumException($"The graph of '{name}' cannot be described: its node '{node.Name}' is a "
                    + $"{node.Op.Kind}; {why}.");
        if (graph.Updates.Length > 0 || graph.Nodes.Any(node => IsTraining(node.Op))
            || graph.Nodes.Any(node => node.Inputs.Any(input => input.Output > 0)) || graph.Outputs.Any(output => output.Value.Output > 0))
            throw new ResiduumException($"The graph of '{name}' cannot be described: it reads further outputs of nodes or updates "
                + "state, as in training.");
        return new GraphSpec(name, new ImageSize(size[1], size[2], size[3]),
            [.. graph.Nodes.Where(node => node.Op is not Graphs.Input)
                .Select(node => new NodeSpec(node.Name, node.Op, [.. node.Inputs.Select(NameOf)]))],
            [.. graph.Outputs.Select(output => new OutputSpec(output.Name, NameOf(output.Value)))]);

        string NameOf(Value value) => graph.Nodes[value.Node].Name;
    }

    /// <inheritdoc/>
    public bool Equals(GraphSpec? other) =>
        base.Equals(other) && Nodes.AsSpan().SequenceEqual(other.Nodes.AsSpan()) && Outputs.AsSpan().SequenceEqual(other.Outputs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Nodes.IsDefault ? 0 : Nodes.Length);

    internal override void Check()
    {
        if (Nodes.IsDefault || Outputs.IsDefault) throw SpecLimits.Refusal(this, "its nodes or outputs are missing");
        SpecLimits.CheckRange(this, "the number of nodes", Nodes.Length, 1, SpecLimits.Nodes);
        SpecLimits.CheckRange(this, "the number of outputs", Outputs.Length, 1, SpecLimits.Outputs);
        for (var i = 0; i < Nodes.Length; i++)
        {
            if (Nodes[i] is not { Op: not null } node || node.Inputs.IsDefault)
                throw SpecLimits.Refusal(this, $"nodes[{i}] is missing or has no operation");
            CheckName($"nodes[{i}].name", node.Name);
            SpecLimits.CheckRange(this, $"the number of inputs of nodes[{i}]", node.Inputs.Length, 0, SpecLimits.NodeInputs);
            if (IsTraining(node.Op)) throw SpecLimits.Refusal(
                this, $"its node '{node.Name}' normalizes with the batch's statistics, as only training does");
            if (OpForms.WhyNot(node.Op.GetType()) is { } why)
                throw SpecLimits.Refusal(this, $"its node '{node.Name}' is a {node.Op.Kind}; {why}");
            if (node.Op is SourceOp { Type: var type } && (type.ElementType != ElementType.Float32 || type.Shape.HasFreeBatch))
                throw SpecLimits.Refusal(this, $"its node '{node.Name}' is {type} and must hold single-precision numbers of a fixed shape");
        }
        foreach (var node in Nodes)
            foreach (var number in Numbers(node.Op)) SpecLimits.CheckFinite(this, $"a number of its node '{node.Name}'", number);
        for (var i = 0; i < Outputs.Length; i++)
        {
            if (Outputs[i] is null) throw SpecLimits.Refusal(this, $"outputs[{i}] is missing");
            CheckName($"outputs[{i}].name", Outputs[i].Name);
        }
        if (Outputs[0].Name is not (LogitsOutput or FeaturesOutput or LatentOutput or ReconstructionOutput))
            throw SpecLimits.Refusal(this, $"its first output is '{Outputs[0].Name}' and must be {LogitsOutput}, {FeaturesOutput}, "
                + $"{LatentOutput} or {ReconstructionOutput}");
    }

    internal override Graph BuildGraph()
    {
        try
        {
            var graph = new GraphBuilder();
            var values = new Dictionary<string, Value>(StringComparer.Ordinal);
            values[ImageInput] = graph.Input(ImageInput, TensorType.Float(Shape.Batch, Input.Channels, Input.Height, Input.Width));
            var elements = 0L;
            foreach (var node in Nodes)
            {
                Value[] inputs = [.. node.Inputs.Select(name => Find(values, name, node.Name))];
                var value = values[node.Name] = graph.Add(node.Name, node.Op, inputs);
                // Before anything is made of it: its size must not overflow in what follows.
                var shape = graph.TypeOf(value).Shape;
                var count = shape.Dimensions.Aggregate(1L, (product, side) => checked(product * Math.Max(side, 1)));
                if (count > SpecLimits.MapElements)
                    throw SpecLimits.Refusal(this, $"'{node.Name}' would have {count:N0} numbers and may have {SpecLimits.MapElements:N0}");
                if (node.Op is SourceOp && (elements += count) > SpecLimits.Parameters)
                    throw SpecLimits.Refusal(this, $"its parameters and constants are more than {SpecLimits.Parameters:N0} numbers");
            }
            foreach (var output in Outputs) graph.Output(output.Name, Find(values, output.Node, $"output {output.Name}"));
            var built = graph.Build();
            if (built.Outputs[0].Name == LogitsOutput && built.TypeOf(built.Outputs[0].Value).Shape.Rank != 2)
                throw SpecLimits.Refusal(this, $"its {LogitsOutput} are a map and must be rows; call a map {FeaturesOutput}");
            return built;
        }
        catch (OverflowException exception)
        {
            throw new ResiduumException(SpecLimits.Refusal(this, "a size in it is too large").Message, exception);
        }
    }

    static bool IsTraining(Op op) => op is BatchNorm { Statistics: Statistics.Batch };

    // Those that a description must say, and JSON can only say where they are finite.
    static float[] Numbers(Op op) => op switch
    {
        Constant constant => [constant.Value],
        Parameter parameter => [parameter.Initial],
        State state => [state.Initial],
        BatchNorm norm => [norm.Epsilon, norm.Momentum],
        Affine affine => [affine.Scale, affine.Shift],
        _ => [],
    };

    Value Find(Dictionary<string, Value> values, string name, string reader) =>
        name is not null && values.TryGetValue(name, out var value) ? value
        : throw SpecLimits.Refusal(this, $"'{reader}' reads {Printable.Quote(name ?? "")}, which is no earlier node");

    void CheckName(string member, string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > NameLength || name.Any(char.IsControl))
            throw SpecLimits.Refusal(this, $"{member} is empty, longer than {NameLength} characters, or has others than printable ones");
    }
}
