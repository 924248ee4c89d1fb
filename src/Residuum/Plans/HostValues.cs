using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Plans;

/// <summary>
/// The values that do not change during a run: parameters, state, constants, and what folding makes of them, computed once in double
/// precision when weights are loaded.
/// </summary>
sealed class HostValues(Graph graph, IReadOnlyDictionary<string, Tensor> tensors)
{
    /// <summary>Whether a node's values are known before a run.</summary>
    public static bool Covers(Op op) => op is Parameter or State or Constant or FoldedWeight or FoldedBias;

    /// <summary>Such a node's value; nothing large is computed or copied.</summary>
    public HostValue Of(Node node) => node.Op is FoldedWeight folded
        ? new HostValue(Dense(node.Inputs[0]), Scales(Read(node.Inputs[1]), Read(node.Inputs[2]), folded.Epsilon))
        : new HostValue(Dense(node), []);

    Tensor Dense(Value value) => Dense(graph.Nodes[value.Node]);

    Tensor Dense(Node node) => node.Op switch
    {
        Constant constant => Filled(node.Outputs[0].Shape, constant.Value),
        FoldedWeight => Multiplied(Of(node)),
        FoldedBias folded => FoldBias(node, folded.Epsilon),
        _ => Given(node),
    };

    Tensor Given(Node node)
    {
        if (!tensors.TryGetValue(node.Name, out var tensor))
            throw new ResiduumException($"The weights lack '{node.Name}' ({node.Outputs[0].Shape}), which the network needs.");
        if (tensor.Shape != node.Outputs[0].Shape)
            throw new ResiduumException($"The weight '{node.Name}' has the shape {tensor.Shape}, but the network needs "
                + $"{node.Outputs[0].Shape}.");
        return tensor.ToFloat32();
    }

    ReadOnlySpan<float> Read(Value value) => Dense(value).Span<float>();

    static Tensor Filled(Shape shape, float value)
    {
        var tensor = new Tensor(ElementType.Float32, shape);
        tensor.Span<float>().Fill(value);
        return tensor;
    }

    /// <summary>A value with its factors multiplied in.</summary>
    public static Tensor Multiplied(HostValue value)
    {
        var result = new Tensor(ElementType.Float32, value.Numbers.Shape);
        new DenseStorage(result.Shape).PackPart(0, value.Numbers.Span<float>(), value.Factors, result.Span<float>());
        return result;
    }

    Tensor FoldBias(Node node, float epsilon)
    {
        var beta = Read(node.Inputs[1]);
        var mean = Read(node.Inputs[2]);
        var scales = Scales(Read(node.Inputs[0]), Read(node.Inputs[3]), epsilon);
        var own = node.Inputs.Length > 4 ? Read(node.Inputs[4]) : default;
        var result = new float[beta.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = (float)(beta[i] + ((own.IsEmpty ? 0.0 : own[i]) - mean[i]) * scales[i]);
        return Tensor.Of(node.Outputs[0].Shape, result);
    }

    static double[] Scales(ReadOnlySpan<float> gamma, ReadOnlySpan<float> variance, float epsilon)
    {
        var scales = new double[gamma.Length];
        for (var i = 0; i < scales.Length; i++) scales[i] = gamma[i] / Math.Sqrt((double)variance[i] + epsilon);
        return scales;
    }
}

/// <summary>A value known before a run.</summary>
/// <param name="Numbers">Dense single-precision numbers.</param>
/// <param name="Factors">
/// What the numbers of each outermost index are yet to be multiplied by, in double precision; empty where they are as they should be.
/// </param>
sealed record HostValue(Tensor Numbers, double[] Factors);
