using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Rebuilds a graph node by node. A pass overrides <see cref="Rewrite"/>; nodes that nobody reads afterwards are dropped at the end,
/// so a pass puts the new node where the last node of its pattern stood and leaves the rest behind.
/// </summary>
abstract class GraphRewriter(Graph source)
{
    readonly Dictionary<Value, Value> _new = [];
    readonly HashSet<Value> _handedOut =
        [.. source.Outputs.Select(output => output.Value), .. source.Updates.Select(update => update.Value)];

    /// <summary>The graph that is rewritten.</summary>
    protected Graph Source { get; } = source;

    /// <summary>The graph that is made.</summary>
    protected GraphBuilder Builder { get; } = new();

    /// <summary>Who reads each value of the source.</summary>
    protected ILookup<Value, Node> Readers { get; } = source.Readers();

    public Graph Run()
    {
        foreach (var node in Source.Nodes) Rewrite(node);
        foreach (var output in Source.Outputs) Builder.Output(output.Name, Map(output.Value));
        foreach (var update in Source.Updates) Builder.Update(Map(new Value(update.State)), Map(update.Value));
        return RemoveUnused.Apply(Builder.Build());
    }

    /// <summary>Handles one node; copies it unless overridden.</summary>
    protected virtual void Rewrite(Node node) => Copy(node);

    /// <summary>The new value that stands for one of the source.</summary>
    protected Value Map(Value value) => _new[value];

    /// <summary>The new values that stand for some of the source.</summary>
    protected Value[] Map(IEnumerable<Value> values) => [.. values.Select(Map)];

    /// <summary>Takes a node over, with another operation where one is given.</summary>
    protected void Copy(Node node, Op? op = null) => Replace(node, Builder.Add(Builder.Unused(node.Name), op ?? node.Op, Map(node.Inputs)));

    /// <summary>Lets all outputs of a node of the source be the same outputs of a new node.</summary>
    protected void Replace(Node node, Value replacement)
    {
        for (var output = 0; output < node.Outputs.Length; output++) _new[node.Output(output)] = replacement with { Output = output };
    }

    /// <summary>Lets one output of a node of the source be a new value.</summary>
    protected void ReplaceOutput(Value value, Value replacement) => _new[value] = replacement;

    /// <summary>The one node that reads a value, or null where there are more or the value is handed out.</summary>
    protected Node? OnlyReader(Value value)
    {
        if (_handedOut.Contains(value)) return null;
        var readers = Readers[value].ToArray();
        return readers.Length == 1 ? readers[0] : null;
    }

    /// <summary>The node that makes one of a node's inputs, if that is read by this node alone; else null.</summary>
    protected Node? Inner(Node reader, int input) => OnlyReader(reader.Inputs[input]) == reader ? Maker(reader.Inputs[input]) : null;

    /// <summary>The node that makes a value.</summary>
    protected Node Maker(Value value) => Source.Nodes[value.Node];
}
