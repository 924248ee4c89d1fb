using System.Globalization;
using System.Text;

namespace Residuum.Graphs;

/// <summary>Writes a graph as text: one line a node, with its value, name, operation, inputs and types.</summary>
static class GraphPrinter
{
    public static string Print(Graph graph)
    {
        var text = new StringBuilder();
        foreach (var node in graph.Nodes)
        {
            var inputs = string.Join(", ", node.Inputs);
            var types = string.Join(", ", node.Outputs);
            text.Append($"%{node.Index} {node.Name} = {Describe(node.Op)}({inputs}) : {types}\n");
        }
        foreach (var output in graph.Outputs) text.Append($"output {output.Name} = {output.Value}\n");
        foreach (var update in graph.Updates) text.Append($"update {graph.Nodes[update.State].Name} = {update.Value}\n");
        return text.ToString();
    }

    /// <summary>An operation with its attributes, such as <c>MaxPool[Window = 3x3 s2 p1]</c>.</summary>
    // A record prints itself as "Conv2d { Window = 3x3 p1 }"; an operation without attributes only by its name.
    public static string Describe(Op op)
    {
        if (op is Parameter parameter) return $"Parameter[{parameter.Role}]";
        if (op is Constant constant) return $"Constant[{constant.Value}]";
        if (op is SourceOp) return op.Kind;
        var text = Invariant(op);
        var start = text.IndexOf('{');
        if (start < 0) return op.Kind;
        var attributes = text[(start + 1)..^1].Trim();
        var kind = $"Kind = {op.Kind}";
        attributes = attributes.Replace($", {kind}", "").Replace($"{kind}, ", "").Replace(kind, "");
        return attributes.Length == 0 ? op.Kind : $"{op.Kind}[{attributes}]";
    }

    // What the compiler writes for a record asks the culture of the thread alone.
    static string Invariant(Op op)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return op.ToString();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
