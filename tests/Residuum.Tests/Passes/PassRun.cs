using Residuum.Graphs;
using Residuum.Testing;
using Residuum.Tests.Plans;

namespace Residuum.Tests.Passes;

/// <summary>Holds what a pass made against what it was given, both in double precision.</summary>
static class PassRun
{
    // Folding multiplies in another order; in double precision that is all it may change.
    const double Tolerance = 1e-12;

    const int Batch = 2;

    /// <summary>Checks that both graphs hand out and update the same numbers.</summary>
    public static void AssertSame(Graph before, Graph after)
    {
        var sources = SmallProblem.Sources(before, Batch);
        var expected = PlanRun.Reference(before, sources, Batch);
        var actual = PlanRun.Reference(after, sources, Batch);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, numbers) in expected)
        {
            var error = Closeness.RelativeDifference(actual[name], numbers);
            Assert.True(error <= Tolerance, $"{name} differs by {error:e2}.");
        }
    }

    /// <summary>How many nodes do this operation.</summary>
    public static int Count<T>(this Graph graph) where T : Op => graph.Nodes.Count(node => node.Op is T);
}
