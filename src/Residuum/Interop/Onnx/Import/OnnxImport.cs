using System.Collections.Immutable;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Makes a graph of ours of an ONNX graph, node by node in the file's order. What numbers alone decide is computed on the way; the rest
/// is known to <see cref="OnnxOperators"/>. Nodes that no output needs are left out.
/// </summary>
sealed partial class OnnxImport
{
    // As many as a described network may have.
    const int MostOutputs = 256;

    const int OldestOpset = 7;
    const int NewestOpset = 21;

    // Numbers of one image at any node, and numbers that a file gives as one number everywhere: what 2 GB hold.
    const long MostElements = 1L << 29;

    readonly ModelProto _model;
    readonly OnnxTensors _tensors;
    readonly MemoryBudget _budget;
    readonly Refusal _refusal;
    readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<OnnxNode>> _readers = new(StringComparer.Ordinal);
    readonly Dictionary<string, Tensor> _initializers = new(StringComparer.Ordinal);
    readonly HashSet<string> _handedOut = new(StringComparer.Ordinal);
    readonly HashSet<OnnxNode> _done = [];
    readonly List<OnnxNode> _nodes = [];
    readonly OrderedDictionary<string, Tensor> _weights = new(StringComparer.Ordinal);

    public OnnxImport(ModelProto model, OnnxTensors tensors, MemoryBudget budget, Refusal refusal) =>
        (_model, _tensors, _budget, _refusal) = (model, tensors, budget, refusal);

    /// <summary>The number of images, or <see cref="OnnxConstant.FreeBatch"/>.</summary>
    public long Batch { get; private set; } = OnnxConstant.FreeBatch;

    public OnnxNetwork Run()
    {
        var graph = _model.Graph ?? throw _refusal.Because("it holds no graph; it is damaged or no ONNX file");
        var opset = Opset();
        ReadInitializers(graph);
        ReadNodes(graph, opset);
        var (outputs, droppedAxis) = Outputs(graph);
        KeepLive(graph, outputs);
        ReadInput(graph);
        foreach (var node in _nodes)
            if (!_done.Contains(node)) Import(node);
        HandOut(outputs, droppedAxis);
        Graph built;
        try { built = _builder.Build(); }
        catch (Exception error) when (
            error is ResiduumException or OverflowException)
        { throw _refusal.Because(error.Message.TrimEnd('.'), error); }
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in _model.MetadataProps) metadata.TryAdd(entry.Key, entry.Value);
        var facts = new OnnxFileFacts(
            _model, opset, Batch == OnnxConstant.FreeBatch ? null : (int)Batch, _initializers, droppedAxis is not null);
        return new OnnxNetwork(built, _weights, metadata, facts);
    }

    int Opset()
    {
        var version = -1L;
        foreach (var set in _model.OpsetImport)
            if (set.Domain is "" or "ai.onnx") version = Math.Max(version, set.Version);
        if (version < 0) throw _refusal.Because("it does not say which version of ONNX's operators it uses; it is damaged or no ONNX file");
        if (version is < OldestOpset or > NewestOpset)
            throw _refusal.Because($"it uses version {version} of ONNX's operators, and {OldestOpset} to {NewestOpset} are supported; "
                + "export it with opset_version=17");
        return (int)version;
    }

    void ReadInitializers(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer)
        {
            var constant = _tensors.Read(tensor, "");
            if (tensor.Name.Length == 0) throw _refusal.Because("one of its initializers has no name");
            Define(tensor.Name, constant);
            if (constant.Numbers is { } numbers) _initializers.Add(tensor.Name, numbers);
        }
    }

    void ReadNodes(GraphProto graph, int opset)
    {
        for (var i = 0; i < graph.Node.Count; i++) _nodes.Add(new OnnxNode(graph.Node[i], i, opset, _tensors, _refusal));
    }

    // The last softmax of a classifier is left to whoever wants probabilities: what we hand out is logits, the values before it.
    (List<(string Name, string Source)> Outputs, long? DroppedAxis) Outputs(GraphProto graph)
    {
        if (graph.Output.Count == 0) throw _refusal.Because("it has no output");
        if (graph.Output.Count > MostOutputs) throw _refusal.Because($"it has {graph.Output.Count:N0} outputs and may have {MostOutputs}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in graph.Output)
            if (!names.Add(output.Name)) throw _refusal.Because($"two of its outputs are called {Printable.Quote(output.Name)}");
        var makers = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        foreach (var node in _nodes)
            foreach (var output in node.Proto.Output)
                if (output.Length > 0 && (_values.ContainsKey(output) || !makers.TryAdd(output, node)))
                    throw _refusal.Because($"two of its values are called {Printable.Quote(output)}");
        var outputs = graph.Output.Select(output => (output.Name, Source: output.Name)).ToList();
        long? droppedAxis = null;
        var reads = _nodes.SelectMany(node => node.Proto.Input).CountBy(name => name, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        // Nobody else reads what is passed over: the output nobody, a value before it the one node behind.
        var (last, readers) = (outputs[0].Source, 0);
        var passed = new HashSet<OnnxNode>();
        while (makers.TryGetValue(last, out var maker) && maker.Proto.Input.Count > 0 && reads.GetValueOrDefault(last) == readers
            && maker.Kind is "Softmax" or "Identity" && maker.IsStandard && passed.Add(maker))
        {
            (last, readers) = (maker.Proto.Input[0], 1);
            if (maker.Kind != "Softmax") continue;
            if (maker.SoftmaxAxis is not (1 or -1)) break;
            droppedAxis = maker.SoftmaxAxis;
            maker.CheckAllAsked();
            outputs[0] = (outputs[0].Name, last);
            break;
        }
        foreach (var (_, source) in outputs) _handedOut.Add(source);
        return (outputs, droppedAxis);
    }

    // Only what outputs need is imported; a node that another reads stands before it.
    void KeepLive(GraphProto graph, List<(string Name, string Source)> outputs)
    {
        var live = outputs.Select(output => output.Source).ToHashSet(StringComparer.Ordinal);
        var needed = new HashSet<OnnxNode>();
        for (var i = _nodes.Count - 1; i >= 0; i--)
            if (_nodes[i].Proto.Output.Any(live.Contains) && needed.Add(_nodes[i]))
                live.UnionWith(_nodes[i].Proto.Input.Where(input => input.Length > 0));
        _nodes.RemoveAll(node => !needed.Contains(node));
        foreach (var node in _nodes)
            foreach (var input in node.Proto.Input.Where(input => input.Length > 0).Distinct())
            {
                if (!_readers.TryGetValue(input, out var readers)) _readers.Add(input, readers = []);
                readers.Add(node);
            }
        if (_nodes.Count == 0) throw _refusal.Because("its output is not made by any of its nodes");
    }

    void ReadInput(GraphProto graph)
    {
        var inputs = graph.Input.Where(input => !_values.ContainsKey(input.Name)).ToList();
        if (inputs.Count > 1) inputs = [.. inputs.Where(input => _readers.ContainsKey(input.Name))];
        if (inputs.Count != 1)
            throw _refusal.Because($"it has {inputs.Count} inputs besides its weights "
                + $"({string.Join(", ", inputs.Take(5).Select(input => Printable.Quote(input.Name)))}), "
                + "and networks of one image are supported");
        var type = inputs[0].Type?.TensorType;
        var quoted = Printable.Quote(inputs[0].Name);
        if (type is null || type.ElemType is not (1 or 10 or 11 or 16))
            throw _refusal.Because($"its input {quoted} is no image of floating-point numbers");
        var sides = type.Shape?.Dim.Select(
            dimension => dimension.ValueCase == DimensionProto.ValueOneofCase.DimValue ? dimension.DimValue : -1).ToArray() ?? [];
        if (sides.Length != 4) throw _refusal.Because($"its input {quoted} has {sides.Length} dimensions and must have four: images, "
            + "channels, rows and columns");
        if (sides.Skip(1).Any(side => side < 1))
            throw _refusal.Because($"its input {quoted} leaves channels, rows or columns open; export it with a fixed size of images "
                + "(only the batch may be free)");
        if (sides.Skip(1).Any(side => side > 1 << 20) || sides[1] * sides[2] * sides[3] > MostElements || sides[0] > 1 << 20)
            throw _refusal.Because($"its input {quoted} is {string.Join('x', sides)}, which is too large");
        if (sides[0] > 0) Batch = sides[0];
        var last = ChannelsComeLast(inputs[0].Name, sides);
        var (channels, height, width) = last ? (sides[3], sides[1], sides[2]) : (sides[1], sides[2], sides[3]);
        var image = _builder.Input("image", TensorType.Float(Shape.Batch, (int)channels, (int)height, (int)width));
        Define(inputs[0].Name, new OnnxActivation(inputs[0].Name, image, last ? OnnxForm.LastMap : OnnxForm.Map));
    }

    // TensorFlow's images have their colours last; its exporter transposes them first of all.
    bool ChannelsComeLast(string name, long[] sides)
    {
        var readers = _readers.GetValueOrDefault(name) ?? [];
        if (readers.Count > 0 && readers.All(reader => reader.Kind == "Transpose" && reader.Ints("perm") is [0, 3, 1, 2])) return true;
        return sides[3] is 1 or 3 && sides[1] is not (1 or 3) && readers.All(reader => reader.Kind != "Conv");
    }

    void Import(OnnxNode node)
    {
        if (!node.IsStandard)
            throw node.Refuse($"operators of the domain {Printable.Quote(node.Proto.Domain)} are not supported; export with "
                + "ONNX's own operators");
        if (node.Proto.Output.Count == 0 || node.Proto.Output[0].Length == 0) throw node.Refuse("it has no first output");
        foreach (var further in node.Proto.Output.Skip(1))
            if (_readers.ContainsKey(further) || _handedOut.Contains(further))
                throw node.Refuse($"its further output {Printable.Quote(further)} is used, and only first outputs are supported");
        var inputs = new OnnxValue?[node.Proto.Input.Count];
        for (var i = 0; i < inputs.Length; i++)
            if (node.Proto.Input[i] is { Length: > 0 } name && !_values.TryGetValue(name, out inputs[i]))
                throw node.Refuse($"it reads {Printable.Quote(name)}, which nothing before it makes (nodes stand in order "
                    + "and without cycles)");
        OnnxValue result;
        var step = new OnnxStep(this, node, inputs);
        try
        {
            result = OnnxOperators.Apply(step);
        }
        catch (Exception error) when (
            error is OverflowException or ResiduumException && !error.Message.StartsWith(_refusal.Start, StringComparison.Ordinal))
        {
            throw node.Refuse(error is ResiduumException ? error.Message.TrimEnd('.') : "a size is too large", error);
        }
        foreach (var imported in step.Finished.Prepend(node))
        {
            imported.CheckAllAsked();
            _done.Add(imported);
            Define(imported.Proto.Output[0], result);
        }
    }

    void HandOut(List<(string Name, string Source)> outputs, long? droppedAxis)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            var (name, source) = outputs[i];
            if (!_values.TryGetValue(source, out var value) || value is not OnnxActivation activation)
                throw _refusal.Because($"its output {Printable.Quote(name)} is not made by any of its nodes from the image");
            var handed = Plain(activation);
            // What was left out must have been over the classes.
            if (i == 0 && droppedAxis is { } axis
                && !(activation.Form == OnnxForm.Rows || activation.Form == (axis == 1 ? OnnxForm.Pixel : OnnxForm.LastPixel)))
                throw _refusal.Because($"its output {Printable.Quote(name)} is a softmax over a map; export the network without it");
            var ours = i > 0 ? UniqueOutput(name) : _builder.TypeOf(handed).Shape.Rank == 2 ? "logits" : "features";
            _builder.Output(ours, handed);
        }
    }

    void Define(string name, OnnxValue value)
    {
        if (!_values.TryAdd(name, value)) throw _refusal.Because($"two of its values are called {Printable.Quote(name)}");
    }
}
