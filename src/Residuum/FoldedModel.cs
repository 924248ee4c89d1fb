using Residuum.Graphs;
using Residuum.Models;
using Residuum.Passes;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum;

/// <summary>
/// A model whose batch normalizations behind convolutions are folded into these for good: the same results from fewer nodes, for
/// inference only.
/// </summary>
sealed class FoldedModel
{
    const string WeightSuffix = ".weight";

    readonly Model _model;
    readonly Graph _folded;
    readonly GraphBuilder _builder = new();
    readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    readonly Dictionary<Value, Value> _values = [];

    FoldedModel(Model model)
    {
        _model = model;
        _folded = FoldBatchNorm.Apply(RemoveUnused.Apply(model.Graph));
    }

    /// <summary>The folded model; its network is described node by node. Convolutions keep their names and have a bias.</summary>
    public static Model Of(Model model) => new FoldedModel(model).Run();

    Model Run()
    {
        // Weights that are only folded into others are gone, and their names free.
        var read = _folded.Nodes.Where(node => node.Op is not (FoldedWeight or FoldedBias)).SelectMany(node => node.Inputs)
            .Concat(_folded.Outputs.Select(output => output.Value)).Select(value => value.Node).ToHashSet();
        var numbers = new HostValues(_folded, _model.Weights);
        foreach (var node in _folded.Nodes)
        {
            if (node.Op is SourceOp && !read.Contains(node.Index)) continue;
            switch (node.Op)
            {
                case FoldedWeight:
                    Place(node, $"{Base(node)}{WeightSuffix}", HostValues.Multiplied(numbers.Of(node)), ParameterRole.ConvWeight);
                    break;
                case FoldedBias:
                    Place(node, $"{Base(Reader(node))}.bias", numbers.Of(node).Numbers, ParameterRole.ConvBias);
                    break;
                default:
                    Copy(node);
                    break;
            }
        }
        foreach (var output in _folded.Outputs) _builder.Output(output.Name, _values[output.Value]);
        return new Model(GraphSpec.Of(_model.Network.Name, _builder.Build()), _weights, _model.Preprocessing, _model.Labels)
        {
            SaysPreprocessing = _model.SaysPreprocessing,
            HasRandomWeights = _model.HasRandomWeights,
        };
    }

    void Place(Node node, string name, Tensor numbers, ParameterRole role)
    {
        name = _builder.Unused(name);
        _values[node.Output()] = _builder.Parameter(name, numbers.Shape, role);
        _weights[name] = numbers;
    }

    void Copy(Node node)
    {
        var name = node.Op is Conv2d && _folded.Nodes[node.Inputs[1].Node] is { Op: FoldedWeight } weight ? Base(weight) : node.Name;
        name = _builder.Unused(name);
        var made = _builder.Add(name, node.Op, [.. node.Inputs.Select(input => _values[input])]);
        for (var output = 0; output < node.Outputs.Length; output++) _values[node.Output(output)] = made with { Output = output };
        if (node.Op is Parameter or State) _weights[name] = _model.Weights[node.Name];
    }

    // The convolution's name, which is that of its weight.
    string Base(Node weight)
    {
        var name = _folded.Nodes[weight.Inputs[0].Node].Name;
        return name.EndsWith(WeightSuffix, StringComparison.Ordinal) ? name[..^WeightSuffix.Length] : name;
    }

    Node Reader(Node bias) => _folded.Nodes[_folded.Nodes.First(
        node => node.Op is Conv2d && node.Inputs.Contains(bias.Output())).Inputs[1].Node];
}
