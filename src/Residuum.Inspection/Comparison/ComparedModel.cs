using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>One side of a comparison; what is null on one side is not compared.</summary>
/// <param name="Name">What the comparison calls it.</param>
/// <param name="Graph">The network, or null where only tensors are known.</param>
/// <param name="Weights">Tensors by the names of the graph's parameters and state (without a graph: by whatever names they have), or
/// null.</param>
/// <param name="Description">What the model says of itself: JSON by topic, such as <c>network</c>; empty where nothing is known.</param>
public sealed record ComparedModel(
    string Name, Graph? Graph, IReadOnlyDictionary<string, Tensor>? Weights, IReadOnlyDictionary<string, string> Description);
