using Residuum.Gradients;
using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>
/// Holds the gradients that <see cref="Backward"/> appends, run in double precision, against central differences of the forward graph.
/// </summary>
public static class FiniteDifferences
{
    /// <summary>
    /// How far a number is moved. The rounding error of a difference is about 1e-15 / 1e-6 = 1e-9 of the loss and its truncation error
    /// about 1e-12 of the third derivative, which leaves 1e-6 of the largest gradient as a bound with room on both sides.
    /// </summary>
    public const double Step = 1e-6;

    /// <summary>The largest error accepted, relative to the largest element of the gradient.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>Gradients smaller than this count as this large, since some are zero by nature (a bias before batch statistics).</summary>
    const double Floor = 1e-2;

    /// <summary>
    /// The complaints about the gradients of a seed with respect to sources: none if all are right. Of each tensor some elements are
    /// moved by themselves, and, unless these are all, all together in a random direction.
    /// </summary>
    /// <param name="graph">The forward graph.</param>
    /// <param name="seed">What is differentiated.</param>
    /// <param name="sources">The elements of every source by name.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="targets">The names of the sources to differentiate by.</param>
    /// <param name="alone">How many elements of a tensor are moved by themselves.</param>
    public static IReadOnlyList<string> Complaints(
        Graph graph, Seed seed, IReadOnlyDictionary<string, double[]> sources, int batch, IReadOnlyList<string> targets,
        int alone = int.MaxValue)
    {
        var backward = Backward.Append(graph, [seed], [.. targets.Select(name => graph.Find(name)!.Output())]);
        var values = ReferenceRunner.Run(backward, sources, batch);
        var complaints = new List<string>();
        foreach (var name in targets)
        {
            var gradient = values[backward.Output(Backward.OutputName(name))];
            var scale = Math.Max(Floor, gradient.Max(Math.Abs));
            foreach (var direction in Directions(gradient.Length, name, alone))
            {
                var expected = (Loss(graph, seed, Moved(sources, name, direction, Step), batch)
                    - Loss(graph, seed, Moved(sources, name, direction, -Step), batch)) / (2 * Step);
                var actual = gradient.Zip(direction, (g, d) => g * d).Sum();
                var length = Math.Sqrt(direction.Sum(d => d * d));
                if (!(Math.Abs(expected - actual) <= Tolerance * scale * length))
                    complaints.Add($"{name}: {actual} and not {expected}, with gradients up to {scale} and a direction of length {length}");
            }
        }
        return complaints;
    }

    static IEnumerable<double[]> Directions(int count, string name, int alone)
    {
        var stride = count <= alone ? 1 : count / alone;
        for (var i = 0; i < count; i += stride)
        {
            var one = new double[count];
            one[i] = 1;
            yield return one;
        }
        if (stride > 1) yield return RandomNumbers.Uniform(count, name.Length, -1, 1);
    }

    static Dictionary<string, double[]> Moved(IReadOnlyDictionary<string, double[]> sources, string name, double[] direction, double step)
    {
        var moved = new Dictionary<string, double[]>(sources);
        moved[name] = [.. moved[name].Zip(direction, (x, d) => x + step * d)];
        return moved;
    }

    static double Loss(Graph graph, Seed seed, IReadOnlyDictionary<string, double[]> sources, int batch)
    {
        var values = ReferenceRunner.Run(graph, sources, batch);
        var output = values[seed.Output];
        return seed.Gradient is { } gradient ? output.Zip(values[gradient], (y, dy) => y * dy).Sum() : output.Single();
    }
}
