using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>
/// Makes a graph node by node; shapes are inferred and checked as nodes are added. Not thread-safe. For example
/// <code>
/// var builder = new GraphBuilder();
/// var x = builder.Input("image", TensorType.Float(Shape.Batch, 3, 32, 32));
/// var y = builder.Add("relu", new Relu(), x);
/// var graph = builder.Output("y", y).Build();
/// </code>
/// </summary>
public sealed class GraphBuilder
{
    readonly List<Node> _nodes = [];
    readonly HashSet<string> _names = [];
    readonly List<GraphOutput> _outputs = [];
    readonly List<StateUpdate> _updates = [];

    /// <summary>A builder that starts empty.</summary>
    public GraphBuilder() { }

    /// <summary>A builder that starts with all nodes of a graph, with its outputs and updates: to append to it.</summary>
    public GraphBuilder(Graph graph)
    {
        _nodes.AddRange(graph.Nodes);
        _names.UnionWith(graph.Nodes.Select(node => node.Name));
        _outputs.AddRange(graph.Outputs);
        _updates.AddRange(graph.Updates);
    }

    /// <summary>Something that the caller provides for each run.</summary>
    public Value Input(string name, TensorType type) => Add(name, new Input(type));

    /// <summary>A tensor that training changes.</summary>
    public Value Parameter(string name, Shape shape, ParameterRole role) =>
        Add(name, new Parameter(new TensorType(ElementType.Float32, shape), role));

    /// <summary>A tensor that runs may update, with what its elements start at.</summary>
    public Value State(string name, Shape shape, float initial) =>
        Add(name, new State(new TensorType(ElementType.Float32, shape), initial));

    /// <summary>Adds a node and returns its first output.</summary>
    /// <exception cref="ResiduumException">The name is taken, or the inputs do not suit the operation.</exception>
    public Value Add(string name, Op op, params ReadOnlySpan<Value> inputs)
    {
        var types = new TensorType[inputs.Length];
        for (var i = 0; i < inputs.Length; i++) types[i] = TypeOf(inputs[i]);
        ImmutableArray<TensorType> outputs;
        try { outputs = op.Infer(types); }
        catch (ResiduumException exception) { throw new ResiduumException($"At '{name}': {exception.Message}", exception); }
        if (!_names.Add(name)) throw new ResiduumException($"The name '{name}' is used twice in one graph; names of nodes are unique.");
        _nodes.Add(new Node(_nodes.Count, name, op, [.. inputs], outputs));
        return new Value(_nodes.Count - 1);
    }

    /// <summary>A name that is not taken yet: the given one, or with a number behind it.</summary>
    public string Unused(string name)
    {
        if (!_names.Contains(name)) return name;
        for (var i = 2; ; i++)
            if (!_names.Contains($"{name}#{i}")) return $"{name}#{i}";
    }

    /// <summary>What a value is.</summary>
    public TensorType TypeOf(Value value)
    {
        if (value.Node < 0 || value.Node >= _nodes.Count || value.Output < 0 || value.Output >= _nodes[value.Node].Outputs.Length)
            throw new ResiduumException($"The value {value} does not exist in this graph.");
        return _nodes[value.Node].Outputs[value.Output];
    }

    /// <summary>Hands a value out under a name.</summary>
    public GraphBuilder Output(string name, Value value)
    {
        _outputs.Add(new GraphOutput(name, value));
        return this;
    }

    /// <summary>Has a run end by writing a value into a state.</summary>
    public GraphBuilder Update(Value state, Value value)
    {
        _updates.Add(new StateUpdate(state.Node, value));
        return this;
    }

    /// <summary>The graph, verified.</summary>
    public Graph Build() => new([.. _nodes], [.. _outputs], [.. _updates]);
}
