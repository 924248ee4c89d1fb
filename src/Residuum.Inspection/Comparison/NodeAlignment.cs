using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>Which node of one graph is which of another.</summary>
sealed class NodeAlignment
{
    // More pairs than this are not weighed against one another: that would take seconds, and such graphs have little in common.
    const long PairLimit = 64L << 20;

    readonly Node?[] _rightOf;
    readonly bool[] _isTaken;

    /// <summary>
    /// Pairs nodes of one name; then, of those left over, the longest sequence of operations with equal attributes and types; then what
    /// paired operations read at the same place.
    /// </summary>
    public NodeAlignment(Graph left, Graph right)
    {
        (Left, Right) = (left, right);
        _rightOf = new Node?[left.Nodes.Length];
        _isTaken = new bool[right.Nodes.Length];
        foreach (var node in left.Nodes)
            if (right.Find(node.Name) is { } twin && IsSource(node) == IsSource(twin)) Pair(node, twin);
        PairInOrder();
        foreach (var node in left.Nodes)
        {
            if (_rightOf[node.Index] is not { } twin) continue;
            foreach (var (ours, theirs) in node.Inputs.Zip(twin.Inputs))
            {
                var (source, other) = (left.Nodes[ours.Node], right.Nodes[theirs.Node]);
                if (IsSource(source) && source.Op.Kind == other.Op.Kind && _rightOf[source.Index] is null && !_isTaken[other.Index])
                    Pair(source, other);
            }
        }
    }

    /// <summary>The first graph.</summary>
    public Graph Left { get; }

    /// <summary>The second graph.</summary>
    public Graph Right { get; }

    /// <summary>The node of the second graph that this one of the first is, or null.</summary>
    public Node? RightOf(Node node) => _rightOf[node.Index];

    /// <summary>Whether a node of the second graph is one of the first.</summary>
    public bool IsPaired(Node right) => _isTaken[right.Index];

    void Pair(Node left, Node right)
    {
        _rightOf[left.Index] = right;
        _isTaken[right.Index] = true;
    }

    static bool IsSource(Node node) => node.Op is SourceOp;

    // The longest common subsequence, by the usual table of lengths from the end.
    void PairInOrder()
    {
        var ours = Left.Nodes.Where(node => !IsSource(node) && _rightOf[node.Index] is null).ToArray();
        var theirs = Right.Nodes.Where(node => !IsSource(node) && !_isTaken[node.Index]).ToArray();
        if ((ours.Length + 1L) * (theirs.Length + 1) > PairLimit) return;
        var (a, b) = (Signatures(ours), Signatures(theirs));
        var lengths = new int[ours.Length + 1, theirs.Length + 1];
        for (var i = ours.Length - 1; i >= 0; i--)
            for (var j = theirs.Length - 1; j >= 0; j--)
                lengths[i, j] = a[i] == b[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        for (int i = 0, j = 0; i < ours.Length && j < theirs.Length;)
        {
            if (a[i] == b[j]) Pair(ours[i++], theirs[j++]);
            else if (lengths[i + 1, j] >= lengths[i, j + 1]) i++;
            else j++;
        }
    }

    static string[] Signatures(Node[] nodes) =>
        [.. nodes.Select(node => $"{GraphPrinter.Describe(node.Op)} {string.Join(", ", node.Outputs)}")];
}
