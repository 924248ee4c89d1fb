using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Testing;
using Residuum.Tests.Plans;
using static Residuum.Tests.Interop.OnnxSample;

namespace Residuum.Tests.Interop;

/// <summary>How ONNX's operators, as different exporters write them, become operations of ours.</summary>
public class OnnxImportTests
{
    [Theory]
    // What PyTorch writes for x.view(x.size(0), -1), x.flatten(1), x.mean((2, 3)), and what others write.
    [InlineData("chain")]
    [InlineData("flatten")]
    [InlineData("reshape 0")]
    [InlineData("reshape fixed")]
    [InlineData("squeeze")]
    [InlineData("reduce")]
    [InlineData("average pool")]
    public void All_ways_to_end_a_convolutional_network_are_the_same_two_nodes(string way)
    {
        var sample = new OnnxSample().Input("x", way == "reshape fixed" ? 2 : 0, 3, 4, 4).Output("y").Weight("w", [5, 3, 1, 1])
            .Weight("m", [5, 2])
            .Integers("zero", 0).Integers("minus", -1).Node("Conv", ["x", "w"], "c");
        if (way == "reduce") sample.Node("ReduceMean", ["c"], "f", Ints("axes", -1, -2), Int("keepdims", 0));
        else if (way == "average pool") sample.Node("AveragePool", ["c"], "g", Ints("kernel_shape", 4, 4));
        else sample.Node("GlobalAveragePool", ["c"], "g");
        switch (way)
        {
            case "chain":
                sample.Node("Shape", ["g"], "s").Node("Gather", ["s", "zero"], "n").Node("Concat", ["n", "minus"], "t", Int("axis", 0))
                    .Node("Reshape", ["g", "t"], "f");
                break;
            case "flatten" or "average pool":
                sample.Node("Flatten", ["g"], "f");
                break;
            case "reshape 0":
                sample.Integers("t", 0, -1).Node("Reshape", ["g", "t"], "f");
                break;
            case "reshape fixed":
                sample.Integers("t", 2, 5).Node("Reshape", ["g", "t"], "f");
                break;
            case "squeeze":
                sample.Integers("t", 2, 3).Node("Squeeze", ["g", "t"], "f");
                break;
        }
        sample.Node("MatMul", ["f", "m"], "y");
        Assert.Equal(["Conv2d", "GlobalAveragePool", "Linear"], Kinds(sample.Read().Graph));
    }

    [Fact]
    public void A_softmax_at_the_end_is_left_out_and_the_output_is_logits()
    {
        var sample = Classifier().Node("Softmax", ["y"], "p");
        sample.Graph.Output[0].Name = "p";
        var read = sample.Read();
        Assert.True(read.File.DroppedSoftmax);
        Assert.Equal(["Conv2d", "Relu", "GlobalAveragePool", "Linear"], Kinds(read.Graph));
        Assert.Equal("logits", read.Graph.Outputs[0].Name);
    }

    [Fact]
    public void A_softmax_before_an_identity_at_the_end_is_left_out_too()
    {
        var sample = Classifier().Node("Softmax", ["y"], "p").Node("Identity", ["p"], "same");
        sample.Graph.Output[0].Name = "same";
        var read = sample.Read();
        Assert.True(read.File.DroppedSoftmax);
        Assert.Equal(["Conv2d", "Relu", "GlobalAveragePool", "Linear"], Kinds(read.Graph));
    }

    [Fact]
    public void The_factor_of_a_bias_is_not_that_of_one_added_behind()
    {
        var sample = Classifier();
        sample.Graph.Node.RemoveAt(4);
        sample.Node("Gemm", ["f", "m"], "product", Int("transB", 1), Real("beta", 3)).Node("Add", ["product", "b"], "y");
        var read = sample.Read();
        Assert.Equal(["Conv2d", "Relu", "GlobalAveragePool", "Linear"], Kinds(read.Graph));
        Assert.Equal(Classifier().Read().Tensors["b"].Span<float>(), read.Tensors["b"].Span<float>());
    }

    [Fact]
    public void A_bias_may_be_one_number_without_dimensions()
    {
        var sample = new OnnxSample().Input("x", 0, 3, 1, 1).Output("y").Weight("m", [1, 3]).Numbers("b", [], 0.5f)
            .Node("Flatten", ["x"], "f").Node("Gemm", ["f", "m", "b"], "y", Int("transB", 1));
        Assert.Equal([0.5f], sample.Read().Tensors["b"].Span<float>());
    }

    [Fact]
    public void An_addition_of_others_is_not_taken_for_onnx_own()
    {
        var sample = Classifier();
        sample.Graph.Node.RemoveAt(4);
        sample.Node("Gemm", ["f", "m"], "product", Int("transB", 1)).Node("Add", ["product", "b"], "y");
        sample.Graph.Node[^1].Domain = "com.example";
        Assert.Contains("domain \"com.example\"", Assert.Throws<ResiduumException>(() => sample.Read()).Message);
    }

    [Fact]
    public void A_number_and_an_empty_list_make_an_empty_list()
    {
        var sample = Classifier().Integers("empty").Integers("one", 1).Integers("rest", 0, -1);
        sample.Graph.Node.RemoveAt(3);
        sample.Graph.Node.Insert(0, new NodeProto { OpType = "Mul", Input = { "empty", "one" }, Output = { "none" } });
        sample.Graph.Node.Insert(1, new NodeProto
        {
            OpType = "Concat",
            Input = { "none", "rest" },
            Output = { "shape" },
            Attribute = { Int("axis", 0) }
        });
        sample.Graph.Node.Insert(5, new NodeProto { OpType = "Reshape", Input = { "g", "shape" }, Output = { "f" } });
        Assert.Equal(["Conv2d", "Relu", "GlobalAveragePool", "Linear"], Kinds(sample.Read().Graph));
    }

    [Fact]
    public void A_softmax_over_a_map_is_refused()
    {
        var sample = new OnnxSample().Input("x", 0, 3, 4, 4).Output("y").Weight("w", [2, 3, 1, 1]).Node("Conv", ["x", "w"], "c")
            .Node("Softmax", ["c"], "y", Int("axis", 1));
        Assert.Contains("softmax over a map", Assert.Throws<ResiduumException>(() => sample.Read()).Message);
    }

    [Fact]
    public void TensorFlows_transpositions_cancel_and_its_bias_and_zeros_join_the_convolution()
    {
        var sample = new OnnxSample().Input("x", 0, 5, 6, 3).Output("y").Weight("w", [4, 3, 3, 3]).Weight("b", [1, 4, 1, 1])
            .Weight("m", [4 * 2 * 3, 2]).Weight("v", [2])
            .Integers("zeros", 0, 0, 1, 1, 0, 0, 1, 1).Integers("rows", -1, 24)
            .Node("Transpose", ["x"], "t", Ints("perm", 0, 3, 1, 2)).Node("Pad", ["t", "zeros"], "p")
            .Node("Conv", ["p", "w"], "c", Ints("strides", 2, 2)).Node("Add", ["c", "b"], "a").Node("Relu", ["a"], "r")
            .Node("MaxPool", ["r"], "q", Ints("kernel_shape", 2, 2), Text("auto_pad", "SAME_UPPER"))
            .Node("Pad", ["q", "cut"], "cropped").Node("Transpose", ["cropped"], "l", Ints("perm", 0, 2, 3, 1))
            .Node("Reshape", ["l", "rows"], "f")
            .Integers("cut", 0, 0, -1, 0, 0, 0, 0, 0)
            .Node("MatMul", ["f", "m"], "s").Node("Add", ["s", "v"], "y");
        var graph = sample.Read().Graph;
        Assert.Equal(["Conv2d", "Relu", "MaxPool", "CropPixels", "Flatten", "Linear"], Kinds(graph));
        Assert.Equal("Nx3x5x6", graph.TypeOf(graph.Find("image")!.Output()).Shape.ToString());
        Assert.Equal(new Window(3, 3, 2, 2, 1, 1, 1, 1), ((Conv2d)graph.Find("the Conv")!.Op).Window);
        // The matrix is reordered: its rows stood for rows, columns and then channels.
        var read = sample.Read();
        var ours = read.Tensors["m"].Span<float>().ToArray();
        var theirs = sample.Graph.Initializer.Single(tensor => tensor.Name == "m").RawData.ToByteArray();
        // Channel 1 of pixel (1, 2) for output 1: row (1 * 3 + 2) * 4 + 1 of theirs, column 1 * 6 + 5 of ours.
        Assert.Equal(BitConverter.ToSingle(theirs, ((1 * 3 + 2) * 4 + 1) * 2 * 4 + 4), ours[24 + 6 + 5]);
    }

    [Theory]
    [InlineData("SAME_UPPER", 0, 0, 1, 1)]
    [InlineData("SAME_LOWER", 1, 1, 0, 0)]
    [InlineData("VALID", 0, 0, 0, 0)]
    public void Automatic_padding_follows_from_the_size(string way, int top, int left, int bottom, int right)
    {
        var sample = new OnnxSample().Input("x", 0, 3, 8, 8).Output("y").Weight("w", [2, 3, 3, 3])
            .Node("Conv", ["x", "w"], "y", Text("auto_pad", way), Ints("strides", 2, 2));
        Assert.Equal(new Window(3, 3, 2, 2, top, left, bottom, right), ((Conv2d)sample.Read().Graph.Nodes[^1].Op).Window);
    }

    [Theory]
    // Sizes that PyTorch gives: 3x3 windows with stride 2 of 8 pixels end in a half window, those of 7 do not; a window may not begin in
    // the padding behind, nor may what the mode adds be all of a window.
    [InlineData(8, 3, 2, 0, 4)]
    [InlineData(7, 3, 2, 0, 3)]
    [InlineData(8, 3, 2, 1, 5)]
    [InlineData(5, 2, 2, 1, 3)]
    [InlineData(4, 1, 3, 0, 2)]
    [InlineData(5, 1, 3, 0, 2)]
    public void Ceiling_mode_adds_a_window(int side, int kernel, int stride, int pad, int output)
    {
        var sample = new OnnxSample().Input("x", 0, 1, side, side).Output("y")
            .Node("MaxPool", ["x"], "y", Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride),
            Ints("pads", pad, pad, pad, pad), Int("ceil_mode", 1));
        Assert.Equal(output, sample.Read().Graph.TypeOf(sample.Read().Graph.Outputs[0].Value).Shape[2]);
    }

    [Fact]
    public void Padding_wider_than_the_kernel_is_done_before()
    {
        var sample = new OnnxSample().Input("x", 0, 3, 8, 8).Output("y").Weight("w", [2, 3, 1, 1])
            .Node("Conv", ["x", "w"], "y", Ints("pads", 2, 1, 2, 1));
        Assert.Equal(["PadPixels", "Conv2d"], Kinds(sample.Read().Graph));
    }

    [Fact]
    public void Squeeze_and_excitation_by_convolutions_becomes_linear_layers()
    {
        var sample = new OnnxSample().Input("x", 0, 4, 6, 6).Output("y").Weight("w1", [2, 4, 1, 1]).Weight("b1", [2])
            .Weight("w2", [4, 2, 1, 1]).Weight("b2", [4])
            .Node("ReduceMean", ["x"], "m", Ints("axes", 2, 3)).Node("Conv", ["m", "w1", "b1"], "c1").Node("Relu", ["c1"], "r")
            .Node("Conv", ["r", "w2", "b2"], "c2").Node("Sigmoid", ["c2"], "s").Node("Mul", ["x", "s"], "y");
        Assert.Equal(["GlobalAveragePool", "Linear", "Relu", "Linear", "Sigmoid", "ScaleChannels"], Kinds(sample.Read().Graph));
    }

    [Fact]
    public void PyTorchs_padding_of_channels_and_slices_become_shortcut_A()
    {
        // F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2)) at opset 11 and later: pads as they are in Python, reversed by arithmetic.
        var sample = new OnnxSample().Input("x", 0, 4, 8, 8).Output("y")
            .Integers("starts", 0, 0).Integers("ends", long.MaxValue, long.MaxValue).Integers("axes", 2, 3).Integers("steps", 2, 2)
            .Integers("pads", 0, 0, 0, 0, 2, 2).Integers("two", 2).Integers("pairs", -1, 2).Integers("one", -1).Integers("first", 0)
            .Integers("least", long.MinValue + 1).Integers("back", -1)
            .Node("Slice", ["x", "starts", "ends", "axes", "steps"], "s").Node("ConstantOfShape", ["two"], "z", ZeroInteger())
            .Node("Concat", ["pads", "z"], "p8", Int("axis", 0)).Node("Reshape", ["p8", "pairs"], "p42")
            .Node("Slice", ["p42", "one", "least", "first", "back"], "reversed").Node("Transpose", ["reversed"], "p24", Ints("perm", 1, 0))
            .Node("Reshape", ["p24", "one"], "flat").Node("Cast", ["flat"], "final", Int("to", 7))
            .Node("Pad", ["s", "final"], "y", Text("mode", "constant"));
        var graph = sample.Read().Graph;
        Assert.Equal(["Subsample", "PadChannels"], Kinds(graph));
        Assert.Equal(new PadChannels(2, 2), graph.Nodes[^1].Op);
    }

    [Fact]
    public void Scales_and_shifts_of_channels_mean_what_they_say()
    {
        var sample = new OnnxSample().Input("x", 0, 2, 2, 2).Output("y").Numbers("mean", [1, 2, 1, 1], 0.5f, 0.25f)
            .Numbers("deviation", [2, 1, 1], 2, 4)
            .Numbers("scale", [], 3).Numbers("shift", [1], 1)
            .Node("Sub", ["x", "mean"], "s").Node("Div", ["s", "deviation"], "d").Node("Mul", ["d", "scale"], "m")
            .Node("Add", ["m", "shift"], "y");
        var read = sample.Read();
        var sources = read.Tensors.ToDictionary(
            pair => pair.Key, pair => Array.ConvertAll(pair.Value.Span<float>().ToArray(), x => (double)x));
        sources["image"] = [1, 2, 3, 4, 5, 6, 7, 8];
        var actual = PlanRun.Reference(read.Graph, sources, 1)["features"];
        double[] expected = [.. sources["image"].Select((x, i) => (x - (i < 4 ? 0.5 : 0.25)) / (i < 4 ? 2 : 4) * 3 + 1)];
        Assert.True(Closeness.LargestDifference(actual, expected) < 1e-6);
        Assert.Contains("Affine", Kinds(read.Graph));
    }

    [Fact]
    public void Weights_that_are_one_number_everywhere_take_no_memory()
    {
        var sample = new OnnxSample().Input("x", 0, 512, 7, 7).Output("y").Integers("shape", 25_088, 4096)
            .Node("Flatten", ["x"], "f").Node("ConstantOfShape", ["shape"], "m").Node("Identity", ["m"], "same").Weight("tiny", [1])
            .Node("Gemm", ["f", "matrix"], "y", Int("transB", 1));
        sample.Integers("turned", 4096, 25_088);
        sample.Graph.Node.Insert(0, new NodeProto { OpType = "ConstantOfShape", Input = { "turned" }, Output = { "matrix" } });
        var before = GC.GetAllocatedBytesForCurrentThread();
        var graph = sample.Read().Graph;
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.IsType<Constant>(graph.Nodes.Single(node => node.Name == "matrix").Op);
    }

    [Fact]
    public void Names_become_unique_and_printable()
    {
        var sample = Classifier();
        foreach (var node in sample.Graph.Node) node.Name = "same\nname";
        sample.Graph.Initializer[0].Name = sample.Graph.Node[0].Input[1] = "image";
        var names = sample.Read().Graph.Nodes.Select(node => node.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains("image#2", names);
        Assert.Contains("same_name#2", names);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(16)]
    [InlineData(11)]
    public void Weights_of_other_precisions_become_single_precision(int type)
    {
        var sample = new OnnxSample().Input("x", 0, 1, 4, 4).Output("y").Numbers("w", [1, 1, 1, 1], 1.5f).Node("Conv", ["x", "w"], "y");
        var tensor = sample.Graph.Initializer[0];
        tensor.DataType = type;
        tensor.RawData = Google.Protobuf.ByteString.Empty;
        if (type == 11) tensor.DoubleData.Add(1.5);
        else tensor.Int32Data.Add(type == 10 ? BitConverter.HalfToUInt16Bits((Half)1.5f) : BitConverter.SingleToInt32Bits(1.5f) >> 16);
        Assert.Equal(1.5f, sample.Read().Tensors["w"].Span<float>()[0]);
    }

    [Theory]
    [InlineData("MatMul", "attention")]
    [InlineData("Add", "different shapes")]
    [InlineData("Mul", "different shapes")]
    public void What_is_not_supported_is_named_with_the_node(string kind, string says)
    {
        var sample = new OnnxSample().Input("x", 0, 3, 4, 4).Output("y").Weight("w", [2, 3, 1, 1]).Node("Conv", ["x", "w"], "c")
            .Node(kind, ["x", "c"], "y");
        var message = Assert.Throws<ResiduumException>(() => sample.Read()).Message;
        Assert.Contains($"\"the {kind}\" ({kind})", message);
        Assert.Contains(says, message);
    }

    static AttributeProto ZeroInteger() => new()
    {
        Name = "value",
        Type = AttributeProto.Types.AttributeType.Tensor,
        T = new TensorProto { DataType = 7, Dims = { 1 }, Int64Data = { 0 } },
    };

    static string[] Kinds(Graph graph) => [.. graph.Nodes.Where(node => node.Op is not SourceOp).Select(node => node.Op.Kind)];
}
