using Residuum.Graphs;
using Residuum.Models;
using Residuum.Passes;
using Residuum.Testing;
using Residuum.Training;

namespace Residuum.Tests.Plans;

/// <summary>The networks that plans are tested with, normalizing with running statistics.</summary>
static class PlanCases
{
    static readonly (string Name, int Channels, int Height, int Width)[] s_catalogue =
    [
        ("mnist_cnn", 1, 28, 28), ("cifar_resnet8", 3, 10, 12), ("cifar_resnet8_b", 3, 12, 9), ("cifar_resnet8_c", 3, 8, 8),
            ("cifar_plain8", 3, 9, 9),
        ("cifar_preact_basic8", 3, 11, 10), ("cifar_preact_bottleneck11", 3, 10, 9),
    ];

    static readonly (string Name, int Channels, int Height, int Width)[] s_large =
        [("resnet18", 3, 33, 47), ("resnet50", 3, 33, 47), ("resnet18.kuangliu", 3, 8, 8)];

    /// <summary>Small networks of every kind, and the catalogue's smallest.</summary>
    public static TheoryData<string> Small => [.. SmallNames];

    /// <summary>The same and networks as wide as ImageNet's, on small images.</summary>
    public static TheoryData<string> All => [.. AllNames];

    public static IEnumerable<string> SmallNames =>
        [.. SmallNetwork.All.Select(network => network.Name), "convolutional", "grouped", "layered",
            .. s_catalogue.Select(network => network.Name)];

    public static IEnumerable<string> AllNames => [.. SmallNames, .. s_large.Select(network => network.Name)];

    /// <summary>The network of a case; small ones have their loss.</summary>
    public static Graph Build(string name)
    {
        if (name == "convolutional") return SmallConvolutionalNetwork.Build();
        if (name == "grouped") return SmallGroupedNetwork.Build();
        if (name == "layered") return SmallLayeredNetwork.Build();
        if (SmallNetwork.All.FirstOrDefault(network => network.Name == name) is { } small) return small.Build(Statistics.Running);
        var (_, channels, height, width) = s_catalogue.Concat(s_large).Single(network => network.Name == name);
        return Catalogue.Find(name).Spec.WithInput(channels, height, width).Build();
    }

    /// <summary>The network of a case with batch statistics, its loss and the gradients of all parameters.</summary>
    public static Graph BuildTraining(string name)
    {
        var graph = Build(name);
        return graph.Outputs.Any(output => output.Name == "loss")
            ? PlanRun.WithGradients(DropAtRandom.Apply(UseBatchStatistics.Apply(graph), TrainingGraph.Keys))
            : TrainingGraph.Create(graph, labelSmoothing: 0.1f);
    }
}
