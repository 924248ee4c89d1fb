using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Random images, labels, parameters and running statistics for a classifier's graph.</summary>
public static class SmallProblem
{
    /// <summary>
    /// Elements for every source of the graph, such that no ReLU or maximum is closer to its kink than <paramref name="clearance"/>
    /// (the first of a row of seeds that has it).
    /// </summary>
    public static IReadOnlyDictionary<string, double[]> Sources(Graph graph, int batch, double clearance = 0)
    {
        for (var seed = 1; seed < 1000; seed++)
        {
            var sources = graph.Nodes.Where(node => node.Op is SourceOp).ToDictionary(
                node => node.Name, node => Elements(node, (int)node.Outputs[0].Shape.WithBatch(batch).Count, 1000 * seed + node.Index));
            if (clearance == 0 || Clearance(graph, ReferenceRunner.Run(graph, sources, batch)) >= clearance) return sources;
        }
        throw new ResiduumException($"No random numbers keep the graph's ReLUs and maxima {clearance} away from their kinks; accept less.");
    }

    static double[] Elements(Node node, int count, int seed)
    {
        var shape = node.Outputs[0].Shape;
        var inputs = shape.Dimensions.Skip(1).Aggregate(1, (product, dimension) => product * Math.Abs(dimension));
        return node.Op switch
        {
            Input { Type.ElementType: Tensors.ElementType.Int32 } => RandomNumbers.Labels(count, seed, SmallNetwork.Classes),
            Parameter { Role: ParameterRole.ConvWeight or ParameterRole.LinearWeight } =>
                RandomNumbers.Uniform(count, seed, -Math.Sqrt(6.0 / inputs), Math.Sqrt(6.0 / inputs)),
            Parameter { Role: ParameterRole.NormScale or ParameterRole.LastNormScale } => RandomNumbers.Uniform(count, seed, 0.5, 1.5),
            Parameter => RandomNumbers.Uniform(count, seed, -0.5, 0.5),
            State { Initial: 0 } => RandomNumbers.Uniform(count, seed, -0.3, 0.3),
            State => RandomNumbers.Uniform(count, seed, 0.5, 1.5),
            _ => RandomNumbers.Uniform(count, seed, -1.5, 1.5),
        };
    }

    // The least distance of what a ReLU reads from 0, of what is clipped from its bounds, and of the largest of a window from the second
    // largest.
    static double Clearance(Graph graph, IReadOnlyDictionary<Value, double[]> values)
    {
        var least = double.PositiveInfinity;
        foreach (var node in graph.Nodes)
        {
            // What is exactly zero was made so by another ReLU or by padding, and stays zero.
            if (node.Op is Relu) least = values[node.Inputs[0]].Where(x => x != 0).Select(Math.Abs).Append(least).Min();
            if (node.Op is Clip clip)
                least = Math.Min(least, values[node.Inputs[0]].Min(x => Math.Min(Math.Abs(x - clip.Least), Math.Abs(x - clip.Greatest))));
            if (node.Op is MaxPool pool) least = Math.Min(least, Clearance(graph, node, pool.Window, values[node.Inputs[0]]));
        }
        return least;
    }

    static double Clearance(Graph graph, Node node, Window window, double[] data)
    {
        var shape = graph.TypeOf(node.Inputs[0]).Shape;
        var (height, width) = (shape[2], shape[3]);
        var x = new ReferenceTensor(new Tensors.Shape(data.Length / (height * width), 1, height, width), data);
        var least = double.PositiveInfinity;
        var outputs = new Tensors.Shape(x.Shape[0], 1, window.OutputHeight(height), window.OutputWidth(width));
        ReferenceShortcuts.ForEach(new ReferenceTensor(outputs), (n, _, i, j) =>
        {
            var (first, second) = (double.NegativeInfinity, double.NegativeInfinity);
            var (top, left) = (i * window.StrideHeight - window.PadTop, j * window.StrideWidth - window.PadLeft);
            for (var row = Math.Max(0, top); row < Math.Min(height, top + window.KernelHeight); row++)
                for (var column = Math.Max(0, left); column < Math.Min(width, left + window.KernelWidth); column++)
                {
                    var pixel = x[n, 0, row, column];
                    (first, second) = pixel > first ? (pixel, first) : (first, Math.Max(second, pixel));
                }
            // Zeros that a ReLU made stay zeros while it is away from its own kink.
            if (first != 0) least = Math.Min(least, first - second);
        });
        return least;
    }
}
