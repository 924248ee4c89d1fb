using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// One operation applied to values of earlier nodes. Immutable. Its name is unique in its graph; parameters and state carry the
/// names under which they are saved.
/// </summary>
/// <param name="Index">Its place in <see cref="Graph.Nodes"/>.</param>
/// <param name="Name">Its unique name, for example <c>stage1.block2.conv1</c>.</param>
/// <param name="Op">What it does.</param>
/// <param name="Inputs">What it reads, all made by earlier nodes.</param>
/// <param name="Outputs">The types of what it makes, as the operation inferred them.</param>
public sealed record Node(int Index, string Name, Op Op, ImmutableArray<Value> Inputs, ImmutableArray<TensorType> Outputs)
{
    /// <summary>One of the values that this node makes.</summary>
    public Value Output(int output = 0) => new(Index, output);
}
