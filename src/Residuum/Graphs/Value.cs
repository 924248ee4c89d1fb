namespace Residuum.Graphs;

/// <summary>A value in a graph: which node makes it, and which of that node's outputs it is.</summary>
public sealed record Value(int Node, int Output = 0)
{
    /// <summary>For example <c>%7</c>, or <c>%7.1</c> for a further output.</summary>
    public override string ToString() => Output == 0 ? $"%{Node}" : $"%{Node}.{Output}";
}
