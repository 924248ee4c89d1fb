using Residuum.Plans;

namespace Residuum.Tests.Plans;

/// <summary>The same bits for any number of threads, any batch and any place in it; and no allocation while running.</summary>
public class PlanDeterminismTests
{
    [Theory]
    [InlineData("basic-a-split")]
    [InlineData("pre-activation-bottleneck")]
    [InlineData("convolutional")]
    [InlineData("cifar_resnet8_b")]
    public void Gradients_and_statistics_are_the_same_bits_for_any_number_of_threads(string name)
    {
        const int Batch = 5;
        var graph = PlanCases.BuildTraining(name);
        var sources = PlanRun.Sources(graph, Batch);
        string? first = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var plan = Plan.ForGradients(graph, Batch, threads);
            plan.Load(PlanRun.Tensors(graph, sources));
            PlanRun.Run(plan, sources, Batch, Batch);
            var bits = PlanRun.Bits(PlanRun.Results(plan, Batch).SelectMany(pair => pair.Value));
            Assert.Equal(first ??= bits, bits);
        }
    }

    [Theory]
    [InlineData("basic-b-large-stem")]
    [InlineData("pre-activation-basic-a")]
    [InlineData("mnist_cnn")]
    [InlineData("cifar_preact_bottleneck11")]
    [InlineData("resnet18")]
    public void An_images_logits_are_the_same_bits_in_any_batch_at_any_place_on_any_plan(string name)
    {
        const int Batch = 6;
        var graph = PlanCases.Build(name);
        var sources = PlanRun.Sources(graph, Batch);
        var alone = new string[Batch];
        using (var plan = Plan.ForInference(graph, 1, threads: 1))
        {
            plan.Load(PlanRun.Tensors(graph, sources));
            for (var image = 0; image < Batch; image++)
            {
                PlanRun.Run(plan, sources, Batch, 1, first: image);
                alone[image] = PlanRun.Bits(PlanRun.Output(plan, "logits", 1));
            }
        }
        foreach (var (maximum, threads) in new[] { (3, 2), (6, 1), (6, 3) })
        {
            using var plan = Plan.ForInference(graph, maximum, threads);
            plan.Load(PlanRun.Tensors(graph, sources));
            foreach (var (start, images) in new[] { (0, 3), (4, 2), (0, 6), (1, 4), (5, 1) })
            {
                if (images > maximum) continue;
                PlanRun.Run(plan, sources, Batch, images, start);
                var logits = PlanRun.Output(plan, "logits", images);
                var classes = logits.Length / images;
                for (var i = 0; i < images; i++) Assert.Equal(alone[start + i], PlanRun.Bits(logits[(i * classes)..((i + 1) * classes)]));
            }
        }
    }

    [Fact]
    public void A_large_batch_goes_through_in_strips_and_gives_the_same_bits()
    {
        const int Batch = 2000;
        var graph = PlanCases.Build("mnist_cnn");
        var sources = PlanRun.Sources(graph, Batch);
        using var alone = Plan.ForInference(graph, 1, threads: 1);
        using var plan = Plan.ForInference(graph, Batch, threads: 2);
        Assert.InRange(plan.Scale.Images, 2, Batch - 1);
        alone.Load(PlanRun.Tensors(graph, sources));
        plan.Load(PlanRun.Tensors(graph, sources));
        foreach (var images in new[] { Batch, plan.Scale.Images + 1, 3 })
        {
            PlanRun.Run(plan, sources, Batch, images);
            var logits = PlanRun.Output(plan, "logits", images);
            var classes = logits.Length / images;
            foreach (var image in new[] { 0, Math.Min(plan.Scale.Images, images) - 1, images - 1 })
            {
                PlanRun.Run(alone, sources, Batch, 1, first: image);
                Assert.Equal(PlanRun.Bits(PlanRun.Output(alone, "logits", 1)),
                    PlanRun.Bits(logits[(image * classes)..((image + 1) * classes)]));
            }
        }
    }

    [Fact]
    public void What_a_run_leaves_behind_does_not_change_the_next()
    {
        const int Batch = 4;
        var graph = PlanCases.BuildTraining("basic-a-append");
        var sources = PlanRun.Sources(graph, Batch);
        using var plan = Plan.ForGradients(graph, Batch, threads: 2);
        Dictionary<int, string> bits = [];
        foreach (var images in new[] { 2, 4, 1, 3, 4, 2, 3, 1 })
        {
            plan.Load(PlanRun.Tensors(graph, sources));
            PlanRun.Run(plan, sources, Batch, images);
            var now = PlanRun.Bits(PlanRun.Results(plan, images).SelectMany(pair => pair.Value));
            if (!bits.TryAdd(images, now)) Assert.Equal(bits[images], now);
        }
    }

    [Theory]
    [InlineData("basic-b", true)]
    [InlineData("convolutional", true)]
    [InlineData("pre-activation-bottleneck", true)]
    [InlineData("cifar_resnet8", false)]
    public void Running_a_plan_allocates_nothing(string name, bool training)
    {
        const int Batch = 3;
        var graph = training ? PlanCases.BuildTraining(name) : PlanCases.Build(name);
        var sources = PlanRun.Sources(graph, Batch);
        foreach (var threads in new[] { 1, 2 })
        {
            using var plan = training ? Plan.ForGradients(graph, Batch, threads) : Plan.ForInference(graph, Batch, threads);
            plan.Load(PlanRun.Tensors(graph, sources));
            PlanRun.Run(plan, sources, Batch, Batch);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) plan.Run(1 + i % Batch);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_pass_that_reads_runs_on_another_plans_threads()
    {
        const int Batch = 2;
        var graph = PlanCases.Build("basic-b");
        var sources = PlanRun.Sources(graph, Batch);
        using var owner = Plan.ForInference(graph, Batch, threads: 2);
        using var guest = Plan.ForInference(graph, Batch, threadsOf: owner);
        foreach (var plan in new[] { owner, guest })
        {
            plan.Load(PlanRun.Tensors(graph, sources));
            PlanRun.Run(plan, sources, Batch, Batch);
        }
        Assert.Same(owner.Team, guest.Team);
        Assert.Equal(PlanRun.Output(owner, "logits", Batch), PlanRun.Output(guest, "logits", Batch));
        guest.Dispose();
        owner.Run(1);
    }
}
