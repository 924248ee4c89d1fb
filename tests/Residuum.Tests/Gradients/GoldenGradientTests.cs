using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>Gradients against PyTorch's in double precision (<c>tests/golden/gradients.py</c>).</summary>
public class GoldenGradientTests
{
    // Both sides compute in double precision and differ by the order of their sums only.
    const double Tolerance = 1e-10;

    static readonly GoldenFile Operations = GoldenFile.Read("Residuum.Tests/Golden/Gradients/operations.safetensors");

    public static TheoryData<string> Cases => [.. Operations.Names.Select(name => name[..name.LastIndexOf('/')]).Distinct()];

    public static TheoryData<string> GroupedCases => GroupedConvolution.Cases;

    public static TheoryData<string> LayerCases => GoldenLayer.Cases;

    public static IEnumerable<object[]> Networks =>
        from network in SmallNetwork.All
        from statistics in new[] { Statistics.Batch, Statistics.Running }
        select new object[] { network.Name, statistics };

    [Theory, MemberData(nameof(Cases))]
    public void Operations_agree_with_PyTorch(string name)
    {
        var builder = new GraphBuilder();
        var sources = new Dictionary<string, double[]>();
        var forward = Inputs(name).Select(input => Source(builder, sources, name, input)).ToArray();
        var y = builder.Add("y", Operation(name), forward);
        var dy = Source(builder, sources, name, "dy");
        var targets = Inputs(name).Where(input => Operations.Has($"{name}/gradient:{input}")).ToArray();
        var graph = builder.Build();
        graph = Backward.Append(graph, [new Seed(y, dy)], [.. targets.Select(target => graph.Find(target)!.Output())]);

        var values = ReferenceRunner.Run(graph, sources, 1);
        AssertClose(Operations[$"{name}/y"], values[y], "y");
        foreach (var target in targets)
            AssertClose(Operations[$"{name}/gradient:{target}"], values[graph.Output(Backward.OutputName(target))], target);
        if (!Operations.Has($"{name}/newMean")) return;
        AssertClose(Operations[$"{name}/newMean"], values[y with { Output = BatchNorm.NewMean }], "new mean");
        AssertClose(Operations[$"{name}/newVariance"], values[y with { Output = BatchNorm.NewVariance }], "new variance");
    }

    [Theory, MemberData(nameof(Networks))]
    public void Residual_networks_agree_with_PyTorch(string name, Statistics statistics) =>
        CheckNetwork(name, SmallNetwork.All.Single(network => network.Name == name).Build(statistics), statistics);

    [Theory, MemberData(nameof(GroupedCases))]
    public void Grouped_convolutions_agree_with_PyTorch(string name)
    {
        var (graph, sources) = GroupedConvolution.Build(name);
        var values = ReferenceRunner.Run(graph, sources, GroupedConvolution.Images(name));
        foreach (var output in graph.Outputs)
            AssertClose(GroupedConvolution.Expected(name, output.Name), values[output.Value], output.Name);
    }

    [Theory, MemberData(nameof(LayerCases))]
    public void Layers_agree_with_PyTorch(string name)
    {
        var (graph, sources) = GoldenLayer.Build(name);
        var values = ReferenceRunner.Run(graph, sources, GoldenLayer.Images(name));
        foreach (var output in graph.Outputs) AssertClose(GoldenLayer.Expected(name, output.Name), values[output.Value], output.Name);
    }

    [Theory, InlineData(Statistics.Batch), InlineData(Statistics.Running)]
    public void A_network_of_grouped_convolutions_agrees_with_PyTorch(Statistics statistics) =>
        CheckNetwork("grouped", SmallGroupedNetwork.Build(statistics), statistics);

    [Fact]
    public void A_convolutional_network_agrees_with_PyTorch() =>
        CheckNetwork("convolutional", SmallConvolutionalNetwork.Build(), Statistics.Running);

    static void CheckNetwork(string name, Graph graph, Statistics statistics)
    {
        var golden = GoldenFile.Read($"Residuum.Tests/Golden/Gradients/{name}.safetensors");
        var mode = statistics == Statistics.Batch ? "batch" : "running";
        var sources = graph.Nodes.Where(node => node.Op is SourceOp).ToDictionary(node => node.Name, node => golden[node.Name]);
        string[] targets = ["image", .. graph.Parameters.Select(node => node.Name)];
        graph = Backward.Append(graph, graph.Output("loss"), [.. targets.Select(target => graph.Find(target)!.Output())]);

        var values = ReferenceRunner.Run(graph, sources, 3);
        var recorded = golden.Names.Count(array => array.StartsWith($"{mode}/", StringComparison.Ordinal));
        Assert.Equal(recorded, graph.Outputs.Length + graph.Updates.Length);
        foreach (var output in graph.Outputs) AssertClose(golden[$"{mode}/{output.Name}"], values[output.Value], output.Name);
        foreach (var update in graph.Updates)
            AssertClose(golden[$"batch/new:{graph.Nodes[update.State].Name}"], values[update.Value], "a state");
    }

    // The arrays that a case's operation reads, in its order, under the names that PyTorch has for them.
    static string[] Inputs(string name) => name[..name.IndexOf('/', StringComparison.Ordinal)] switch
    {
        "Conv2d" => ["x", "w", "b"],
        "BatchNorm" => ["x", "gamma", "beta", "mean", "variance"],
        "Linear" => ["input", "weight", "bias"],
        "Add" => ["input", "other"],
        "Relu" => ["input"],
        "SoftmaxCrossEntropy" => ["input", "labels"],
        _ => ["x"],
    };

    static Op Operation(string name) => name[..name.IndexOf('/', StringComparison.Ordinal)] switch
    {
        "Conv2d" => new Conv2d(WindowOf(name)),
        "MaxPool" => new MaxPool(WindowOf(name)),
        "BatchNorm" => new BatchNorm(
            SmallNetwork.Epsilon, SmallNetwork.Momentum,
            name.Contains("batch", StringComparison.Ordinal) ? Statistics.Batch : Statistics.Running),
        "Relu" => new Relu(),
        "Add" => new Add(),
        "GlobalAveragePool" => new GlobalAveragePool(),
        "Flatten" => new Flatten(),
        "Subsample" => new Subsample(2, 3),
        "PadChannels" => new PadChannels(1, 2),
        "Linear" => new Linear(),
        "SoftmaxCrossEntropy" => new SoftmaxCrossEntropy((float)Operations[$"{name}/smoothing"][0]),
        var other => throw new ResiduumException($"The golden file has the case '{other}', which no operation is known for."),
    };

    static Window WindowOf(string name) => Operations[$"{name}/window"].Select(x => (int)x).ToArray() switch
    {
        [var height, var width, var strideHeight, var strideWidth, var top, var left, var bottom, var right] =>
            new Window(height, width, strideHeight, strideWidth, top, left, bottom, right),
        var other => throw new ResiduumException($"The golden file has a window of {other.Length} numbers."),
    };

    static Value Source(GraphBuilder builder, Dictionary<string, double[]> sources, string name, string input)
    {
        sources[input] = Operations[$"{name}/{input}"];
        var element = input == "labels" ? ElementType.Int32 : ElementType.Float32;
        return builder.Input(input, new TensorType(element, new Shape(Operations.Shape($"{name}/{input}"))));
    }

    static void AssertClose(double[] expected, double[] actual, string what)
    {
        var difference = Closeness.RelativeDifference(actual, expected);
        Assert.True(difference <= Tolerance, $"{what} differs by {difference:e2}.");
    }
}
