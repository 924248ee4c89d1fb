using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum.Inspection;

/// <summary>A small network with convolutions of all kinds, whose steps take long enough to be timed and whose maps fit a cache.</summary>
sealed class KernelProbe
{
    /// <summary>The input's name.</summary>
    public const string Image = "image";

    /// <summary>Images of a run.</summary>
    public const int Images = 4;

    const float Epsilon = 1e-5f, Momentum = 0.1f;

    readonly GraphBuilder _graph = new();

    /// <summary>The network: colours, 3x3 and 1x1 convolutions, a bottleneck with a sum, groups, stride, pooling, classifier.</summary>
    public static Graph Network()
    {
        var probe = new KernelProbe();
        var x = probe._graph.Input(Image, TensorType.Float(Shape.Batch, 3, 112, 112));
        x = probe.Convolution("stem", x, 64, Square(7, 2));
        x = probe._graph.Add("pool", new MaxPool(Square(3, 2)), x);
        x = probe.Convolution("conv1", x, 64, Square(3, 1));
        var inner = probe.Convolution("conv2", x, 128, Square(1, 1));
        x = probe.Convolution("conv3", inner, 64, Square(1, 1), shortcut: x);
        x = probe.Convolution("conv4", x, 256, Square(3, 2));
        x = probe.Convolution("conv5", x, 256, Square(3, 1), groups: 32);
        x = probe.Convolution("conv6", x, 128, Square(1, 1));
        x = probe.Convolution("conv7", x, 128, Square(3, 1));
        x = probe._graph.Add("average", new GlobalAveragePool(), x);
        x = probe._graph.Add("fc", new Linear(), x, probe._graph.Parameter("fc.weight", new Shape(1000, 128), ParameterRole.LinearWeight),
            probe._graph.Parameter("fc.bias", new Shape(1000), ParameterRole.LinearBias));
        return probe._graph.Output(TrainingGraph.Logits, x).Build();
    }

    Value Convolution(string name, Value x, int width, Window window, int groups = 1, Value? shortcut = null)
    {
        var channels = _graph.TypeOf(x).Shape[1];
        var weight = _graph.Parameter($"{name}.weight", new Shape(width, channels / groups, window.KernelHeight, window.KernelWidth),
            ParameterRole.ConvWeight);
        var y = _graph.Add($"{name}.conv", new Conv2d(window, groups), x, weight);
        var (mean, variance) = (_graph.State($"{name}.mean", new Shape(width), 0), _graph.State($"{name}.variance", new Shape(width), 1));
        y = _graph.Add($"{name}.norm", new BatchNorm(Epsilon, Momentum), y,
            _graph.Parameter($"{name}.gamma", new Shape(width), ParameterRole.NormScale),
            _graph.Parameter($"{name}.beta", new Shape(width), ParameterRole.NormShift), mean, variance);
        if (shortcut is { } other) y = _graph.Add($"{name}.add", new Add(), y, other);
        return _graph.Add($"{name}.relu", new Relu(), y);
    }

    static Window Square(int kernel, int stride) => Window.Square(kernel, stride, kernel / 2);
}
