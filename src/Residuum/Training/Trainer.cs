using System.Diagnostics;
using System.Globalization;
using Residuum.Data;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Training;

/// <summary>What is trained, on what, and with which settings.</summary>
/// <param name="Network">The network, with running statistics, an input <c>image</c> and an output <c>logits</c>, or an autoencoder's
/// <c>reconstruction</c>.</param>
/// <param name="Recipe">The settings.</param>
/// <param name="Train">The images to learn from.</param>
/// <param name="Validation">The images held out.</param>
/// <param name="Normalization">How bytes become numbers.</param>
/// <param name="Seed">The seed of initial weights, order, augmentation and what is dropped at random.</param>
/// <param name="Threads">Threads that share the work; 0 for one for each core. The result does not depend on it.</param>
public sealed record TrainingJob(
    Graph Network, Recipe Recipe, IImageDataset Train, IImageDataset Validation, Normalization Normalization, ulong Seed, int Threads = 0);

/// <summary>
/// Trains a network. The same job gives the same bits for any number of threads, and so does a run that was interrupted and resumed.
/// Holds plans and threads: dispose it. One caller at a time.
/// </summary>
public sealed class Trainer : IDisposable
{
    const int EvaluationBatch = 128;

    readonly TrainingJob _job;
    readonly IRunStore _store;
    readonly Plan _plan;
    readonly Optimizer _optimizer;
    readonly Evaluator _evaluator;
    readonly BatchLoader _loader;
    readonly int _classes;
    readonly int _batches;
    readonly bool _dropsAtRandom;
    TrainingState _state = new();

    /// <summary>
    /// Prepares a run: from the store's checkpoint where there is one, else from the given weights, else from the seed.
    /// </summary>
    /// <exception cref="ResiduumException">A setting makes no sense, or the images do not fit the network.</exception>
    public Trainer(TrainingJob job, IRunStore store, IReadOnlyDictionary<string, Tensor>? initial = null)
    {
        job.Recipe.Check();
        (_job, _store) = (job, store);
        _classes = TrainingGraph.Classes(job.Network);
        Evaluator.CheckFit(job.Network, job.Train, _classes);
        Evaluator.CheckFit(job.Network, job.Validation, _classes);
        _batches = job.Train.Count / job.Recipe.Batch;
        if (_batches == 0)
            throw new ResiduumException($"{job.Train.Name} has {job.Train.Count} images, fewer than one batch of {job.Recipe.Batch}; "
                + "choose a smaller batch.");
        var checkpoint = store.LoadCheckpoint();
        if (checkpoint?.State is { } saved && !Fits(saved, job.Recipe))
            throw new ResiduumException(
                $"The checkpoint stands at epoch {saved.Epoch}, batch {saved.BatchInEpoch}, step {saved.Step}, which does not fit a run of "
                + $"{job.Recipe.Epochs} epochs of {_batches} batches; the data changed, or it belongs to another run or was damaged.");
        _plan = Plan.ForGradients(
            TrainingGraph.Create(job.Network, job.Recipe.LabelSmoothing, job.Recipe.CheckpointActivations), job.Recipe.Batch, job.Threads,
            new PlanOptions { Winograd = job.Recipe.Winograd });
        _dropsAtRandom = _plan.Graph.Find(TrainingGraph.Keys) is { Op: Input { Type.ElementType: ElementType.Int32 } };
        try
        {
            _optimizer = new Optimizer(_plan, job.Recipe.Optimizer);
            _evaluator = new Evaluator(job.Network, Math.Min(EvaluationBatch, job.Validation.Count), _plan);
            _loader = new BatchLoader(
                job.Train, job.Normalization, new Augmentation(job.Recipe.PadAndCrop, job.Recipe.Flip), job.Recipe.Batch, job.Seed);
            Start(checkpoint, initial);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A run that is killed loses at most this much work, and what saving takes.</summary>
    internal TimeSpan BetweenCheckpoints { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the run stands.</summary>
    public TrainingState State => _state;

    /// <summary>Bytes that the training plan holds.</summary>
    public long MemoryBytes => _plan.MemoryBytes;

    /// <summary>
    /// Trains to the end, or until cancelled: then a checkpoint is saved and false is returned. Models, metrics and checkpoints go to
    /// the store as the run proceeds.
    /// </summary>
    public bool Run(Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        _store.SaveMetrics(_state.History);
        if (_state.Step == 0 && _job.Recipe.Snapshots > 0) _store.SaveModel(SnapshotName(0), _plan.Save());
        while (_state.Epoch < _job.Recipe.Epochs)
        {
            if (!RunEpoch(progress, cancellation)) return false;
            FinishEpoch(progress);
        }
        _store.SaveModel("model", _plan.Save());
        return true;
    }

    /// <summary>Ends the threads and frees the memory.</summary>
    public void Dispose()
    {
        // Some are not there yet when making the trainer failed.
        _loader?.Dispose();
        _evaluator?.Dispose();
        _optimizer?.Dispose();
        _plan.Dispose();
    }

    bool Fits(TrainingState saved, Recipe recipe) =>
        saved.BatchInEpoch <= _batches && saved.Epoch <= recipe.Epochs && saved.Step == (long)saved.Epoch * _batches + saved.BatchInEpoch
        && saved.Seen == saved.BatchInEpoch * recipe.Batch && saved.History.Count == saved.Epoch;

    void Start((TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors)? checkpoint, IReadOnlyDictionary<string, Tensor>? initial)
    {
        if (checkpoint is not var (state, tensors))
        {
            _plan.Load(initial ?? Initialization.Create(_job.Network, _job.Seed, _job.Recipe.ZeroGamma));
            return;
        }
        _state = state;
        _plan.Load(tensors);
        _optimizer.Load(tensors);
    }

    bool RunEpoch(Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var sitting = Stopwatch.StartNew();
        var sinceCheckpoint = Stopwatch.StartNew();
        var before = _state;
        foreach (var batch in _loader.Epoch(_state.Epoch, _state.BatchInEpoch))
        {
            if (cancellation.IsCancellationRequested)
            {
                SaveCheckpoint();
                return false;
            }
            var rate = Step(batch.Images, batch.Labels, batch.Count);
            var seconds = sitting.Elapsed.TotalSeconds;
            _state = _state with { Seconds = before.Seconds + seconds };
            progress?.Invoke(Progress(rate, (_state.Seen - before.Seen) / seconds, null));
            if (sinceCheckpoint.Elapsed < BetweenCheckpoints) continue;
            SaveCheckpoint();
            sinceCheckpoint.Restart();
        }
        // Validation may take long: what was trained before it must not be lost with it.
        if (sinceCheckpoint.Elapsed > TimeSpan.FromSeconds(1)) SaveCheckpoint();
        return true;
    }

    // One step: forward and backward on the batch, then the update; returns the rate.
    double Step(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, int count)
    {
        images.CopyTo(_plan.Input("image"));
        if (_classes > 0) labels[..count].CopyTo(_plan.Labels(TrainingGraph.Labels));
        if (_dropsAtRandom) RandomKeys.Fill(_plan.Labels(TrainingGraph.Keys), _job.Seed, _state.Step, count);
        _plan.Run(count);
        var steps = (long)_batches * _job.Recipe.Epochs;
        var rate = _job.Recipe.Schedule.Rate(_state.Step, steps, _job.Recipe.LearningRate);
        _optimizer.Step((float)rate);
        var losses = _plan.Output(TrainingGraph.ImageLosses);
        var logits = _classes > 0 ? _plan.Output(TrainingGraph.Logits) : default;
        var (sum, correct) = (_state.LossSum, _state.Correct);
        for (var i = 0; i < count; i++)
        {
            sum += losses[i];
            if (_classes > 0 && Evaluator.Rank(logits.Slice(i * _classes, _classes), labels[i]) == 0) correct++;
        }
        if (!double.IsFinite(sum))
            throw Diverged(sum, $"in step {_state.Step + 1}");
        _state = _state with
        {
            BatchInEpoch = _state.BatchInEpoch + 1,
            Step = _state.Step + 1,
            LossSum = sum,
            Correct = correct,
            Seen = _state.Seen + count,
        };
        return rate;
    }

    // Every file is written whole, the checkpoint last: a run killed in between goes back to the one before and does the same again.
    void FinishEpoch(Action<TrainingProgress>? progress)
    {
        var clock = Stopwatch.StartNew();
        var tensors = _plan.Save();
        _evaluator.Load(tensors);
        var evaluation = _evaluator.Run(_job.Validation, _job.Normalization);
        if (!double.IsFinite(evaluation.Loss)) throw Diverged(evaluation.Loss, $"on the held-out images after epoch {_state.Epoch + 1}");
        var rate = _job.Recipe.Schedule.Rate(_state.Step - 1, (long)_batches * _job.Recipe.Epochs, _job.Recipe.LearningRate);
        var metrics = new EpochMetrics(_state.Epoch + 1, _state.LossSum / _state.Seen, (double)_state.Correct / _state.Seen,
            evaluation.Loss, evaluation.Top1, rate, _state.Seconds + clock.Elapsed.TotalSeconds,
                _state.Seen / Math.Max(_state.Seconds, 1e-9));
        var finished = Progress(rate, metrics.ImagesPerSecond, metrics);
        var isBest = _classes > 0 ? evaluation.Top1 > _state.BestTop1 : _state.History.All(epoch => evaluation.Loss < epoch.ValidationLoss);
        if (isBest) _store.SaveModel("best", tensors);
        if (IsSnapshot(_state.Epoch + 1)) _store.SaveModel(SnapshotName(_state.Epoch + 1), tensors);
        _state = new TrainingState
        {
            Epoch = _state.Epoch + 1,
            Step = _state.Step,
            BestTop1 = Math.Max(evaluation.Top1, _state.BestTop1),
            History = [.. _state.History, metrics],
        };
        _store.SaveMetrics(_state.History);
        SaveCheckpoint();
        progress?.Invoke(finished);
    }

    /// <summary>The name under which a store keeps the model after so many epochs; epoch 0 is the beginning.</summary>
    internal static string SnapshotName(int epoch) => string.Create(CultureInfo.InvariantCulture, $"snapshots/epoch-{epoch:0000}");

    // The last epoch is kept, too, whether or not the number divides it.
    bool IsSnapshot(int epoch) =>
        _job.Recipe.Snapshots is > 0 and var every && (epoch % every == 0 || epoch == _job.Recipe.Epochs);

    ResiduumException Diverged(double loss, string where) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"The loss became {loss} {where}: training diverged; try a smaller learning rate than {_job.Recipe.LearningRate}."));

    void SaveCheckpoint()
    {
        var tensors = _plan.Save();
        _optimizer.Save(tensors);
        _store.SaveCheckpoint(_state, tensors);
    }

    TrainingProgress Progress(double rate, double imagesPerSecond, EpochMetrics? finished) => new(
        _state.Epoch + 1, _job.Recipe.Epochs, _state.Seen, _batches * _job.Recipe.Batch, _state.LossSum / Math.Max(_state.Seen, 1),
        (double)_state.Correct / Math.Max(_state.Seen, 1), rate, imagesPerSecond, finished);
}
