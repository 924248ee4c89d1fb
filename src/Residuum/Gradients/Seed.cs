using Residuum.Graphs;

namespace Residuum.Gradients;

/// <summary>Where a backward pass starts: a value and the gradient that it starts with.</summary>
/// <param name="Output">The value that is differentiated, for example the loss or the logits.</param>
/// <param name="Gradient">
/// A value of the same type that holds its gradient, for example an input of the graph; null for a scalar, whose gradient is then 1.
/// </param>
public readonly record struct Seed(Value Output, Value? Gradient = null);
