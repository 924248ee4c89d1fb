using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Models;

/// <summary>
/// Adds the layers that all networks are made of, each with its parameters under the layer's name: <c>NAME.weight</c>,
/// <c>NAME.bias</c>, <c>NAME.running_mean</c>, <c>NAME.running_var</c>.
/// </summary>
sealed class NetworkBuilder(float epsilon = 1e-5f, float momentum = 0.1f)
{
    readonly GraphBuilder _graph = new();

    public Value Image(ImageSize size) =>
        _graph.Input(NetworkSpec.ImageInput, TensorType.Float(Shape.Batch, size.Channels, size.Height, size.Width));

    /// <summary>One image of this value: channels, height and width, or features.</summary>
    public Shape ShapeOf(Value value) => _graph.TypeOf(value).Shape;

    public int Channels(Value value) => ShapeOf(value)[1];

    public Value Convolution(string name, Value input, int width, Window window, bool bias = false)
    {
        var shape = new Shape(width, Channels(input), window.KernelHeight, window.KernelWidth);
        var weight = _graph.Parameter($"{name}.weight", shape, ParameterRole.ConvWeight);
        return bias
            ? _graph.Add(name, new Conv2d(window), input, weight, _graph.Parameter($"{name}.bias", new Shape(width), ParameterRole.ConvBias))
            : _graph.Add(name, new Conv2d(window), input, weight);
    }

    public Value Normalization(string name, Value input, ParameterRole scale = ParameterRole.NormScale)
    {
        var shape = new Shape(Channels(input));
        return _graph.Add(name, new BatchNorm(epsilon, momentum), input,
            _graph.Parameter($"{name}.weight", shape, scale),
            _graph.Parameter($"{name}.bias", shape, ParameterRole.NormShift),
            _graph.State($"{name}.running_mean", shape, 0),
            _graph.State($"{name}.running_var", shape, 1));
    }

    public Value Linear(string name, Value input, int outputs) =>
        _graph.Add(name, new Linear(), input,
            _graph.Parameter($"{name}.weight", new Shape(outputs, Channels(input)), ParameterRole.LinearWeight),
            _graph.Parameter($"{name}.bias", new Shape(outputs), ParameterRole.LinearBias));

    public Value Add(string name, Op op, params ReadOnlySpan<Value> inputs) => _graph.Add(name, op, inputs);

    public Graph Build(string output, Value value) => _graph.Output(output, value).Build();
}
