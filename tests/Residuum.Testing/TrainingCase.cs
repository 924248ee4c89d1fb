using Residuum.Data;
using Residuum.Images;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum.Testing;

/// <summary>A training run of a second: 96 images of 8x8 in three classes, and a network of one narrow stage and a wider one.</summary>
public static class TrainingCase
{
    public static ResNetSpec Spec { get; } = new(
        "tiny", new ImageSize(3, 8, 8), StemSpec.Of3x3(8), [new StageSpec(1, 8), new StageSpec(1, 16, 2)], new BasicBlockSpec(), Classes: 3,
        ShortcutKind.ZeroPadSplit);

    public static Recipe Recipe { get; } = new()
    {
        Name = "tiny",
        Epochs = 3,
        Batch = 28,
        LearningRate = 0.1f,
        Schedule = new OneCycleSchedule(),
        Flip = true,
        PadAndCrop = 1,
        LabelSmoothing = 0.1f,
        Optimizer = new Sgd { Nesterov = true, WeightDecay = 1e-3f, DecayWeightsOnly = true },
        ZeroGamma = true,
    };

    /// <summary>Noise, with one colour brighter: the class.</summary>
    public static ImageSet Images(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[count * 3 * 64];
        random.NextBytes(pixels);
        var labels = new byte[count];
        for (var image = 0; image < count; image++)
        {
            labels[image] = (byte)random.Next(3);
            foreach (ref var pixel in pixels.AsSpan((image * 3 + labels[image]) * 64, 64)) pixel = (byte)(128 + pixel / 2);
        }
        return new ImageSet($"noise {seed}", 3, 8, 8, ["red", "green", "blue"], pixels, labels);
    }

    public static TrainingJob Job(int threads = 2, Recipe? recipe = null, NetworkSpec? spec = null) => new(
        (spec ?? Spec).Build(), recipe ?? Recipe, Images(96, seed: 1), Images(40, seed: 2), Normalization.Parse("shapes"), Seed: 5,
            threads);
}

/// <summary>A run's files, in memory; it can be made to fail, as a machine does, before or after any of its writes.</summary>
public sealed class MemoryStore : IRunStore
{
    public Dictionary<string, Dictionary<string, byte[]>> Models { get; } = [];

    public List<EpochMetrics> Metrics { get; } = [];

    public int Writes { get; private set; }

    /// <summary>The write from which on nothing is written any more.</summary>
    public int FailsAt { get; set; } = int.MaxValue;

    (TrainingState State, Dictionary<string, Tensor> Tensors)? _checkpoint;

    public void SaveModel(string name, IReadOnlyDictionary<string, Tensor> tensors) =>
        Write(() => Models[name] = tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Bytes.ToArray()));

    public void SaveCheckpoint(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors) =>
        Write(() => _checkpoint = (state,
            tensors.ToDictionary(pair => pair.Key,
            pair => Tensor.Over(pair.Value.ElementType, pair.Value.Shape, pair.Value.Bytes.ToArray()))));

    public (TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors)? LoadCheckpoint() =>
        _checkpoint is var (state, tensors) ? (state, tensors) : null;

    public void SaveMetrics(IReadOnlyList<EpochMetrics> history) => Write(() =>
    {
        Metrics.Clear();
        Metrics.AddRange(history);
    });

    /// <summary>The models, and the metrics without what the clock decides.</summary>
    public string Fingerprint() => string.Join('\n',
    [
        .. Models.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Select(tensor =>
            $"{pair.Key} {tensor.Key} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(tensor.Value))}")),
        .. Metrics.Select(epoch => $"{epoch with { Seconds = 0, ImagesPerSecond = 0 }}"),
    ]);

    void Write(Action action)
    {
        if (++Writes >= FailsAt) throw new IOException("The machine went down.");
        action();
    }
}
