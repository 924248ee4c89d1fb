using Residuum.Data;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Training;

/// <summary>What an evaluation found. Shares are between 0 and 1.</summary>
/// <param name="Correct">Images whose largest logit was the label's.</param>
/// <param name="Total">All images.</param>
/// <param name="CorrectTop5">Images whose label was among the five largest logits.</param>
/// <param name="Loss">Mean cross-entropy.</param>
public sealed record Evaluation(int Correct, int Total, int CorrectTop5, double Loss)
{
    /// <summary>Share of the images whose largest logit was the label's.</summary>
    public double Top1 => (double)Correct / Total;

    /// <summary>Share of the images whose label was among the five largest logits.</summary>
    public double Top5 => (double)CorrectTop5 / Total;
}

/// <summary>
/// Runs a network over labelled images with running statistics and counts. Holds a plan: dispose it. One caller at a time. The counts
/// and the logits do not depend on the batch or on the threads.
/// </summary>
public sealed class Evaluator : IDisposable
{
    readonly Plan _plan;
    readonly int _classes;

    /// <summary>An evaluator for a network.</summary>
    /// <param name="network">A network with an output <c>logits</c>.</param>
    /// <param name="batch">Images of one run.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core.</param>
    /// <param name="options">How to compute; the default where absent.</param>
    public Evaluator(Graph network, int batch, int threads = 0, PlanOptions? options = null)
    {
        _classes = network.TypeOf(network.Output(TrainingGraph.Logits)).Shape[1];
        _plan = Plan.ForInference(network, batch, threads, options);
    }

    /// <summary>One that shares another plan's threads, and also takes an autoencoder, whose loss is the mean squared error.</summary>
    internal Evaluator(Graph network, int batch, Plan threadsOf)
    {
        _classes = TrainingGraph.Classes(network);
        _plan = Plan.ForInference(network, batch, threadsOf);
    }

    /// <summary>Loads the weights that the next evaluation uses.</summary>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors) => _plan.Load(tensors);

    /// <summary>Evaluates all images of a set.</summary>
    /// <param name="set">The images; of the network's size.</param>
    /// <param name="normalization">How bytes become numbers.</param>
    /// <param name="each">Called for each image in order with its index, label and logits; may be absent.</param>
    /// <param name="progress">Called with the number of images done, after each batch; may be absent.</param>
    /// <param name="cancellation">Ends the evaluation early.</param>
    /// <exception cref="ResiduumException">The images do not fit the network.</exception>
    public Evaluation Run(
        IImageDataset set, Normalization normalization, Action<int, int, ReadOnlySpan<float>>? each = null, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        CheckFit(_plan.Graph, set, _classes);
        using var loader = BatchLoader.ForEvaluation(set, normalization, _plan.MaximumBatch);
        var (correct, top5, loss, done) = (0, 0, 0.0, 0);
        foreach (var batch in loader.Epoch(0))
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Images.CopyTo(_plan.Input("image"));
            _plan.Run(batch.Count);
            if (_classes == 0) loss += batch.Count * SquaredError(
                _plan.Output(TrainingGraph.Reconstruction)[..batch.Images.Length], batch.Images);
            var logits = _classes > 0 ? _plan.Output(TrainingGraph.Logits) : default;
            for (var i = 0; _classes > 0 && i < batch.Count; i++)
            {
                var row = logits.Slice(i * _classes, _classes);
                var label = batch.Labels[i];
                var rank = Rank(row, label);
                if (rank == 0) correct++;
                if (rank < 5) top5++;
                loss += Loss(row, label);
                each?.Invoke(done + i, label, row);
            }
            done += batch.Count;
            progress?.Invoke(done);
        }
        return new Evaluation(correct, set.Count, top5, loss / set.Count);
    }

    /// <summary>Frees the plan.</summary>
    public void Dispose() => _plan.Dispose();

    internal static void CheckFit(Graph network, IImageDataset set, int classes)
    {
        var image = network.Inputs.First(node => node.Name == "image").Outputs[0].Shape;
        if ((image[1], image[2], image[3]) != (set.Channels, set.Height, set.Width))
            throw new ResiduumException($"The network takes images of {image[1]}x{image[2]}x{image[3]}, but those of {set.Name} are "
                + $"{set.Channels}x{set.Height}x{set.Width}; choose a network for that size.");
        if (classes > 0 && set.Classes.Count > classes)
            throw new ResiduumException($"The network tells {classes} classes apart, but {set.Name} has {set.Classes.Count}; choose a "
                + "network with as many.");
    }

    // How many logits are larger; of equal ones the first counts as larger, as in an argmax.
    internal static int Rank(ReadOnlySpan<float> logits, int label)
    {
        var rank = 0;
        for (var i = 0; i < logits.Length; i++)
            if (!(logits[i] <= logits[label]) || logits[i] == logits[label] && i < label) rank++;
        return float.IsNaN(logits[label]) ? logits.Length : rank;
    }

    static double SquaredError(ReadOnlySpan<float> made, ReadOnlySpan<float> wanted)
    {
        var sum = 0.0;
        for (var i = 0; i < made.Length; i++) sum += (double)(made[i] - wanted[i]) * (made[i] - wanted[i]);
        return sum / made.Length;
    }

    static double Loss(ReadOnlySpan<float> logits, int label)
    {
        double largest = float.NegativeInfinity, sum = 0;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        foreach (var logit in logits) sum += Kernels.DeterministicMath.Exp(logit - largest);
        return Kernels.DeterministicMath.Log(sum) + largest - logits[label];
    }
}
