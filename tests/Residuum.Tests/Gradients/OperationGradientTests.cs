using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>Each operation's gradients against finite differences in double precision, over generated shapes.</summary>
public class OperationGradientTests
{
    // Kernel, stride and padding of all four sides, with the image's height and width: odd and even sizes, windows that leave a rest,
    // one-sided padding, kernels as large as the image.
    static readonly (Window Window, int Height, int Width)[] Windows =
    [
        (Window.Square(1), 3, 4), (Window.Square(1, 2), 5, 4), (Window.Square(3, 1, 1), 4, 5), (Window.Square(3, 2, 1), 6, 5),
        (Window.Square(3, 2, 1), 7, 7), (Window.Square(7, 2, 3), 8, 9), (Window.Square(5, 3, 2), 8, 7), (Window.Square(4, 4), 9, 8),
        (new Window(3, 2, 2, 1, 1, 0, 0, 1), 6, 5), (new Window(2, 3, 1, 3, 0, 2, 1, 0), 5, 7), (new Window(1, 4, 3, 2, 0, 3, 0, 1), 4, 4),
        (Window.Square(3), 3, 3), (Window.Square(2, 2), 4, 4), (Window.Square(3, 3, 0), 5, 8),
    ];

    public static IEnumerable<object[]> Convolutions =>
        from window in Enumerable.Range(0, Windows.Length)
        from batch in new[] { 1, 3 }
        select new object[] { window, batch, (window + batch) % 2 == 0 };

    public static IEnumerable<object[]> Poolings =>
        from window in Enumerable.Range(0, Windows.Length) from batch in new[] { 1, 3 } select new object[] { window, batch };

    // Batch, channels, height and width.
    public static IEnumerable<object[]> Images =>
        from batch in new[] { 1, 3 }
        from size in new[] { (1, 2, 2), (2, 1, 3), (3, 5, 4) }
        select new object[] { batch, size.Item1, size.Item2, size.Item3 };

    [Theory, MemberData(nameof(Convolutions))]
    public void Conv2d(int window, int batch, bool bias)
    {
        var (shape, height, width) = Windows[window];
        var builder = new GraphBuilder();
        List<Value> inputs =
        [
            builder.Input("x", TensorType.Float(Shape.Batch, 2, height, width)),
            builder.Parameter("w", new Shape(3, 2, shape.KernelHeight, shape.KernelWidth), ParameterRole.ConvWeight),
        ];
        if (bias) inputs.Add(builder.Parameter("b", new Shape(3), ParameterRole.ConvBias));
        Check(builder, builder.Add("y", new Conv2d(shape), [.. inputs]), batch);
    }

    [Theory]
    [InlineData(0, 4, 6, 2)]
    [InlineData(3, 6, 3, 3)]
    [InlineData(8, 2, 4, 2)]
    public void Conv2d_with_groups(int window, int inputs, int outputs, int groups)
    {
        var (shape, height, width) = Windows[window];
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, inputs, height, width));
        var w = builder.Parameter("w", new Shape(outputs, inputs / groups, shape.KernelHeight, shape.KernelWidth),
            ParameterRole.ConvWeight);
        Check(builder, builder.Add("y", new Conv2d(shape, groups), x, w), batch: 2);
    }

    [Theory, MemberData(nameof(Poolings))]
    public void MaxPool(int window, int batch)
    {
        var (shape, height, width) = Windows[window];
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, 2, height, width));
        Check(builder, builder.Add("y", new MaxPool(shape), x), batch);
    }

    [Theory, MemberData(nameof(Images))]
    public void BatchNorm_with_batch_statistics(int batch, int channels, int height, int width) =>
        CheckBatchNorm(Statistics.Batch, batch, channels, height, width);

    [Theory, MemberData(nameof(Images))]
    public void BatchNorm_with_running_statistics(int batch, int channels, int height, int width) =>
        CheckBatchNorm(Statistics.Running, batch, channels, height, width);

    static void CheckBatchNorm(Statistics statistics, int batch, int channels, int height, int width)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, channels, height, width));
        var gamma = builder.Parameter("gamma", new Shape(channels), ParameterRole.NormScale);
        var beta = builder.Parameter("beta", new Shape(channels), ParameterRole.NormShift);
        var mean = builder.State("mean", new Shape(channels), 0.5f);
        var variance = builder.State("variance", new Shape(channels), 0.25f);
        Check(builder, builder.Add("y", new BatchNorm(1e-5f, 0.1f, statistics), x, gamma, beta, mean, variance), batch);
    }

    [Theory, MemberData(nameof(Images))]
    public void Relu(int batch, int channels, int height, int width) => CheckOnImage(new Relu(), batch, channels, height, width);

    [Theory, MemberData(nameof(Images))]
    public void GlobalAveragePool(int batch, int channels, int height, int width) =>
        CheckOnImage(new GlobalAveragePool(), batch, channels, height, width);

    [Theory, MemberData(nameof(Images))]
    public void Flatten(int batch, int channels, int height, int width) => CheckOnImage(new Flatten(), batch, channels, height, width);

    [Theory, MemberData(nameof(Images))]
    public void Subsample(int batch, int channels, int height, int width)
    {
        CheckOnImage(new Subsample(2, 2), batch, channels, height, width);
        CheckOnImage(new Subsample(1, 3), batch, channels, height, width);
    }

    [Theory, MemberData(nameof(Images))]
    public void PadChannels(int batch, int channels, int height, int width)
    {
        CheckOnImage(new PadChannels(1, 2), batch, channels, height, width);
        CheckOnImage(new PadChannels(0, 3), batch, channels, height, width);
        CheckOnImage(new PadChannels(2, 0), batch, channels, height, width);
    }

    static void CheckOnImage(Op op, int batch, int channels, int height, int width)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, channels, height, width));
        Check(builder, builder.Add("y", op, x), batch);
    }

    [Theory, MemberData(nameof(Images))]
    public void Add_of_two_values_and_of_one_with_itself(int batch, int channels, int height, int width)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, channels, height, width));
        var other = builder.Input("other", TensorType.Float(Shape.Batch, channels, height, width));
        var twice = builder.Add("twice", new Add(), x, x);
        Check(builder, builder.Add("y", new Add(), twice, other), batch);
    }

    [Theory]
    [InlineData(1, 1, 1, true)]
    [InlineData(1, 5, 3, false)]
    [InlineData(3, 4, 2, true)]
    [InlineData(3, 1, 6, false)]
    public void Linear(int batch, int features, int outputs, bool bias)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Float(Shape.Batch, features));
        var w = builder.Parameter("w", new Shape(outputs, features), ParameterRole.LinearWeight);
        var y = bias
            ? builder.Add("y", new Linear(), x, w, builder.Parameter("b", new Shape(outputs), ParameterRole.LinearBias))
            : builder.Add("y", new Linear(), x, w);
        Check(builder, y, batch);
    }

    [Theory]
    [InlineData(1, 2, 0f)]
    [InlineData(3, 5, 0f)]
    [InlineData(3, 5, 0.1f)]
    [InlineData(1, 7, 0.5f)]
    public void SoftmaxCrossEntropy(int batch, int classes, float smoothing)
    {
        var builder = new GraphBuilder();
        var logits = builder.Input("logits", TensorType.Float(Shape.Batch, classes));
        var labels = builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        var loss = builder.Add("loss", new SoftmaxCrossEntropy(smoothing), logits, labels);
        var sources = new Dictionary<string, double[]>
        {
            ["logits"] = RandomNumbers.Uniform(batch * classes, 1, -3, 3),
            ["labels"] = RandomNumbers.Labels(batch, 2, classes),
            ["scale"] = [0.7],
        };
        Assert.Empty(FiniteDifferences.Complaints(builder.Build(), new Seed(loss), sources, batch, ["logits"]));
        var scale = builder.Input("scale", TensorType.Float());
        Assert.Empty(FiniteDifferences.Complaints(builder.Build(), new Seed(loss, scale), sources, batch, ["logits"]));
    }

    /// <summary>
    /// Gives the output a gradient of random numbers and every source but states random numbers away from kinks; differentiates by all
    /// sources but integers and those named.
    /// </summary>
    internal static void Check(GraphBuilder builder, Value y, int batch, params string[] without)
    {
        static bool IsInteger(Node node) => node.Outputs[0].ElementType == ElementType.Int32;
        var targets = builder.Build().Nodes.Where(node => node.Op is Input or Parameter && !IsInteger(node)).Select(node => node.Name)
            .Except(without).ToArray();
        var seed = new Seed(y, builder.Input("dy", builder.TypeOf(y)));
        var graph = builder.Build();
        var sources = graph.Nodes.Where(node => node.Op is Input or Parameter).ToDictionary(node => node.Name, node =>
        {
            var count = (int)node.Outputs[0].Shape.WithBatch(batch).Count;
            return IsInteger(node) ? RandomNumbers.Labels(count, 10 + node.Index, 100) : RandomNumbers.Distinct(count, 10 + node.Index);
        });
        Assert.Empty(FiniteDifferences.Complaints(graph, seed, sources, batch, targets));
    }
}
