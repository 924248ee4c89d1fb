using Residuum.Tensors;

namespace Residuum.Training;

/// <summary>One line of metrics.jsonl: what an epoch brought. Shares are between 0 and 1.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">Mean loss over the epoch's training images, as they were when each was seen.</param>
/// <param name="TrainTop1">Share of those that were classified right.</param>
/// <param name="ValidationLoss">Mean loss over the held-out images after the epoch.</param>
/// <param name="ValidationTop1">Share of those that were classified right.</param>
/// <param name="LearningRate">The rate of the epoch's last step.</param>
/// <param name="Seconds">How long the epoch took, validation included; the sum over all sittings where it was interrupted.</param>
/// <param name="ImagesPerSecond">Training images a second, validation not counted.</param>
public sealed record EpochMetrics(
    int Epoch, double TrainLoss, double TrainTop1, double ValidationLoss, double ValidationTop1, double LearningRate, double Seconds,
    double ImagesPerSecond);

/// <summary>
/// Where a run stands: enough, together with the tensors saved beside it, to go on to the same bits.
/// </summary>
public sealed record TrainingState
{
    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>Steps of it that are done.</summary>
    public int BatchInEpoch { get; init; }

    /// <summary>Steps of the whole run that are done.</summary>
    public long Step { get; init; }

    /// <summary>Sum of the losses of the epoch's images so far.</summary>
    public double LossSum { get; init; }

    /// <summary>Images of the epoch so far that were classified right.</summary>
    public int Correct { get; init; }

    /// <summary>Images of the epoch so far.</summary>
    public int Seen { get; init; }

    /// <summary>Seconds of training in the epoch so far.</summary>
    public double Seconds { get; init; }

    /// <summary>The best validation accuracy so far; -1 before the first.</summary>
    public double BestTop1 { get; init; } = -1;

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];
}

/// <summary>What training tells while it runs, after every step.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">All epochs.</param>
/// <param name="Images">Images of the epoch so far.</param>
/// <param name="ImagesInEpoch">All images of the epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="Top1">Share of the epoch so far that was classified right.</param>
/// <param name="LearningRate">The rate of the last step.</param>
/// <param name="ImagesPerSecond">Images a second in this sitting.</param>
/// <param name="Finished">The epoch's metrics, once, when it is done and validated; else null.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Images, int ImagesInEpoch, double Loss, double Top1, double LearningRate, double ImagesPerSecond,
    EpochMetrics? Finished);

/// <summary>
/// Where a run keeps its files. Every write replaces the whole file or leaves it as it was.
/// </summary>
public interface IRunStore
{
    /// <summary>Saves the network's parameters and state as a model: <c>model</c>, <c>best</c> or <c>snapshots/epoch-0003</c>.</summary>
    void SaveModel(string name, IReadOnlyDictionary<string, Tensor> tensors);

    /// <summary>Saves where the run stands, with all tensors that it needs to go on.</summary>
    void SaveCheckpoint(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors);

    /// <summary>What <see cref="SaveCheckpoint"/> saved last, or null where it saved nothing yet.</summary>
    (TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors)? LoadCheckpoint();

    /// <summary>Writes the metrics of all epochs that are done.</summary>
    void SaveMetrics(IReadOnlyList<EpochMetrics> history);
}
