using System.Collections.Immutable;
using Residuum.Graphs;

namespace Residuum.Gradients;

/// <summary>What a gradient rule works with: one forward node, the gradient that reached it, and the graph to append to.</summary>
/// <param name="Builder">The graph that the rule appends to.</param>
/// <param name="Node">The forward node.</param>
/// <param name="OutputGradients">For each output of the node its gradient, or null where none arrived.</param>
/// <param name="Wants">For each input whether a gradient is wanted; a rule appends nothing for the others.</param>
sealed record GradientContext(
    GraphBuilder Builder, Node Node, ImmutableArray<Value?> OutputGradients, ImmutableArray<bool> Wants)
{
    /// <summary>The gradient with respect to the first output, through which all operations are differentiated.</summary>
    public Value Dy => OutputGradients[0]!;

    /// <summary>One of the values that the node reads.</summary>
    public Value Input(int index) => Node.Inputs[index];

    /// <summary>A dimension of one of the values that the node reads.</summary>
    public int Dimension(int input, int index) => Builder.TypeOf(Node.Inputs[input]).Shape[index];

    /// <summary>Appends a node named after the forward node.</summary>
    public Value Append(string suffix, Op op, params ReadOnlySpan<Value> inputs) =>
        Builder.Add(Builder.Unused($"{Node.Name}/{suffix}"), op, inputs);

    /// <summary>Appends a node if the gradient of that input is wanted.</summary>
    public Value? AppendFor(int input, string suffix, Op op, params ReadOnlySpan<Value> inputs) =>
        input < Wants.Length && Wants[input] ? Append(suffix, op, inputs) : null;
}
