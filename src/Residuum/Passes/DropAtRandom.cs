using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Passes;

/// <summary>
/// Turns dropout and stochastic depth to what they do in training: they read a key of each image, an input that is added before the first
/// of them. A graph without any stays as it is, and so does an operation that drops nothing.
/// </summary>
sealed class DropAtRandom(Graph source, string keys) : GraphRewriter(source)
{
    Value? _keys;

    public static Graph Apply(Graph graph, string keys) =>
        graph.Nodes.Any(IsTurned) ? new DropAtRandom(graph, keys).Run() : graph;

    protected override void Rewrite(Node node)
    {
        if (!IsTurned(node))
        {
            Copy(node);
            return;
        }
        _keys ??= Builder.Input(keys, new TensorType(ElementType.Int32, new Shape(Shape.Batch, 2)));
        Replace(node, Builder.Add(node.Name, node.Op, Map(node.Inputs[0]), _keys));
    }

    static bool IsTurned(Node node) => node.Op is RandomOp { Rate: > 0 } && node.Inputs.Length == 1;
}
