using Residuum.Graphs;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Training;

namespace Residuum.Tests.Training;

/// <summary>Training with dropout and stochastic depth: the same bits on any number of threads, resumed or recomputed.</summary>
public class RandomDropTrainingTests
{
    static readonly Lazy<string> s_whole = new(() => Fingerprint(Job()));

    static string Fingerprint(TrainingJob job)
    {
        var store = new MemoryStore();
        using var trainer = new Trainer(job, store);
        Assert.True(trainer.Run());
        return store.Fingerprint();
    }

    [Fact]
    public void A_weight_may_be_called_what_the_keys_are_called_elsewhere()
    {
        var builder = new GraphBuilder();
        var image = builder.Input("image", TensorType.Float(Shape.Batch, 3, 8, 8));
        var weight = builder.Parameter(TrainingGraph.Keys, new Shape(3, 3), ParameterRole.LinearWeight);
        builder.Output("logits", builder.Add("linear", new Linear(), builder.Add("pool", new GlobalAveragePool(), image), weight));
        Fingerprint(TrainingCase.Job(recipe: TrainingCase.Recipe with { Epochs = 1 }, spec: GraphSpec.Of("keys", builder.Build())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_result_does_not_depend_on_the_threads(int threads) => Assert.Equal(s_whole.Value, Fingerprint(Job(threads)));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_run_that_was_cancelled_and_resumed_gives_the_same_bits(int steps)
    {
        var store = new MemoryStore();
        using (var cancellation = new CancellationTokenSource())
        using (var trainer = new Trainer(Job(), store))
        {
            var done = 0;
            trainer.Run(progress =>
            {
                if (progress.Finished is null && ++done == steps) cancellation.Cancel();
            }, cancellation.Token);
            Assert.Equal(steps, trainer.State.Step);
        }
        using (var trainer = new Trainer(Job(threads: 1), store)) Assert.True(trainer.Run());
        Assert.Equal(s_whole.Value, store.Fingerprint());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void A_run_that_was_killed_and_resumed_gives_the_same_bits(int write)
    {
        var store = new MemoryStore { FailsAt = write };
        using (var trainer = new Trainer(Job(), store) { BetweenCheckpoints = TimeSpan.Zero })
            Assert.Throws<IOException>(() => trainer.Run());
        store.FailsAt = int.MaxValue;
        using (var trainer = new Trainer(Job(), store)) Assert.True(trainer.Run());
        Assert.Equal(s_whole.Value, store.Fingerprint());
    }

    [Fact]
    public void Maps_that_are_computed_again_are_dropped_alike() =>
        Assert.Equal(s_whole.Value, Fingerprint(Job() with { Recipe = TrainingCase.Recipe with { CheckpointActivations = true } }));

    [Fact]
    public void Another_rate_and_another_stream_give_another_result()
    {
        Assert.NotEqual(s_whole.Value, Fingerprint(TrainingCase.Job()));
        Assert.NotEqual(s_whole.Value, Fingerprint(Job() with { Network = Network(rate: 0.3f, stream: 8) }));
    }

    [Fact]
    public void Keys_differ_from_seed_to_seed_step_to_step_and_image_to_image()
    {
        var seen = new HashSet<(int, int)>();
        var keys = new int[16];
        foreach (var seed in new ulong[] { 1, 2 })
            foreach (var step in new[] { 0L, 1, 1000 })
            {
                RandomKeys.Fill(keys, seed, step, 8);
                for (var i = 0; i < keys.Length; i += 2) Assert.True(seen.Add((keys[i], keys[i + 1])));
            }
    }

    static TrainingJob Job(int threads = 2) => TrainingCase.Job(threads) with { Network = Network(rate: 0.3f, stream: 7) };

    // The network of the training case, its second block dropped by images and what the classifier reads by numbers.
    static Graph Network(float rate, int stream)
    {
        var source = TrainingCase.Spec.Build();
        var builder = new GraphBuilder();
        var values = new Dictionary<Value, Value>();
        foreach (var node in source.Nodes)
        {
            Value[] inputs = [.. node.Inputs.Select(input => values[input])];
            if (node.Name == "stage2.block1.add") inputs[0] = builder.Add("depth", new StochasticDepth(rate, 1), inputs[0]);
            if (node.Op is Linear) inputs[0] = builder.Add("dropout", new Dropout(rate, stream), inputs[0]);
            var made = builder.Add(node.Name, node.Op, inputs);
            for (var output = 0; output < node.Outputs.Length; output++) values[node.Output(output)] = made with { Output = output };
        }
        Assert.NotNull(builder.Output("logits", values[source.Output("logits")]).Build().Find("depth"));
        return builder.Build();
    }
}
