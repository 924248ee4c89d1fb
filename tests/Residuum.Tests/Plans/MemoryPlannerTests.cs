using Residuum.Graphs;
using Residuum.Plans;

namespace Residuum.Tests.Plans;

/// <summary>Where values are placed, held against lifetimes worked out here.</summary>
public class MemoryPlannerTests
{
    const int Images = 3;

    public static TheoryData<string, bool> Graphs
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in PlanCases.AllNames)
            {
                data.Add(name, false);
                data.Add(name, true);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Graphs))]
    public void Two_values_share_memory_only_one_after_the_other_or_where_one_may_be_written_over_the_other(string name, bool training)
    {
        var (graph, values, keep, placement) = Place(name, training);
        var lastReader = new Dictionary<Value, int>();
        foreach (var node in graph.Nodes)
            foreach (var input in node.Inputs) lastReader[input] = node.Index;
        int Death(Value value) => keep.Contains(value) ? int.MaxValue : Math.Max(value.Node, lastReader.GetValueOrDefault(value, -1));

        var all = values.Keys.OrderBy(value => value.Node).ThenBy(value => value.Output).ToArray();
        for (var j = 0; j < all.Length; j++)
            for (var i = 0; i < j; i++)
            {
                var (early, late) = (all[i], all[j]);
                var (a, b) = (placement.Offsets[early], placement.Offsets[late]);
                if (a + values[early].Length(Images) <= b || b + values[late].Length(Images) <= a || Death(early) < late.Node) continue;
                var node = graph.Nodes[late.Node];
                var input = node.Inputs.IndexOf(early);
                Assert.True(
                    early.Node < late.Node && Death(early) == node.Index && a == b && values[early] == values[late]
                    && node.Inputs.Count(value => value == early) == 1
                    && KernelTable.Find(node.Op).InPlace is { } inPlace && inPlace(node, late.Output).Contains(input),
                    $"{early} and {late} overlap at '{node.Name}'.");
            }
    }

    [Theory, MemberData(nameof(Graphs))]
    public void Sharing_saves_memory_and_nothing_lies_outside(string name, bool training)
    {
        var (_, values, _, placement) = Place(name, training);
        Assert.All(values, pair => Assert.InRange(placement.Offsets[pair.Key], 0, placement.Length - pair.Value.Length(Images)));
        Assert.All(placement.Offsets.Values, offset => Assert.Equal(0, offset % 16));
        var sum = values.Values.Sum(storage => storage.Length(Images));
        Assert.True(placement.Length < sum, $"{placement.Length} floats are not fewer than {sum}.");
    }

    [Fact]
    public void A_deep_network_needs_no_more_memory_than_its_widest_place()
    {
        long Length(int depth) => Place(
            Residuum.Models.Catalogue.Find($"cifar_resnet{depth}").Spec.Build(), training: false).Placement.Length;
        Assert.Equal(Length(20), Length(110));
    }

    [Fact]
    public void Kept_values_are_never_written_over()
    {
        var (graph, values, keep, placement) = Place("basic-a-split", training: true);
        var kept = keep.Where(values.ContainsKey).ToArray();
        Assert.NotEmpty(kept);
        foreach (var one in kept)
            foreach (var later in values.Keys.Where(value => value.Node > one.Node))
                Assert.True(placement.Offsets[one] + values[one].Length(Images) <= placement.Offsets[later]
                    || placement.Offsets[later] + values[later].Length(Images) <= placement.Offsets[one],
                    $"{later} lies on {one} of {graph.Outputs.Length} outputs.");
    }

    static (Graph Graph, Dictionary<Value, Storage> Values, HashSet<Value> Keep, MemoryPlanner.Placement Placement) Place(
        string name, bool training) =>
        Place(training ? PlanCases.BuildTraining(name) : PlanCases.Build(name), training);

    static (Graph Graph, Dictionary<Value, Storage> Values, HashSet<Value> Keep, MemoryPlanner.Placement Placement) Place(
        Graph graph, bool training)
    {
        graph = training ? Residuum.Passes.Pipeline.ForGradients(graph) : Residuum.Passes.Pipeline.ForInference(graph);
        var values = StorageAssigner.Assign(graph, new PlanScale(Images, 2, PlanOptions.Default))
            .Where(pair => graph.Nodes[pair.Key.Node].Op is not SourceOp and not FoldedWeight and not FoldedBias).ToDictionary();
        var keep = graph.Outputs.Select(output => output.Value).ToHashSet();
        return (graph, values, keep, MemoryPlanner.Place(graph, values, keep, Images));
    }
}
