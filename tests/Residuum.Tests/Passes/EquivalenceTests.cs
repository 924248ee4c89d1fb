using Residuum.Graphs;
using Residuum.Passes;
using Residuum.Tests.Plans;
using Residuum.Training;

namespace Residuum.Tests.Passes;

/// <summary>Every pass, and both pipelines, compute what the graph before computed.</summary>
public class EquivalenceTests
{
    static readonly Dictionary<string, Func<Graph, Graph>> s_passes = new()
    {
        ["RemoveUnused"] = RemoveUnused.Apply,
        ["FoldBatchNorm"] = FoldBatchNorm.Apply,
        ["FuseConvolutions"] = FuseConvolutions.Apply,
        ["FuseBatchNorm"] = FuseBatchNorm.Apply,
        ["FuseBatchNormGradient"] = FuseBatchNormGradient.Apply,
        ["FuseGradientAdd"] = FuseGradientAdd.Apply,
        ["GatherGradientSums"] = graph => GatherGradientSums.Apply(FuseBatchNormGradient.Apply(graph)),
        ["GatherMoments"] = GatherMoments.Apply,
        ["ForInference"] = Pipeline.ForInference,
        ["ForGradients"] = Pipeline.ForGradients,
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in PlanCases.SmallNames.Where(name => name != "mnist_cnn"))
                foreach (var pass in s_passes.Keys) data.Add(name, pass);
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_pass_changes_no_result_of_inference(string name, string pass)
    {
        var graph = PlanCases.Build(name);
        PassRun.AssertSame(graph, s_passes[pass](graph));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_pass_changes_no_gradient_and_no_statistics(string name, string pass)
    {
        var graph = PlanCases.BuildTraining(name);
        PassRun.AssertSame(graph, s_passes[pass](graph));
    }

    [Theory, MemberData(nameof(PlanCases.Small), MemberType = typeof(PlanCases))]
    public void Computing_maps_again_changes_no_gradient_and_no_statistics(string name)
    {
        var network = PlanCases.Build(name);
        if (network.Outputs.Any(output => output.Name == "loss")) return;
        var (graph, forward) = TrainingGraph.WithGradients(network, labelSmoothing: 0.1f);
        PassRun.AssertSame(graph, RecomputeActivations.Apply(graph, forward));
        PassRun.AssertSame(graph, RecomputeNormalizations.Apply(graph, forward));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_pass_applied_twice_finds_nothing_more_to_do(string name, string pass)
    {
        var once = s_passes[pass](PlanCases.BuildTraining(name));
        Assert.Equal(once.ToString(), s_passes[pass](once).ToString());
    }
}
