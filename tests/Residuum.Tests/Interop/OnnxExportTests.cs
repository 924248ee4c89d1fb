using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Plans;

namespace Residuum.Tests.Interop;

/// <summary>Graphs of ours as ONNX files and back.</summary>
public sealed class OnnxExportTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("residuum-onnx-").FullName;

    public static TheoryData<Type> Operations =>
        [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Operations))]
    public void Every_operation_is_written_as_onnx_or_exempt_with_a_reason(Type operation)
    {
        var exempt = OnnxExportRules.Exemptions.TryGetValue(operation, out var reason)
            || operation.Name.EndsWith("Gradient", StringComparison.Ordinal)
            || operation.Name.StartsWith("Fused", StringComparison.Ordinal);
        Assert.True(OnnxExportRules.Rules.ContainsKey(operation) != exempt, $"{operation.Name} must have a rule or an exemption.");
        if (reason is not null) Assert.False(string.IsNullOrWhiteSpace(reason));
        // What a description may hold can be written, and nothing else.
        if (operation != typeof(Input)) Assert.Equal(OpForms.ByType.ContainsKey(operation), OnnxExportRules.Rules.ContainsKey(operation));
    }

    [Theory]
    [InlineData(13, null)]
    [InlineData(17, 1)]
    [InlineData(17, 4)]
    [InlineData(21, null)]
    public void Every_operation_means_the_same_after_writing_and_reading(int opset, int? batch)
    {
        var graph = EveryOperation.Build();
        var sources = PlanRun.Sources(graph, 2);
        var path = Path.Combine(_folder, "every.onnx");
        OnnxWriter.Write(path, graph, PlanRun.Tensors(graph, sources), new Dictionary<string, string> { ["note"] = "kept" },
            new OnnxTarget(opset, batch));

        var read = OnnxReader.Read(path);

        Assert.Equal("kept", read.Metadata["note"]);
        Assert.Equal(batch, read.File.Batch);
        Assert.Equal(opset, read.File.Opset);
        Assert.True(OnnxWriter.IsOf(graph, read.File));
        Assert.Equal(graph.Outputs.Select(output => output.Name), read.Graph.Outputs.Select(output => output.Name));
        var given = sources.Where(pair => graph.Find(pair.Key)?.Op is Input).Concat(
            read.Tensors.Select(pair => KeyValuePair.Create(
                pair.Key, Array.ConvertAll(pair.Value.Span<float>().ToArray(), x => (double)x)))).ToDictionary();
        var (expected, actual) = (PlanRun.Reference(graph, sources, 2), PlanRun.Reference(read.Graph, given, 2));
        foreach (var (name, numbers) in expected)
            Assert.True(Closeness.LargestDifference(actual[name], numbers) <= 1e-12 * numbers.Max(Math.Abs), name);
    }

    [Fact]
    public void The_same_network_gives_the_same_bytes()
    {
        var graph = EveryOperation.Build();
        var tensors = PlanRun.Tensors(graph, PlanRun.Sources(graph, 1));
        var (first, second) = (Path.Combine(_folder, "a.onnx"), Path.Combine(_folder, "b.onnx"));
        foreach (var path in new[] { first, second })
            OnnxWriter.Write(path, graph, tensors, new Dictionary<string, string>(), new OnnxTarget());
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void What_nodes_take_besides_has_names_that_no_node_has()
    {
        var builder = new GraphBuilder();
        var image = builder.Input("image", TensorType.Float(Shape.Batch, 3, 4, 4));
        var map = builder.Add("pool/map", new Affine(2, 1), builder.Add("pool/map/scale", new Relu(), image));
        builder.Output("features", builder.Add("pool/flatten", new Relu(), builder.Add("pool", new GlobalAveragePool(), map)));
        var written = OnnxWriter.Describe(builder.Build(), new OnnxTarget()).Graph;
        string[] values = [.. written.Node.SelectMany(node => node.Output), .. written.Initializer.Select(tensor => tensor.Name), "image"];
        Assert.Equal(values.Distinct(), values);
        Assert.Equal(written.Node.Select(node => node.Name).Distinct(), written.Node.Select(node => node.Name));
    }

    [Fact]
    public void A_graph_with_gradients_is_refused_by_the_nodes_name()
    {
        var graph = PlanRun.WithGradients(SmallNetwork.All[0].Build(Statistics.Batch));
        var error = Assert.Throws<ResiduumException>(() => OnnxWriter.Describe(graph, new OnnxTarget()));
        Assert.Contains("'loss' is a SoftmaxCrossEntropy", error.Message);
    }

    [Fact]
    public void A_description_that_the_nodes_do_not_bear_out_does_not_count()
    {
        var graph = EveryOperation.Build();
        var path = Path.Combine(_folder, "changed.onnx");
        OnnxWriter.Write(path, graph, PlanRun.Tensors(graph, PlanRun.Sources(graph, 1)), new Dictionary<string, string>(),
            new OnnxTarget());
        var read = OnnxReader.Read(path).File;
        Assert.True(OnnxWriter.IsOf(graph, read));
        read.Model.Graph.Node[^1].Attribute[0].I = 0;
        Assert.False(OnnxWriter.IsOf(graph, read));
    }
}
