using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>A value that a graph hands out under a name.</summary>
public sealed record GraphOutput(string Name, Value Value);

/// <summary>What a run writes back into a <see cref="State"/> node when it ends.</summary>
public sealed record StateUpdate(int State, Value Value);

/// <summary>
/// A computation as an immutable list of nodes, each after the nodes whose values it reads; its named outputs; and which state a run
/// updates with which value. Everything in Residuum describes, rewrites or runs one. It holds no numbers: parameters and state
/// are named sources. Safe to share among threads. Made with <see cref="GraphBuilder"/>, changed only by passes that make a new one.
/// </summary>
public sealed class Graph
{
    readonly Dictionary<string, Node> _byName;

    internal Graph(ImmutableArray<Node> nodes, ImmutableArray<GraphOutput> outputs, ImmutableArray<StateUpdate> updates)
    {
        Nodes = nodes;
        Outputs = outputs;
        Updates = updates;
        Verifier.Verify(this);
        _byName = nodes.ToDictionary(node => node.Name);
    }

    /// <summary>The nodes; every node reads only earlier ones.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>What the graph hands out.</summary>
    public ImmutableArray<GraphOutput> Outputs { get; }

    /// <summary>What a run writes back into state.</summary>
    public ImmutableArray<StateUpdate> Updates { get; }

    /// <summary>What the caller provides for each run.</summary>
    public IEnumerable<Node> Inputs => Nodes.Where(node => node.Op is Input);

    /// <summary>What training changes.</summary>
    public IEnumerable<Node> Parameters => Nodes.Where(node => node.Op is Parameter);

    /// <summary>What a run may update without gradients.</summary>
    public IEnumerable<Node> States => Nodes.Where(node => node.Op is State);

    /// <summary>Multiply-adds of one image: convolutions and linear layers.</summary>
    public long MultiplyAdds => Nodes.Sum(node => node.Op.MultiplyAdds(InputTypes(node), node.Outputs.AsSpan()));

    /// <summary>Numbers that training changes.</summary>
    public long ParameterCount => Parameters.Sum(node => node.Outputs[0].Shape.Count);

    /// <summary>Numbers that training changes and those of state together.</summary>
    public long TotalParameterCount => ParameterCount + States.Sum(node => node.Outputs[0].Shape.Count);

    /// <summary>What a value is.</summary>
    public TensorType TypeOf(Value value) => Nodes[value.Node].Outputs[value.Output];

    /// <summary>The types of what a node reads.</summary>
    public TensorType[] InputTypes(Node node) => [.. node.Inputs.Select(TypeOf)];

    /// <summary>The node of this name, or null.</summary>
    public Node? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The value that is handed out under this name.</summary>
    /// <exception cref="ResiduumException">There is no such output.</exception>
    public Value Output(string name)
    {
        foreach (var output in Outputs)
            if (output.Name == name) return output.Value;
        throw new ResiduumException($"The graph has no output '{name}'; it has "
            + $"{string.Join(", ", Outputs.Select(output => output.Name))}.");
    }

    /// <summary>Which nodes read each value; outputs of the graph and state updates are not counted.</summary>
    public ILookup<Value, Node> Readers() =>
        Nodes.SelectMany(node => node.Inputs.Distinct().Select(value => new { value, node }))
            .ToLookup(pair => pair.value, pair => pair.node);

    /// <summary>A line a node, then outputs and updates.</summary>
    public override string ToString() => GraphPrinter.Print(this);
}
