using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Testing;

/// <summary>Appends layers with their parameters to a small network; a parameter is named <c>{layer}.weight</c> and so on.</summary>
sealed class SmallLayers(Statistics statistics)
{
    public GraphBuilder Builder { get; } = new();

    public int Channels(Value value) => Builder.TypeOf(value).Shape[1];

    public Value Conv(string name, Value x, int channels, Window window, bool bias = false, int groups = 1)
    {
        var shape = new Shape(channels, Channels(x) / groups, window.KernelHeight, window.KernelWidth);
        var w = Builder.Parameter($"{name}.weight", shape, ParameterRole.ConvWeight);
        return bias
            ? Builder.Add(name, new Conv2d(window, groups), x, w,
            Builder.Parameter($"{name}.bias", new Shape(channels), ParameterRole.ConvBias))
            : Builder.Add(name, new Conv2d(window, groups), x, w);
    }

    public Value Transposed(string name, Value x, int channels, Window window)
    {
        var w = Builder.Parameter(
            $"{name}.weight", new Shape(Channels(x), channels, window.KernelHeight, window.KernelWidth), ParameterRole.ConvWeight);
        var b = Builder.Parameter($"{name}.bias", new Shape(channels), ParameterRole.ConvBias);
        return Builder.Add(name, new ConvTranspose2d(window), x, w, b);
    }

    public Value Norm(string name, Value x)
    {
        var shape = new Shape(Channels(x));
        var gamma = Builder.Parameter($"{name}.weight", shape, ParameterRole.NormScale);
        var beta = Builder.Parameter($"{name}.bias", shape, ParameterRole.NormShift);
        var mean = Builder.State($"{name}.running_mean", shape, 0);
        var variance = Builder.State($"{name}.running_var", shape, 1);
        var y = Builder.Add(name, new BatchNorm(SmallNetwork.Epsilon, SmallNetwork.Momentum, statistics), x, gamma, beta, mean, variance);
        if (statistics == Statistics.Batch)
        {
            Builder.Update(mean, y with { Output = BatchNorm.NewMean });
            Builder.Update(variance, y with { Output = BatchNorm.NewVariance });
        }
        return y;
    }

    public Value Relu(string name, Value x) => Builder.Add(name, new Relu(), x);

    public Value Linear(string name, Value x, int outputs)
    {
        var w = Builder.Parameter($"{name}.weight", new Shape(outputs, Builder.TypeOf(x).Shape[1]), ParameterRole.LinearWeight);
        return Builder.Add(name, new Linear(), x, w, Builder.Parameter($"{name}.bias", new Shape(outputs), ParameterRole.LinearBias));
    }

    /// <summary>The graph with its loss.</summary>
    public Graph Finish(Value logits, float labelSmoothing = SmallNetwork.Smoothing)
    {
        var labels = Builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        var loss = Builder.Add("loss", new SoftmaxCrossEntropy(labelSmoothing), logits, labels);
        return Builder.Output("logits", logits).Output("loss", loss).Build();
    }
}

/// <summary>A convolutional network as for MNIST: convolutions with biases, maximum pooling, two linear layers, no normalization.</summary>
public static class SmallConvolutionalNetwork
{
    /// <summary>The forward graph with its loss, for images of 1 x 12 x 12; inputs and outputs as in <see cref="SmallNetwork"/>.</summary>
    public static Graph Build()
    {
        var layers = new SmallLayers(Statistics.Running);
        var x = layers.Builder.Input("image", TensorType.Float(Shape.Batch, 1, 12, 12));
        x = layers.Relu("relu1", layers.Conv("conv1", x, 3, Window.Square(5), bias: true));
        x = layers.Builder.Add("pool1", new MaxPool(Window.Square(2, 2)), x);
        x = layers.Relu("relu2", layers.Conv("conv2", x, 4, Window.Square(3, 1, 1), bias: true));
        x = layers.Builder.Add("pool2", new MaxPool(Window.Square(2, 2)), x);
        x = layers.Relu("relu3", layers.Linear("linear1", layers.Builder.Add("flatten", new Flatten(), x), 7));
        return layers.Finish(layers.Linear("linear2", x, SmallNetwork.Classes));
    }
}

/// <summary>Blocks whose 3x3 convolutions have groups of 1, 4, 5, 24, 8 and 16 channels, one of them on the image itself.</summary>
public static class SmallGroupedNetwork
{
    /// <summary>The forward graph with its loss, for images of 3 x 9 x 8; inputs and outputs as in <see cref="SmallNetwork"/>.</summary>
    public static Graph Build(Statistics statistics = Statistics.Running)
    {
        var layers = new SmallLayers(statistics);
        var x = layers.Builder.Input("image", TensorType.Float(Shape.Batch, 3, 9, 8));
        x = layers.Relu("relu1", layers.Norm("norm1", layers.Conv("conv1", x, 24, Window.Square(3, 1, 1), groups: 3)));
        foreach (var (index, channels, groups, stride) in new[] { (2, 24, 24, 1), (3, 24, 6, 1), (4, 20, 4, 2), (5, 48, 2, 1),
            (6, 32, 4, 2), (7, 32, 2, 1) })
        {
            var y = layers.Relu($"relu{index}a", layers.Norm($"norm{index}a", layers.Conv($"conv{index}a", x, channels, Window.Square(1))));
            y = layers.Norm($"norm{index}b", layers.Conv($"conv{index}b", y, channels, Window.Square(3, stride, 1), groups: groups));
            if (stride == 1 && channels == layers.Channels(x)) y = layers.Builder.Add($"add{index}", new Add(), y, x);
            x = layers.Relu($"relu{index}b", y);
        }
        x = layers.Builder.Add("pool", new GlobalAveragePool(), x);
        return layers.Finish(layers.Linear("classifier", x, SmallNetwork.Classes));
    }
}
