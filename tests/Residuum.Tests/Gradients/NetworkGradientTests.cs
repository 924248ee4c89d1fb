using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>The gradients of small networks of each kind, loss included, against finite differences in double precision.</summary>
public class NetworkGradientTests
{
    // A move of one parameter by 1e-6 moves no activation by nearly this much.
    const double Clearance = 1e-4;

    public static IEnumerable<object[]> Networks =>
        from network in SmallNetwork.All
        from statistics in new[] { Statistics.Batch, Statistics.Running }
        select new object[] { network.Name, statistics };

    [Theory, MemberData(nameof(Networks))]
    public void Residual_networks(string name, Statistics statistics) =>
        Check(SmallNetwork.All.Single(network => network.Name == name).Build(statistics));

    [Fact]
    public void A_convolutional_network_with_maximum_pooling_and_biases() => Check(SmallConvolutionalNetwork.Build());

    static void Check(Graph graph)
    {
        const int batch = 3;
        var sources = SmallProblem.Sources(graph, batch, Clearance);
        string[] targets = ["image", .. graph.Parameters.Select(node => node.Name)];
        Assert.Empty(FiniteDifferences.Complaints(graph, new Seed(graph.Output("loss")), sources, batch, targets, alone: 3));
    }
}
