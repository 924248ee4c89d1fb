using System.Text.Json;
using Residuum.Graphs;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Inspection.Tests;

public class ModelComparisonTests
{
    static readonly ResNetSpec s_spec = TrainingCase.Spec;

    static Dictionary<string, Tensor> Copy(Model model) => model.Weights.ToDictionary(
        entry => entry.Key, entry => Tensor.Over(entry.Value.ElementType, entry.Value.Shape, entry.Value.Bytes.ToArray()));

    static ComparedModel Side(string name, Graph graph, IReadOnlyDictionary<string, Tensor>? weights = null) =>
        new(name, graph, weights, new Dictionary<string, string>());

    static Graph GraphOf(string name) => Catalogue.Find(name).Spec.Build();

    [Fact]
    public void A_model_is_equal_to_itself_and_to_its_copy()
    {
        using var model = Model.Create(s_spec, 1);
        using var copy = new Model(s_spec, Copy(model));
        var comparison = ModelDifferences.Of(model, copy);
        Assert.True(comparison.AreEqual);
        Assert.Equal(comparison.Totals.LeftElements, comparison.Totals.Numbers!.Identical);
        Assert.Equal((0, 0, 0, 53), (comparison.Totals.Numbers.Largest, comparison.Totals.Numbers.Mean, comparison.Totals.Numbers.Relative,
            comparison.Totals.Numbers.Bits));
        Assert.Contains("are equal", comparison.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_a_changed_tensor_are_those_of_their_definitions()
    {
        using var model = Model.Create(s_spec, 1);
        var weights = Copy(model);
        var bias = weights["head.linear.bias"].Span<float>();
        var before = model.Weights["head.linear.bias"].Span<float>();
        (before[0], before[1], before[2]) = (3, -4, 0);
        (bias[0], bias[1], bias[2]) = (3, -4.5f, -0f);
        using var changed = new Model(s_spec, weights);
        var difference = Assert.Single(ModelDifferences.Of(model, changed).Tensors);
        Assert.Equal((DifferenceKind.Changed, "head.linear.bias"), (difference.Change, difference.Left));
        var numbers = difference.Numbers!;
        // A zero of another sign is another bit, and no difference.
        Assert.Equal((3, 1, 0.5, 0.5 / 3, 0.1), (numbers.Elements, numbers.Identical, numbers.Largest, numbers.Mean, numbers.Relative));
        Assert.Equal(Math.Log2(10), numbers.Bits, 12);
    }

    [Fact]
    public void What_is_no_number_is_the_gravest_difference()
    {
        using var model = Model.Create(s_spec, 1);
        var weights = Copy(model);
        weights["head.linear.bias"].Span<float>()[1] = float.NaN;
        weights["head.linear.weight"].Span<float>()[0] += 100;
        using var changed = new Model(s_spec, weights);
        var comparison = ModelDifferences.Of(model, changed);
        Assert.Equal(["head.linear.bias", "head.linear.weight"], comparison.Tensors.Select(tensor => tensor.Left));
        Assert.True(double.IsNaN(comparison.Totals.Numbers!.Largest));
        using var json = JsonDocument.Parse(comparison.ToJson());
        Assert.Equal("NaN", json.RootElement.GetProperty("totals").GetProperty("numbers").GetProperty("largest").GetString());
    }

    [Fact]
    public void Stride_placement_changes_attributes_and_no_parameter()
    {
        var comparison = ModelDifferences.Of(Side("a", GraphOf("resnet50")), Side("b", GraphOf("resnet50_v1")));
        Assert.Empty(comparison.Tensors);
        var first = comparison.Nodes.Single(node => node.Left == "stage2.block1.conv1");
        Assert.Equal(["Window: 1x1 -> 1x1/2", "output: f32 Nx128x56x56 -> f32 Nx128x28x28"], first.Details.ToArray());
        Assert.Equal(["Window: 3x3/2 p1 -> 3x3 p1"], comparison.Nodes.Single(node => node.Left == "stage2.block1.conv2").Details.ToArray());
        Assert.Equal(12, comparison.Nodes.Length);
    }

    [Fact]
    public void Nodes_and_parameters_on_one_side_only_are_named()
    {
        var comparison = ModelDifferences.Of(Side("a", GraphOf("cifar_resnet8")), Side("b", GraphOf("cifar_resnet8_b")));
        Assert.Contains(comparison.Nodes,
            node => node is { Change: DifferenceKind.Removed, Left: "stage2.block1.shortcut.pad", Right: null });
        Assert.Contains(comparison.Nodes,
            node => node is { Change: DifferenceKind.Added, Left: null, Right: "stage2.block1.shortcut.conv" });
        Assert.Contains(comparison.Tensors,
            tensor => tensor is { Change: DifferenceKind.Added, Right: "stage2.block1.shortcut.conv.weight" });
        Assert.Contains(comparison.Nodes,
            node => node.Left == "stage2.block1.add" && node.Details.Any(detail => detail.StartsWith("reads: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_graph_whose_names_are_others_is_the_same_but_for_names()
    {
        var graph = GraphOf("cifar_resnet8_b");
        var builder = new GraphBuilder();
        // Parameters first, as files of others have them.
        var places = new Dictionary<int, Value>();
        foreach (var node in graph.Nodes.OrderByDescending(node => node.Op is Parameter or State))
            places.Add(node.Index, builder.Add($"n{node.Index}", node.Op, [.. node.Inputs.Select(Moved)]));
        foreach (var output in graph.Outputs) builder.Output(output.Name, Moved(output.Value));
        var other = builder.Build();
        using var model = Model.Create(Catalogue.Find("cifar_resnet8_b").Spec, 2);
        var weights = Copy(model).ToDictionary(entry => $"n{graph.Find(entry.Key)!.Index}", entry => entry.Value);
        var comparison = ModelDifferences.Of(Side("a", graph, model.Weights), Side("b", other, weights));
        Assert.All(comparison.Nodes, node => Assert.Equal(DifferenceKind.Renamed, node.Change));
        Assert.All(comparison.Tensors, tensor => Assert.Equal(DifferenceKind.Renamed, tensor.Change));
        Assert.Equal(comparison.Totals.LeftElements, comparison.Totals.Numbers!.Identical);

        Value Moved(Value value) => places[value.Node] with { Output = value.Output };
    }

    [Fact]
    public void Bare_tensors_are_compared_by_name_whatever_their_types()
    {
        var left = new Dictionary<string, Tensor>
        {
            ["a"] = Tensor.Of(new Shape(2), [1f, 2f]),
            ["b"] = Tensor.Of(new Shape(1), [16_777_216f]),
            ["c"] = Tensor.Of(new Shape(1), [0f])
        };
        var right = new Dictionary<string, Tensor>
        {
            ["a"] = Tensor.Of(new Shape(2), [1.0, 2.5]),
            ["b"] = Tensor.Of(new Shape(1), [(1L << 24) + 1]),
            ["d"] = Tensor.Of(new Shape(3), [0f, 0, 0])
        };
        var none = new Dictionary<string, string>();
        var comparison = ModelDifferences.Of(new ComparedModel("x", null, left, none), new ComparedModel("y", null, right, none));
        Assert.Equal([("c", null, null), (null, "d", null), ("a", "a", 0.5), ("b", "b", 1)],
            comparison.Tensors.Select(tensor => (tensor.Left, tensor.Right, tensor.Numbers?.Largest)));
        Assert.Equal((3, 1, 3, 6), (comparison.Totals.Numbers!.Elements, comparison.Totals.Numbers.Identical, comparison.Totals.LeftTensors,
            (int)comparison.Totals.RightElements));
    }

    [Fact]
    public void The_text_reads_as_approved()
    {
        using var left = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 1);
        var spec = (ResNetSpec)Catalogue.Find("cifar_resnet8_b").Spec with { Classes = 9 };
        using var right = Model.Create(spec, 1);
        right.Weights["stage1.block1.conv1.weight"].Span<float>()[5] += 0.25f;
        right.Weights["stage3.block1.norm2.running_var"].Span<float>()[0] = 1.5f;
        var text = ModelDifferences.Of(left, right).ToText();
        Assert.Equal(Approved.Text("Residuum.Inspection.Tests/Golden/comparison.txt", text), text);
    }
}
