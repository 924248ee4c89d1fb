using Residuum.Data;
using Residuum.Images;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum;

public sealed partial class Model
{
    const int EvaluationBatch = 64;

    /// <summary>
    /// Trains a copy of this model on from its weights, in memory; this one stays as it is. Bytes become numbers by the mean and deviation
    /// of <see cref="Preprocessing"/>. The same arguments give the same bits for any number of threads. A run that can be interrupted and
    /// resumed is a <see cref="Trainer"/>'s, with a <see cref="RunFolder"/>.
    /// </summary>
    /// <param name="train">The images to learn from, of the network's size.</param>
    /// <param name="validation">The images held out.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="seed">The seed of order and augmentation.</param>
    /// <param name="progress">Called after every step, on this thread; may be absent.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>The model after the last epoch.</returns>
    /// <exception cref="ResiduumException">A setting makes no sense, or the images do not fit the network.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public Model Train(
        IImageDataset train, IImageDataset validation, Recipe recipe, ulong seed = 0, Action<TrainingProgress>? progress = null,
            int threads = 0,
        CancellationToken cancellation = default)
    {
        CheckClassifier("train");
        var run = new RunInMemory();
        using var trainer = new Trainer(new TrainingJob(Graph, recipe, train, validation, Normalization(), seed, threads), run, Weights)
        {
            BetweenCheckpoints = TimeSpan.MaxValue,
        };
        if (!trainer.Run(progress, cancellation)) throw new OperationCanceledException(cancellation);
        return new Model(Network, Graph, run.Tensors, Preprocessing, Labels) { SaysPreprocessing = true };
    }

    /// <summary>Classifies all images of a set and counts what is right. Bytes become numbers as in <see cref="Train"/>.</summary>
    /// <param name="set">The images, of the network's size.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core.</param>
    /// <param name="cancellation">Ends the evaluation between two batches.</param>
    /// <exception cref="ResiduumException">The images do not fit the network.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Evaluation Evaluate(IImageDataset set, int threads = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        CheckClassifier("be evaluated");
        using var evaluator = new Evaluator(Graph, Math.Min(EvaluationBatch, set.Count), threads);
        evaluator.Load(Weights);
        return evaluator.Run(set, Normalization(), cancellation: cancellation);
    }

    Normalization Normalization() => new(Preprocessing.Mean, Preprocessing.Deviation, Preprocessing.ReversedChannels);

    void CheckClassifier(string what)
    {
        if (Classes == 0) throw new ResiduumException($"The network {Network.Name} has no classifier, so it cannot {what}.");
    }

    /// <summary>Keeps the last model; a run in memory is not resumed.</summary>
    sealed class RunInMemory : IRunStore
    {
        public IReadOnlyDictionary<string, Tensor> Tensors { get; private set; } = new Dictionary<string, Tensor>();

        public void SaveModel(string name, IReadOnlyDictionary<string, Tensor> tensors) => Tensors = tensors;

        public void SaveCheckpoint(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors) { }

        public (TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors)? LoadCheckpoint() => null;

        public void SaveMetrics(IReadOnlyList<EpochMetrics> history) { }
    }
}
