using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Training;

namespace Residuum.Tests.Training;

public class TrainerTests
{
    static readonly Lazy<string> s_whole = new(() => Fingerprint(TrainingCase.Job()));

    static string Fingerprint(TrainingJob job)
    {
        var store = new MemoryStore();
        using var trainer = new Trainer(job, store);
        Assert.True(trainer.Run());
        return store.Fingerprint();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_result_does_not_depend_on_the_threads(int threads) =>
        Assert.Equal(s_whole.Value, Fingerprint(TrainingCase.Job(threads)));

    [Fact]
    public void Another_seed_gives_another_result() => Assert.NotEqual(s_whole.Value, Fingerprint(TrainingCase.Job() with { Seed = 6 }));

    public static TheoryData<int> Steps => [.. Enumerable.Range(1, 9)];

    [Theory, MemberData(nameof(Steps))]
    public void A_run_that_was_cancelled_after_any_step_and_resumed_gives_the_same_bits(int steps)
    {
        var store = new MemoryStore();
        using (var cancellation = new CancellationTokenSource())
        using (var trainer = new Trainer(TrainingCase.Job(threads: 2), store))
        {
            var done = 0;
            var finished = trainer.Run(progress =>
            {
                if (progress.Finished is null && ++done == steps) cancellation.Cancel();
            }, cancellation.Token);
            Assert.Equal(steps == 9, finished);
            Assert.Equal(steps, trainer.State.Step);
        }
        Assert.Equal(steps, store.LoadCheckpoint()!.Value.State.Step);
        using (var trainer = new Trainer(TrainingCase.Job(threads: 1), store)) Assert.True(trainer.Run());
        Assert.Equal(s_whole.Value, store.Fingerprint());
    }

    // 1 + 9 steps + 3 epochs of metrics, checkpoint and perhaps a best model + 1.
    public static TheoryData<int> Writes => [.. Enumerable.Range(1, 20)];

    [Theory, MemberData(nameof(Writes))]
    public void A_run_that_was_killed_at_any_write_and_resumed_gives_the_same_bits(int write)
    {
        var store = new MemoryStore { FailsAt = write };
        using (var trainer = new Trainer(TrainingCase.Job(), store) { BetweenCheckpoints = TimeSpan.Zero })
        {
            try
            {
                trainer.Run();
            }
            catch (IOException)
            {
                // The kill.
            }
        }
        store.FailsAt = int.MaxValue;
        using (var trainer = new Trainer(TrainingCase.Job(), store)) Assert.True(trainer.Run());
        Assert.Equal(s_whole.Value, store.Fingerprint());
    }

    [Fact]
    public void A_finished_run_that_is_resumed_stays_as_it_is()
    {
        var store = new MemoryStore();
        foreach (var _ in new[] { 1, 2 })
        {
            using var trainer = new Trainer(TrainingCase.Job(), store);
            Assert.True(trainer.Run());
        }
        Assert.Equal(s_whole.Value, store.Fingerprint());
    }

    [Fact]
    public void Training_learns_and_tells_how_it_goes()
    {
        var store = new MemoryStore();
        var told = new List<TrainingProgress>();
        using (var trainer = new Trainer(TrainingCase.Job(recipe: TrainingCase.Recipe with { Epochs = 12, LabelSmoothing = 0 }), store))
            trainer.Run(told.Add);
        Assert.Equal(12, store.Metrics.Count);
        var (first, last) = (store.Metrics[0], store.Metrics[^1]);
        Assert.True(last.TrainLoss < first.TrainLoss / 2, $"The loss went from {first.TrainLoss} to {last.TrainLoss}.");
        Assert.True(last is { TrainTop1: > 0.95, ValidationTop1: > 0.9 }, $"In the end {last}.");
        Assert.Equal(Enumerable.Range(1, 12), store.Metrics.Select(epoch => epoch.Epoch));
        Assert.All(store.Metrics, epoch => Assert.InRange(epoch.ImagesPerSecond, 1, 1e9));
        Assert.Equal(["best", "model"], store.Models.Keys.Order());

        Assert.Equal(12 * (3 + 1), told.Count);
        Assert.Equal([28, 56, 84, 84], told.Take(4).Select(progress => progress.Images));
        Assert.All(told, progress => Assert.Equal((12, 84), (progress.Epochs, progress.ImagesInEpoch)));
        Assert.Equal(store.Metrics, told.Where(progress => progress.Finished is not null).Select(progress => progress.Finished!));
        Assert.Equal([1, 1, 1, 1, 2], told.Take(5).Select(progress => progress.Epoch));
    }

    [Fact]
    public void Given_weights_are_where_a_run_starts()
    {
        var job = TrainingCase.Job(recipe: TrainingCase.Recipe with { Epochs = 1, LearningRate = 1e-30f });
        var initial = Initialization.Create(job.Network, seed: 77);
        var store = new MemoryStore();
        using var trainer = new Trainer(job, store, initial);
        trainer.Run();
        Assert.Equal(initial["stem.conv.weight"].Bytes.ToArray(), store.Models["model"]["stem.conv.weight"]);
    }

    [Fact]
    public void A_run_that_diverges_ends_with_one_error_that_says_what_to_do()
    {
        using var trainer = new Trainer(TrainingCase.Job(recipe: TrainingCase.Recipe with { LearningRate = 1e20f }), new MemoryStore());
        var error = Assert.Throws<ResiduumException>(() => trainer.Run());
        Assert.Matches("^The loss became .* in step [0-9]+: training diverged; try a smaller learning rate than 1E\\+20.$", error.Message);
    }

    [Fact]
    public void So_does_one_that_diverges_in_an_epochs_last_step()
    {
        var recipe = TrainingCase.Recipe with { Epochs = 1, Batch = 96, LearningRate = float.MaxValue, Schedule = new ConstantSchedule() };
        var store = new MemoryStore();
        using var trainer = new Trainer(TrainingCase.Job(recipe: recipe), store);
        Assert.StartsWith("The loss became NaN on the held-out images after epoch 1: training diverged;",
            Assert.Throws<ResiduumException>(() => trainer.Run()).Message, StringComparison.Ordinal);
        Assert.Empty(store.Models);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        var store = new MemoryStore();
        using (var trainer = new Trainer(TrainingCase.Job(), store)) trainer.Run();
        var wider = TrainingCase.Spec with { Stages = [new StageSpec(1, 8), new StageSpec(1, 24, 2)] };
        var deeper = TrainingCase.Spec with { Stages = [new StageSpec(2, 8), new StageSpec(1, 16, 2)] };
        foreach (var (spec, part) in new[]
            {
                (wider, "has the shape 16x8x3x3, but the network needs 24x8x3x3"), (deeper, "lack 'stage1.block2.conv1.weight'"),
            })
            Assert.Contains(part, Assert.Throws<ResiduumException>(() => new Trainer(TrainingCase.Job(spec: spec), store)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99, 0)]
    [InlineData(1, 99)]
    public void A_checkpoint_that_stands_beyond_the_run_is_refused(int epoch, int batch)
    {
        var store = new MemoryStore();
        store.SaveCheckpoint(new TrainingState { Epoch = epoch, BatchInEpoch = batch }, new Dictionary<string, Tensor>());
        var error = Assert.Throws<ResiduumException>(() => new Trainer(TrainingCase.Job(), store));
        Assert.Equal(
            $"The checkpoint stands at epoch {epoch}, batch {batch}, step 0, which does not fit a run of 3 epochs of 3 "
                + "batches; the data changed, "
            + "or it belongs to another run or was damaged.", error.Message);
    }

    [Fact]
    public void Images_that_do_not_fit_are_refused()
    {
        var job = TrainingCase.Job();
        string Message(TrainingJob wrong) => Assert.Throws<ResiduumException>(() => new Trainer(wrong, new MemoryStore())).Message;
        Assert.Equal("The network takes images of 3x9x8, but those of noise 1 are 3x8x8; choose a network for that size.",
            Message(job with { Network = TrainingCase.Spec.WithInput(3, 9, 8).Build() }));
        Assert.Equal("The network tells 2 classes apart, but noise 1 has 3; choose a network with as many.",
            Message(job with { Network = (TrainingCase.Spec with { Classes = 2 }).Build() }));
        Assert.Equal("noise 1 has 96 images, fewer than one batch of 97; choose a smaller batch.",
            Message(job with { Recipe = job.Recipe with { Batch = 97 } }));
        Assert.Equal("The number of epochs 0 must be at least 1.", Message(job with { Recipe = job.Recipe with { Epochs = 0 } }));
    }
}
