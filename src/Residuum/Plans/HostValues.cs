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

    /// <summary>The dense numbers of such a node's value.</summary>
    public float[] Compute(Node node) => node.Op switch
    {
        Constant constant => Filled(node.Outputs[0].Shape, constant.Value),
        FoldedWeight folded => FoldWeight(node, folded.Epsilon),
        FoldedBias folded => FoldBias(node, folded.Epsilon),
        _ => Given(node),
    };

    float[] Given(Node node)
    {
        if (!tensors.TryGetValue(node.Name, out var tensor))
            throw new ResiduumException($"The weights lack '{node.Name}' ({node.Outputs[0].Shape}), which the network needs.");
        if (tensor.Shape != node.Outputs[0].Shape)
            throw new ResiduumException($"The weight '{node.Name}' has the shape {tensor.Shape}, but the network needs {node.Outputs[0].Shape}.");
        return tensor.ToFloat32().Span<float>().ToArray();
    }

    float[] Read(Value value) => Compute(graph.Nodes[value.Node]);

    static float[] Filled(Shape shape, float value)
    {
        var numbers = new float[shape.Count];
        Array.Fill(numbers, value);
        return numbers;
    }

    float[] FoldWeight(Node node, float epsilon)
    {
        var (weight, gamma, variance) = (Read(node.Inputs[0]), Read(node.Inputs[1]), Read(node.Inputs[2]));
        var perOutput = weight.Length / gamma.Length;
        for (var output = 0; output < gamma.Length; output++)
        {
            var scale = Scale(gamma[output], variance[output], epsilon);
            for (var i = output * perOutput; i < (output + 1) * perOutput; i++) weight[i] = (float)(weight[i] * scale);
        }
        return weight;
    }

    float[] FoldBias(Node node, float epsilon)
    {
        var (gamma, beta, mean, variance) = (Read(node.Inputs[0]), Read(node.Inputs[1]), Read(node.Inputs[2]), Read(node.Inputs[3]));
        var own = node.Inputs.Length > 4 ? Read(node.Inputs[4]) : new float[gamma.Length];
        for (var i = 0; i < beta.Length; i++)
            beta[i] = (float)(beta[i] + ((double)own[i] - mean[i]) * Scale(gamma[i], variance[i], epsilon));
        return beta;
    }

    static double Scale(float gamma, float variance, float epsilon) => gamma / Math.Sqrt((double)variance + epsilon);
}
