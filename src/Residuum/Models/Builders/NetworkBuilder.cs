using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Models;

/// <summary>What all layers of a network have in common.</summary>
readonly record struct LayerRules(
    float Epsilon, float Momentum, ActivationKind Activation, PaddingRule Padding, bool OneDimensional)
{
    public static LayerRules Default { get; } = new(1e-5f, 0.1f, ActivationKind.Relu, PaddingRule.Symmetric, false);

    public static LayerRules Of(ResNetSpec spec) => new(spec.Epsilon, spec.Momentum, spec.Activation, spec.Padding, spec.OneDimensional);
}

/// <summary>
/// Adds the layers that all networks are made of, each with its parameters under the layer's name: <c>NAME.weight</c>,
/// <c>NAME.bias</c>, <c>NAME.running_mean</c>, <c>NAME.running_var</c>.
/// </summary>
sealed class NetworkBuilder(LayerRules rules)
{
    readonly GraphBuilder _graph = new();
    int _streams;

    public Value Image(ImageSize size) =>
        _graph.Input(NetworkSpec.ImageInput, TensorType.Float(Shape.Batch, size.Channels, size.Height, size.Width));

    /// <summary>One image of this value: channels, height and width, or features.</summary>
    public Shape ShapeOf(Value value) => _graph.TypeOf(value).Shape;

    public int Channels(Value value) => ShapeOf(value)[1];

    /// <summary>A convolution of this kernel and stride, padded by the network's rule.</summary>
    public Value Convolution(string name, Value input, int width, int kernel, int stride = 1, bool bias = false, int groups = 1)
    {
        var shape = ShapeOf(input);
        var (top, bottom) = rules.OneDimensional ? (0, 0) : Padding(shape[2], kernel, stride);
        var (left, right) = Padding(shape[3], kernel, stride);
        var (height, step) = rules.OneDimensional ? (1, 1) : (kernel, stride);
        return Convolution(name, input, width, new Window(height, kernel, step, stride, top, left, bottom, right), bias, groups);
    }

    public Value Convolution(string name, Value input, int width, Window window, bool bias = false, int groups = 1)
    {
        var channels = Channels(input);
        if (Conv2d.GroupsComplaint(groups, channels, width) is { } wrong) throw new ResiduumException($"At '{name}': {wrong}.");
        var shape = new Shape(width, channels / groups, window.KernelHeight, window.KernelWidth);
        var weight = _graph.Parameter($"{name}.weight", shape, ParameterRole.ConvWeight);
        return bias
            ? _graph.Add(name, new Conv2d(window, groups), input, weight, Bias(name, width))
            : _graph.Add(name, new Conv2d(window, groups), input, weight);
    }

    /// <summary>A 1x1 convolution whose bias starts at a given value.</summary>
    public Value BiasedProjection(string name, Value input, int width, int stride, float initialBias)
    {
        var weight = _graph.Parameter($"{name}.weight", new Shape(width, Channels(input), 1, 1), ParameterRole.ConvWeight);
        return _graph.Add(name, new Conv2d(Square(1, stride)), input, weight, Bias(name, width, initialBias));
    }

    /// <summary>A transposed convolution that makes maps larger by a whole factor, with a kernel of twice the factor.</summary>
    public Value TransposedConvolution(string name, Value input, int width, int factor)
    {
        var (before, after) = (factor / 2, factor - factor / 2);
        var window = rules.OneDimensional
            ? new Window(1, 2 * factor, 1, factor, 0, before, 0, after)
            : new Window(2 * factor, 2 * factor, factor, factor, before, before, after, after);
        var shape = new Shape(Channels(input), width, window.KernelHeight, window.KernelWidth);
        return _graph.Add(name, new ConvTranspose2d(window), input, _graph.Parameter($"{name}.weight", shape, ParameterRole.ConvWeight));
    }

    public Value Normalization(string name, Value input, ParameterRole scale = ParameterRole.NormScale)
    {
        var shape = new Shape(Channels(input));
        return _graph.Add(name, new BatchNorm(rules.Epsilon, rules.Momentum), input,
            _graph.Parameter($"{name}.weight", shape, scale),
            _graph.Parameter($"{name}.bias", shape, ParameterRole.NormShift),
            _graph.State($"{name}.running_mean", shape, 0),
            _graph.State($"{name}.running_var", shape, 1));
    }

    /// <summary>A normalization without scale and shift of its own.</summary>
    public Value FixedNormalization(string name, Value input)
    {
        var shape = new Shape(Channels(input));
        return _graph.Add(name, new BatchNorm(rules.Epsilon, rules.Momentum), input,
            _graph.Add($"{name}.one", new Constant(new TensorType(ElementType.Float32, shape), 1)),
            _graph.Add($"{name}.zero", new Constant(new TensorType(ElementType.Float32, shape), 0)),
            _graph.State($"{name}.running_mean", shape, 0),
            _graph.State($"{name}.running_var", shape, 1));
    }

    public Value Activation(string name, Value input) =>
        _graph.Add(name, rules.Activation == ActivationKind.Relu6 ? new Clip(0, 6) : new Relu(), input);

    public Value Linear(string name, Value input, int outputs) =>
        _graph.Add(name, new Linear(), input,
            _graph.Parameter($"{name}.weight", new Shape(outputs, Channels(input)), ParameterRole.LinearWeight),
            _graph.Parameter($"{name}.bias", new Shape(outputs), ParameterRole.LinearBias));

    public Value Dropout(string name, Value input, float rate) => _graph.Add(name, new Dropout(rate, _streams++), input);

    public Value StochasticDepth(string name, Value input, float rate) => _graph.Add(name, new StochasticDepth(rate, _streams++), input);

    /// <summary>A square window, or one of a single row in a network of one dimension.</summary>
    public Window Square(int kernel, int stride = 1, int padding = 0) => rules.OneDimensional
        ? new Window(1, kernel, 1, stride, 0, padding, 0, padding)
        : Window.Square(kernel, stride, padding);

    /// <summary>A factor for both sides of a map, or for the columns alone in a network of one dimension.</summary>
    public (int Height, int Width) Factors(int factor) => (rules.OneDimensional ? 1 : factor, factor);

    public Value Add(string name, Op op, params ReadOnlySpan<Value> inputs) => _graph.Add(name, op, inputs);

    public Graph Build(string output, Value value) => _graph.Output(output, value).Build();

    Value Bias(string name, int width, float initial = 0) =>
        _graph.Add($"{name}.bias", new Parameter(new TensorType(ElementType.Float32, new Shape(width)), ParameterRole.ConvBias, initial));

    (int Before, int After) Padding(int size, int kernel, int stride)
    {
        if (rules.Padding == PaddingRule.Symmetric) return ((kernel - 1) / 2, (kernel - 1) / 2);
        var needed = Math.Max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0);
        return (needed / 2, needed - needed / 2);
    }
}
