using Google.Protobuf;
using Residuum.Interop;

namespace Residuum.Tests.Interop;

/// <summary>Builds ONNX files message by message, as other exporters write them, or as nobody should.</summary>
sealed class OnnxSample
{
    readonly ModelProto _model = new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = new GraphProto { Name = "sample" }
    };

    public ModelProto Model => _model;

    public GraphProto Graph => _model.Graph;

    /// <summary>A convolution, ReLU, global pooling and a linear layer: 1x3x4x4 to two logits.</summary>
    public static OnnxSample Classifier()
    {
        var sample = new OnnxSample().Opset(17).Input("x", 1, 3, 4, 4).Output("y")
            .Weight("w", [2, 3, 3, 3]).Weight("m", [2, 2]).Weight("b", [2]);
        return sample.Node("Conv", ["x", "w"], "c", Ints("pads", 1, 1, 1, 1)).Node("Relu", ["c"], "r").Node("GlobalAveragePool", ["r"], "g")
            .Node("Flatten", ["g"], "f").Node("Gemm", ["f", "m", "b"], "y", Int("transB", 1));
    }

    public OnnxSample Opset(long version)
    {
        _model.OpsetImport[0].Version = version;
        return this;
    }

    /// <summary>An image; a side of -1 has no size, one of 0 a name.</summary>
    public OnnxSample Input(string name, params ReadOnlySpan<long> sides)
    {
        var shape = new TensorShapeProto();
        foreach (var side in sides)
            shape.Dim.Add(side switch
            {
                0 => new DimensionProto { DimParam = "N" },
                -1 => new DimensionProto(),
                _ => new DimensionProto { DimValue = side }
            });
        Graph.Input.Add(new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1, Shape = shape } }
        });
        return this;
    }

    public OnnxSample Output(string name)
    {
        Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    /// <summary>Single-precision numbers that follow from the name.</summary>
    public OnnxSample Weight(string name, long[] dimensions, float scale = 0.5f)
    {
        var numbers = new float[dimensions.Aggregate(1L, (product, side) => product * side)];
        var seed = name.Aggregate(7, (hash, letter) => hash * 31 + letter);
        var random = new Random(seed);
        for (var i = 0; i < numbers.Length; i++) numbers[i] = scale * ((float)random.NextDouble() * 2 - 1);
        return Numbers(name, dimensions, numbers);
    }

    public OnnxSample Numbers(string name, long[] dimensions, params float[] numbers)
    {
        var bytes = new byte[numbers.Length * 4];
        Buffer.BlockCopy(numbers, 0, bytes, 0, bytes.Length);
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = 1, Dims = { dimensions }, RawData = ByteString.CopyFrom(bytes) });
        return this;
    }

    public OnnxSample Integers(string name, params long[] integers)
    {
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = 7, Dims = { integers.Length }, Int64Data = { integers } });
        return this;
    }

    public OnnxSample Node(string kind, string[] inputs, string output, params AttributeProto[] attributes)
    {
        Graph.Node.Add(new NodeProto
        {
            OpType = kind,
            Name = $"the {kind}",
            Input = { inputs },
            Output = { output },
            Attribute = { attributes }
        });
        return this;
    }

    public static AttributeProto Int(string name, long value) => OnnxExport.Int(name, value);

    public static AttributeProto Real(string name, float value) => OnnxExport.Real(name, value);

    public static AttributeProto Text(string name, string value) => OnnxExport.Text(name, value);

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values) => OnnxExport.Ints(name, values);

    public byte[] ToBytes() => _model.ToByteArray();

    public OnnxNetwork Read(string? folder = null)
    {
        using var stream = new MemoryStream(ToBytes());
        return OnnxReader.Read(stream, "sample.onnx", folder);
    }

    public static OnnxNetwork Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return OnnxReader.Read(stream, "sample.onnx");
    }
}
