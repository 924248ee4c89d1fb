using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>A node of an ONNX graph with its attributes by name. Whoever imports it asks for every attribute that it understands.</summary>
sealed class OnnxNode
{
    readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);
    readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    readonly Refusal _refusal;
    readonly OnnxTensors _tensors;

    public OnnxNode(NodeProto proto, int index, int opset, OnnxTensors tensors, Refusal refusal)
    {
        (Proto, Index, Opset, _tensors, _refusal) = (proto, index, opset, tensors, refusal);
        foreach (var attribute in proto.Attribute)
            if (!_attributes.TryAdd(attribute.Name, attribute))
                throw Refuse($"its attribute {Printable.Quote(attribute.Name)} is given twice");
    }

    public NodeProto Proto { get; }

    /// <summary>Its place in the file.</summary>
    public int Index { get; }

    /// <summary>The version of the operators.</summary>
    public int Opset { get; }

    /// <summary>What it does, such as <c>Conv</c>.</summary>
    public string Kind => Proto.OpType;

    /// <summary>Whether it is one of ONNX's own operators, rather than some runtime's.</summary>
    public bool IsStandard => Proto.Domain is "" or "ai.onnx";

    /// <summary>The dimension that a softmax runs over.</summary>
    public long SoftmaxAxis => Int("axis", Opset < 13 ? 1 : -1);

    /// <summary>Its name; that of its first output where it has none.</summary>
    public string Name => Proto.Name.Length > 0 ? Proto.Name : Proto.Output.Count > 0 ? Proto.Output[0] : $"node {Index}";

    public bool Has(string name)
    {
        _asked.Add(name);
        return _attributes.ContainsKey(name);
    }

    public long Int(string name, long otherwise) => Has(name) ? Typed(name, AttributeProto.Types.AttributeType.Int).I : otherwise;

    public float Float(string name, float otherwise) => Has(name) ? Typed(name, AttributeProto.Types.AttributeType.Float).F : otherwise;

    public string Text(string name, string otherwise)
    {
        if (!Has(name)) return otherwise;
        var text = Typed(name, AttributeProto.Types.AttributeType.String).S;
        return text.Length <= 1000 ? text.ToStringUtf8() : throw Refuse($"its attribute {name} is {text.Length} bytes of text");
    }

    public long[]? Ints(string name) => Has(name) ? [.. Typed(name, AttributeProto.Types.AttributeType.Ints).Ints] : null;

    public float[]? Floats(string name) => Has(name) ? [.. Typed(name, AttributeProto.Types.AttributeType.Floats).Floats] : null;

    public OnnxConstant? Tensor(string name)
    {
        if (!Has(name)) return null;
        var tensor = Typed(name, AttributeProto.Types.AttributeType.Tensor).T ?? throw Refuse($"its attribute {name} holds no tensor");
        return _tensors.Read(tensor, Proto.Output[0]);
    }

    /// <summary>Refuses the node where its maker set something that nobody asked for.</summary>
    public void CheckAllAsked()
    {
        foreach (var name in _attributes.Keys)
            if (!_asked.Contains(name)) throw Refuse($"its attribute {Printable.Quote(name)} is not supported");
    }

    /// <summary>Refuses an attribute's value unless it is the one that is supported.</summary>
    public void Expect(string attribute, long found, long supported, string whatToDo)
    {
        if (found != supported) throw Refuse($"its attribute {attribute} is {found}, but only {supported} is supported; {whatToDo}");
    }

    /// <summary>The error that says why this node cannot be imported.</summary>
    public ResiduumException Refuse(string why, Exception? inner = null) =>
        _refusal.Because($"the node {Printable.Quote(Name)} ({Printable.Line(Kind, 100)}) cannot be imported: {why}", inner);

    AttributeProto Typed(string name, AttributeProto.Types.AttributeType type)
    {
        var attribute = _attributes[name];
        // Files of the first versions leave the type out.
        if (attribute.Type != type && attribute.Type != AttributeProto.Types.AttributeType.Undefined)
            throw Refuse($"its attribute {name} is of the type {attribute.Type} and must be {type}");
        return attribute;
    }
}
