using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Training;

/// <summary>
/// The numbers that a network starts from. Convolutions: normal with variance 2 / fan-out (He et al. 2015, equation 14), biases zero unless
/// their node says otherwise.
/// Normalizations: scale 1, shift 0. Linear layers: uniform within 1 / sqrt(features). State: what its node says. The numbers follow from
/// the seed and from the place of a parameter among the parameters, nothing else.
/// </summary>
public static class Initialization
{
    /// <summary>Initial values for all parameters and state of a graph, by name, in the graph's order.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="seed">The seed of its random numbers.</param>
    /// <param name="zeroGamma">
    /// Whether the last normalization of each residual branch starts at zero, so that every block starts as the identity ([BoT] 3.1).
    /// </param>
    public static OrderedDictionary<string, Tensor> Create(Graph graph, ulong seed, bool zeroGamma = false) =>
        Create(graph, seed, zeroGamma, new Dictionary<string, Tensor>());

    /// <summary>The same, but for the values that are given, which are taken over.</summary>
    internal static OrderedDictionary<string, Tensor> Create(
        Graph graph, ulong seed, bool zeroGamma, IReadOnlyDictionary<string, Tensor> given)
    {
        var tensors = new OrderedDictionary<string, Tensor>();
        uint stream = 0;
        foreach (var node in graph.Nodes)
        {
            if (node.Op is not (Parameter or State)) continue;
            if (given.TryGetValue(node.Name, out var known))
            {
                tensors.Add(node.Name, known);
                if (node.Op is Parameter) stream++;
                continue;
            }
            var tensor = new Tensor(ElementType.Float32, node.Outputs[0].Shape);
            var numbers = tensor.Span<float>();
            if (node.Op is State state) numbers.Fill(state.Initial);
            else Fill(numbers, (Parameter)node.Op, tensor.Shape, CounterRandom.For(RandomUse.Initialization, seed, stream++), zeroGamma);
            tensors.Add(node.Name, tensor);
        }
        return tensors;
    }

    static void Fill(Span<float> numbers, Parameter parameter, Shape shape, CounterRandom random, bool zeroGamma)
    {
        switch (parameter.Role)
        {
            case ParameterRole.ConvWeight:
                var deviation = Math.Sqrt(2.0 / ((long)shape[0] * shape[2] * shape[3]));
                for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)(deviation * random.Normal((ulong)i));
                break;
            case ParameterRole.LinearWeight:
                var bound = 1 / Math.Sqrt(shape[1]);
                for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)(bound * (2.0 * random.Uniform((ulong)i) - 1));
                break;
            case ParameterRole.NormScale:
                numbers.Fill(1);
                break;
            case ParameterRole.LastNormScale:
                numbers.Fill(zeroGamma ? 0 : 1);
                break;
            default:
                numbers.Fill(parameter.Initial);
                break;
        }
    }
}
