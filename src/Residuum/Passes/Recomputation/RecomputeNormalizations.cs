using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Trades a little time for much memory in a graph with gradients: what normalizations by the batch's statistics make, with the addition
/// of a residual and the ReLU behind them, is not kept until the backward part reads it but made again just before, from the
/// normalization's input, which its gradient reads anyway, and from the scale and shift of the first time. That is one pass over memory,
/// no convolution, and the numbers are the same to the bit.
/// <para>
/// A residual that is such a map itself is made again as well, back to where the stage began with something else: a projection, a
/// padding, a pooling.
/// </para>
/// </summary>
sealed class RecomputeNormalizations
{
    readonly Graph _source;
    readonly int _forward;
    readonly HashSet<int> _cheap = [];
    readonly GraphBuilder _builder = new();
    readonly Dictionary<Value, Value> _new = [];
    readonly Dictionary<int, Value> _again = [];

    RecomputeNormalizations(Graph source, int forward)
    {
        (_source, _forward) = (source, forward);
        foreach (var node in source.Nodes.Take(forward))
            if (IsCheap(node)) _cheap.Add(node.Index);
    }

    /// <summary>Rewrites a graph.</summary>
    /// <param name="graph">A graph with gradients, before nodes are fused.</param>
    /// <param name="forwardNodes">How many of its nodes, from the first, are the forward part.</param>
    public static Graph Apply(Graph graph, int forwardNodes) => RemoveUnused.Apply(new RecomputeNormalizations(graph, forwardNodes).Run());

    Graph Run()
    {
        foreach (var node in _source.Nodes)
        {
            var isBackward = node.Index >= _forward;
            if (isBackward) MakeAgain(node.Inputs.Where(IsMadeAgain));
            var inputs = node.Inputs.Select(value => isBackward && IsMadeAgain(value) ? _again[value.Node] : _new[value]);
            var added = _builder.Add(node.Name, node.Op, [.. inputs]);
            for (var output = 0; output < node.Outputs.Length; output++) _new[node.Output(output)] = added with { Output = output };
        }
        foreach (var output in _source.Outputs) _builder.Output(output.Name, _new[output.Value]);
        foreach (var update in _source.Updates) _builder.Update(_new[new Value(update.State)], _new[update.Value]);
        return _builder.Build();
    }

    // A sum is cheap only if a normalization made one of its summands: other sums, those of pre-activation blocks, are kept for the
    // normalization behind them.
    bool IsCheap(Node node) => node.Op switch
    {
        BatchNorm { Statistics: Statistics.Batch } => true,
        Add => node.Inputs.Any(value => IsMadeAgain(value) && _source.Nodes[value.Node].Op is BatchNorm),
        Relu => IsMadeAgain(node.Inputs[0]),
        _ => false,
    };

    bool IsMadeAgain(Value value) => value.Output == 0 && _cheap.Contains(value.Node);

    // In the order of the first time, so that the same nodes are fused.
    void MakeAgain(IEnumerable<Value> values)
    {
        var needed = new SortedSet<int>();
        var open = new Stack<int>(values.Select(value => value.Node));
        while (open.TryPop(out var index))
        {
            if (_again.ContainsKey(index) || !needed.Add(index)) continue;
            foreach (var value in Read(_source.Nodes[index])) if (IsMadeAgain(value)) open.Push(value.Node);
        }
        foreach (var index in needed)
        {
            var node = _source.Nodes[index];
            var inputs = Read(node).Select(value => IsMadeAgain(value) ? _again[value.Node] : _new[value]).ToList();
            if (node.Op is BatchNorm) inputs.AddRange(_new[node.Output(BatchNorm.Scale)], _new[node.Output(BatchNorm.Shift)]);
            _again[index] = _builder.Add(_builder.Unused($"{node.Name}/again"), node.Op is BatchNorm ? new ScaleShift() : node.Op,
                [.. inputs]);
        }
    }

    // Of what a normalization reads only the map is read again.
    static IEnumerable<Value> Read(Node node) => node.Op is BatchNorm ? node.Inputs.Take(1) : node.Inputs;
}
