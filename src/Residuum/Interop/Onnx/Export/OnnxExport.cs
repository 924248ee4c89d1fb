using System.Runtime.InteropServices;
using Google.Protobuf;
using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>
/// Makes ONNX's messages of a graph of ours. A node of ours keeps its name, and so does its value, unless it is handed out under
/// another; what further nodes and numbers it takes are called NAME/something.
/// </summary>
sealed class OnnxExport
{
    const int Float = 1;
    const int Int64 = 7;

    readonly Graph _graph;
    readonly OnnxTarget _target;
    readonly GraphProto _result = new() { Name = "network" };
    readonly Dictionary<Value, string> _names = [];
    readonly HashSet<string> _taken;

    public OnnxExport(Graph graph, OnnxTarget target)
    {
        (_graph, _target) = (graph, target);
        _taken = graph.Nodes.Select(node => node.Name).Concat(graph.Outputs.Select(output => output.Name))
            .ToHashSet(StringComparer.Ordinal);
    }

    public GraphProto Run()
    {
        var handedOut = new Dictionary<Value, string>();
        var outputNames = _graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var output in _graph.Outputs)
            if (_graph.Nodes[output.Value.Node].Op is not SourceOp) handedOut.TryAdd(output.Value, output.Name);
        foreach (var node in _graph.Nodes)
        {
            if (node.Op is SourceOp && outputNames.Contains(node.Name))
                throw new ResiduumException($"The network cannot be written as ONNX: '{node.Name}' is the name of an output and of a "
                    + "weight or the image; rename one.");
            var value = node.Output();
            _names[value] = handedOut.GetValueOrDefault(value)
                ?? (outputNames.Contains(node.Name) ? Unique($"{node.Name}/value") : node.Name);
            if (!OnnxExportRules.Rules.TryGetValue(node.Op.GetType(), out var rule))
                throw new ResiduumException($"The network cannot be written as ONNX: its node '{node.Name}' is a {node.Op.Kind}, which "
                    + "belongs to training or to plans.");
            rule(this, node);
        }
        foreach (var output in _graph.Outputs)
        {
            if (Name(output.Value) != output.Name) Add("Identity", Unique($"{output.Name}/identity"), output.Name, [Name(output.Value)]);
            _result.Output.Add(Info(output.Name, _graph.TypeOf(output.Value)));
        }
        return _result;
    }

    /// <summary>What a value of ours is called in the file.</summary>
    public string Name(Value value) => value.Output == 0 ? _names[value]
        : throw new ResiduumException($"The network cannot be written as ONNX: output {value.Output} of '{_graph.Nodes[value.Node].Name}' "
        + "is read, as only training does.");

    /// <summary>The name for something that no node of ours stands for; with a number behind it where that is taken.</summary>
    public string Unique(string name)
    {
        var unique = name;
        for (var i = 2; !_taken.Add(unique); i++) unique = $"{name}#{i}";
        return unique;
    }

    public TensorType TypeOf(Value value) => _graph.TypeOf(value);

    /// <summary>Adds ONNX's node for one of ours that reads what ours reads.</summary>
    public void Add(Node node, string kind, params ReadOnlySpan<AttributeProto> attributes) =>
        Add(kind, node.Name, Name(node.Output()), [.. node.Inputs.Select(Name)], attributes);

    public void Add(string kind, string name, string output, string[] inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = kind, Name = name, Input = { inputs }, Output = { output } };
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        _result.Node.Add(node);
    }

    /// <summary>The image.</summary>
    public void AddInput(Node node) => _result.Input.Add(Info(Name(node.Output()), node.Outputs[0]));

    /// <summary>A parameter or state, whose numbers are filled in when the file is written.</summary>
    public void AddWeight(Node node)
    {
        var tensor = new TensorProto { Name = Name(node.Output()), DataType = Float };
        foreach (var side in node.Outputs[0].Shape.Dimensions) tensor.Dims.Add(side);
        _result.Initializer.Add(tensor);
    }

    /// <summary>A list of whole numbers that a node reads; gives its name.</summary>
    public string Integers(string name, params ReadOnlySpan<long> integers)
    {
        name = Unique(name);
        var bytes = ByteString.CopyFrom(MemoryMarshal.AsBytes(integers));
        _result.Initializer.Add(new TensorProto { Name = name, DataType = Int64, Dims = { integers.Length }, RawData = bytes });
        return name;
    }

    /// <summary>One number, or a list of them, that a node reads; gives its name.</summary>
    public string Numbers(string name, bool isList, params ReadOnlySpan<float> numbers)
    {
        name = Unique(name);
        var tensor = new TensorProto { Name = name, DataType = Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(numbers)) };
        if (isList) tensor.Dims.Add(numbers.Length);
        _result.Initializer.Add(tensor);
        return name;
    }

    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Real(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values) attribute.Ints.Add(value);
        return attribute;
    }

    /// <summary>One number as an attribute's tensor of one element.</summary>
    public static AttributeProto Tensor(string name, float value) => new()
    {
        Name = name,
        T = new TensorProto { DataType = Float, Dims = { 1 }, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)) },
        Type = AttributeProto.Types.AttributeType.Tensor,
    };

    ValueInfoProto Info(string name, TensorType type)
    {
        var shape = new TensorShapeProto();
        foreach (var side in type.Shape.Dimensions)
            shape.Dim.Add(side != Residuum.Tensors.Shape.Batch ? new DimensionProto { DimValue = side }
                : _target.Batch is { } batch ? new DimensionProto { DimValue = batch } : new DimensionProto { DimParam = "N" });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = Float, Shape = shape } }
        };
    }
}
