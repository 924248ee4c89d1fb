using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Plans;

/// <summary>Feeds plans and the double-precision reference with the same single-precision numbers.</summary>
static class PlanRun
{
    /// <summary>Random numbers for all sources, rounded to single precision.</summary>
    public static Dictionary<string, double[]> Sources(Graph graph, int batch, double clearance = 0) =>
        SmallProblem.Sources(graph, batch, clearance)
            .ToDictionary(pair => pair.Key, pair => Array.ConvertAll(pair.Value, x => (double)(float)x));

    /// <summary>The parameters and state among the sources.</summary>
    public static Dictionary<string, Tensor> Tensors(Graph graph, IReadOnlyDictionary<string, double[]> sources) =>
        graph.Nodes.Where(node => node.Op is Parameter or State).ToDictionary(
            node => node.Name, node => Tensor.Of(node.Outputs[0].Shape, Array.ConvertAll(sources[node.Name], x => (float)x)));

    /// <summary>Writes the inputs of some images, from one of them on, and runs the plan on them.</summary>
    public static void Run(Plan plan, IReadOnlyDictionary<string, double[]> sources, int batch, int images, int first = 0)
    {
        foreach (var input in plan.Graph.Inputs)
        {
            var size = sources[input.Name].Length / batch;
            var given = input.Outputs[0].Shape.HasFreeBatch ? sources[input.Name].AsSpan(first * size, images * size) : sources[input.Name];
            for (var i = 0; i < given.Length; i++)
                if (input.Outputs[0].ElementType == ElementType.Int32) plan.Labels(input.Name)[i] = (int)given[i];
                else plan.Input(input.Name)[i] = (float)given[i];
        }
        plan.Run(images);
    }

    /// <summary>An output of the last run for this many images.</summary>
    public static double[] Output(Plan plan, string name, int images)
    {
        var shape = plan.Graph.TypeOf(plan.Graph.Output(name)).Shape.WithBatch(images);
        return Array.ConvertAll(plan.Output(name)[..(int)shape.Count].ToArray(), x => (double)x);
    }

    /// <summary>All outputs and the new state of the last run, by name.</summary>
    public static Dictionary<string, double[]> Results(Plan plan, int images)
    {
        var results = plan.Graph.Outputs.ToDictionary(output => output.Name, output => Output(plan, output.Name, images));
        if (plan.Graph.Updates.Length == 0) return results;
        var saved = plan.Save();
        foreach (var update in plan.Graph.Updates)
        {
            var name = plan.Graph.Nodes[update.State].Name;
            results[$"new {name}"] = Array.ConvertAll(saved[name].Span<float>().ToArray(), x => (double)x);
        }
        return results;
    }

    /// <summary>The same of the reference.</summary>
    public static Dictionary<string, double[]> Reference(Graph graph, IReadOnlyDictionary<string, double[]> sources, int batch)
    {
        var values = ReferenceRunner.Run(graph, sources, batch);
        var results = graph.Outputs.ToDictionary(output => output.Name, output => values[output.Value]);
        foreach (var update in graph.Updates) results[$"new {graph.Nodes[update.State].Name}"] = values[update.Value];
        return results;
    }

    /// <summary>
    /// The largest error of each result, relative to its largest number; of gradients that are zero by nature (a bias before batch
    /// statistics) relative to a thousandth of the largest gradient.
    /// </summary>
    public static Dictionary<string, double> Errors(
        IReadOnlyDictionary<string, double[]> actual, IReadOnlyDictionary<string, double[]> expected)
    {
        var floor = 1e-3 * expected.Where(pair => pair.Key.StartsWith("gradient:", StringComparison.Ordinal))
            .Select(pair => pair.Value.Max(Math.Abs)).DefaultIfEmpty(0).Max();
        return expected.ToDictionary(pair => pair.Key,
            pair => Closeness.LargestDifference(actual[pair.Key], pair.Value) / Math.Max(Math.Max(pair.Value.Max(Math.Abs), floor), 1e-30));
    }

    /// <summary>The numbers as bits, to be compared exactly.</summary>
    public static string Bits(IEnumerable<double> numbers) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([.. numbers.SelectMany(number => BitConverter.GetBytes(number))]));

    /// <summary>The graph with the gradients of its loss for all parameters.</summary>
    public static Graph WithGradients(Graph graph) =>
        Backward.Append(graph, graph.Output("loss"), [.. graph.Parameters.Select(node => node.Output())]);
}
