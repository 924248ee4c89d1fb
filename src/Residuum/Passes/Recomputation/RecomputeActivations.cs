using Residuum.Graphs;

namespace Residuum.Passes;

/// <summary>
/// Trades time for memory in a graph with gradients (Chen et al. 2016, sublinear memory): of the maps that the forward part makes, only
/// those at a few borders are kept until the backward part reads them; the maps in between are computed again, segment by segment,
/// just before the backward part first needs them. The operations are the same in the same order, so results are the same to the
/// bit. State is updated by the first computation alone.
/// <para>
/// A border may be wherever a single batch of numbers leads from the nodes before to the nodes after: at the ends of residual blocks, or
/// anywhere in a network without shortcuts. Of the even cuts into 1, 2, 3, ... segments the one is taken whose kept maps and whose
/// largest segment take the least memory together: about the square root of the number of blocks. What has no batch, such as the
/// statistics of a normalization, is kept as well. The last segment is not computed again, since the backward part begins with it.
/// </para>
/// </summary>
sealed class RecomputeActivations
{
    readonly Graph _source;
    readonly int _forward;
    readonly int[] _segmentOf;
    readonly HashSet<Value> _crossing = [];
    readonly GraphBuilder _builder = new();
    readonly Dictionary<Value, Value> _new = [];
    readonly Dictionary<Value, Value> _again = [];

    RecomputeActivations(Graph source, int forward, IReadOnlyList<int> ends)
    {
        (_source, _forward) = (source, forward);
        _segmentOf = new int[forward];
        for (int node = 0, segment = 0; node < forward; node++)
        {
            if (segment < ends.Count && node >= ends[segment]) segment++;
            _segmentOf[node] = segment;
        }
        foreach (var node in source.Nodes.Take(forward))
            foreach (var value in node.Inputs)
                if (_segmentOf[value.Node] < _segmentOf[node.Index]) _crossing.Add(value);
    }

    /// <summary>Rewrites a graph.</summary>
    /// <param name="graph">A graph with gradients, before nodes are fused.</param>
    /// <param name="forwardNodes">How many of its nodes, from the first, are the forward part.</param>
    public static Graph Apply(Graph graph, int forwardNodes) =>
        RemoveUnused.Apply(new RecomputeActivations(graph, forwardNodes, SegmentCut.Choose(graph, forwardNodes)).Run());

    Graph Run()
    {
        foreach (var node in _source.Nodes.Take(_forward)) Add(node, node.Name, _new, Map);
        var ready = _segmentOf.Length == 0 ? 0 : _segmentOf[^1];
        foreach (var node in _source.Nodes.Skip(_forward))
        {
            foreach (var value in node.Inputs)
                if (value.Node < _forward && _source.Nodes[value.Node].Op is not SourceOp)
                    for (; ready > _segmentOf[value.Node]; ready--) ComputeAgain(ready - 1);
            Add(node, node.Name, _new, MapAgain);
        }
        foreach (var output in _source.Outputs) _builder.Output(output.Name, Map(output.Value));
        foreach (var update in _source.Updates) _builder.Update(Map(new Value(update.State)), Map(update.Value));
        return _builder.Build();
    }

    void ComputeAgain(int segment)
    {
        foreach (var node in _source.Nodes.Take(_forward))
            if (_segmentOf[node.Index] == segment && node.Op is not SourceOp)
                Add(node, _builder.Unused($"{node.Name}/again"), _again, MapAgain);
    }

    void Add(Node node, string name, Dictionary<Value, Value> values, Func<Value, Value> map)
    {
        var added = _builder.Add(name, node.Op, [.. node.Inputs.Select(map)]);
        for (var output = 0; output < node.Outputs.Length; output++) values[node.Output(output)] = added with { Output = output };
    }

    Value Map(Value value) => _new[value];

    Value MapAgain(Value value) => !IsKept(value) && _again.TryGetValue(value, out var again) ? again : Map(value);

    bool IsKept(Value value) => _crossing.Contains(value) || !_source.TypeOf(value).Shape.HasFreeBatch;
}
