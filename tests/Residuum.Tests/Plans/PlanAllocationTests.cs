using Residuum.Plans;
using Xunit.Abstractions;

namespace Residuum.Tests.Plans;

/// <summary>That running a plan, and a step of its parameters, allocates nothing on any thread.</summary>
[Collection("Alone")]
public class PlanAllocationTests(ITestOutputHelper output)
{
    const int Batch = 3;
    const int Runs = 50;
    const int Tries = 200;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public void Nothing_is_allocated_in_the_whole_process_while_a_plan_runs(bool training, int threads)
    {
        const string Network = "cifar_resnet8_b";
        var graph = training ? PlanCases.BuildTraining(Network) : PlanCases.Build(Network);
        var sources = PlanRun.Sources(graph, Batch);
        using var plan = training ? Plan.ForGradients(graph, Batch, threads) : Plan.ForInference(graph, Batch, threads);
        plan.Load(PlanRun.Tensors(graph, sources));
        using var update = training ? new ParameterUpdate(plan, 0.9f, true, static _ => 1e-4f) : null;
        PlanRun.Run(plan, sources, Batch, Batch);
        update?.Step(1e-3f);

        // The test's host allocates now and then; a plan that allocated would do so in every try.
        var least = long.MaxValue;
        for (var tries = 0; tries < Tries && least > 0; tries++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var run = 0; run < Runs; run++)
            {
                plan.Run(Batch);
                update?.Step(1e-3f);
            }
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        output.WriteLine($"{least} bytes allocated by the process in {Runs} runs on {threads} threads");
        Assert.Equal(0, least);
    }
}

/// <summary>Tests that measure the whole process run while no other does.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;
