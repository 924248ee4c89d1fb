using Residuum.Models;
using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Inspection.Tests;

public class CostEstimateTests
{
    // 84 images of resnet18 go through in strips.
    public static TheoryData<string, bool, int, int> Plans => new()
    {
        { "mnist_cnn", false, 1, 1 }, { "mnist_cnn", true, 8, 2 }, { "cifar_resnet8", false, 3, 2 }, { "cifar_resnet8", true, 8, 3 },
        { "resnet18", false, 1, 2 }, { "resnet18", false, 84, 2 }, { "mobilenet_v2", true, 1, 1 },
            { "cifar_preact_bottleneck29", true, 2, 2 },
        { "resnext50_32x4d", false, 1, 1 }, { "seresnet18", true, 1, 2 },
    };

    [Theory, MemberData(nameof(Plans))]
    public void A_draft_is_the_plan_but_for_the_memory(string name, bool training, int batch, int threads)
    {
        var graph = Catalogue.Find(name).Spec.Build();
        if (training) graph = TrainingGraph.Create(graph);
        using var plan = training ? Plan.ForGradients(graph, batch, threads) : Plan.ForInference(graph, batch, threads);

        var draft = Plan.Draft(graph, training, batch, threads);

        Assert.Equal(plan.MemoryBytes, draft.MemoryBytes);
        Assert.Equal(plan.Steps, draft.Steps);
        Assert.Equal(StepCost.AllOf(plan), StepCost.AllOf(draft));
        Assert.Throws<ObjectDisposedException>(() => draft.Run(1));
        Assert.Throws<ObjectDisposedException>(() => draft.Load(new Dictionary<string, Residuum.Tensors.Tensor>()));
    }

    [Fact]
    public void Estimates_are_of_what_the_plans_hold()
    {
        var graph = Catalogue.Find("cifar_resnet8").Spec.Build();
        using var inference = Plan.ForInference(graph, 4, 2);
        using var training = Plan.ForGradients(TrainingGraph.Create(graph), 4, 2);

        var estimate = CostEstimate.Of(graph, 4, 2);

        Assert.Equal(inference.MemoryBytes, estimate.Inference.PlanBytes);
        Assert.Equal(training.MemoryBytes, estimate.Training!.PlanBytes);
        Assert.Equal(estimate.Training.GradientBytes, estimate.Training.MomentumBytes);
        Assert.True(estimate.Training.GradientBytes >= sizeof(float) * graph.ParameterCount);
        Assert.Equal(0, estimate.Inference.GradientBytes);
        Assert.All((PassEstimate[])[estimate.Inference, estimate.Training],
            pass => Assert.True(pass.Milliseconds > 0 && double.IsFinite(pass.ImagesPerSecond)));
    }

    [Fact]
    public void What_no_machine_can_hold_is_estimated_all_the_same()
    {
        // 20 TB; nothing of it is asked for.
        var draft = Plan.Draft(TrainingGraph.Create(Catalogue.Find("resnet50").Spec.Build()), gradients: true, 400_000, 2);

        Assert.InRange(draft.MemoryBytes, 10e12, 100e12);
    }

    [Fact]
    public void Without_a_loss_there_is_no_step_of_training()
    {
        var spec = (ResNetSpec)Catalogue.Find("cifar_resnet8").Spec with { Classes = null };

        Assert.Null(CostEstimate.Of(spec.Build()).Training);
    }
}
