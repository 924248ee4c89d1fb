using Residuum.Images;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Inference;

/// <summary>
/// A model made ready to classify images, for those who choose threads, batch and memory themselves;
/// <see cref="Model.Predict(RgbImage, int)"/>
/// uses one of its own. Holds plans with their memory and threads: dispose it, which waits for predictions that run.
/// <para>All members may be called from many threads at once. Up to <c>concurrency</c> calls run at the same time, each on a plan of its
/// own; further ones wait. The plans share the weights, and each takes memory for one batch of maps. The numbers depend neither on threads
/// nor on other images or callers.</para>
/// <para>One caller at a time is served fastest by the default, which uses all cores for each image. A server with many callers gets more
/// done with <c>new Predictor(model, threads: 1, concurrency: Environment.ProcessorCount)</c>; many images at hand go fastest in batches
/// of 8 or more.</para>
/// </summary>
public sealed class Predictor : IDisposable
{
    readonly Model _model;
    readonly Session _session;

    /// <summary>Prepares a model: makes the first plan and loads the weights into it. Further plans are made when callers meet.</summary>
    /// <param name="model">The model; must have a classifier. It may be disposed before the predictor.</param>
    /// <param name="threads">Threads that share the work of one call; 0 for an even share of the cores.</param>
    /// <param name="concurrency">How many calls may run at the same time; 1 by default.</param>
    /// <param name="batch">How many images go through the network together where a call has several; 1 by default.</param>
    /// <param name="options">How to compute; the usual choices where absent.</param>
    /// <exception cref="ResiduumException">The model has no classifier.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least: 0 threads, 1 call, 1 image.</exception>
    public Predictor(Model model, int threads = 0, int concurrency = 1, int batch = 1, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Classes == 0) throw new ResiduumException($"The network {model.Network.Name} has no classifier, so it "
            + "cannot predict classes.");
        _model = model;
        _session = new Session(model, model.Graph, new SessionSettings(threads, concurrency, batch, options));
    }

    /// <summary>Bytes of memory that the plans made so far hold, weights included.</summary>
    public long MemoryBytes => _session.MemoryBytes;

    /// <summary>Classifies a picture in a file, which <see cref="ImageReader.Default"/> reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <returns>The most probable classes, best first; of equal ones the first.</returns>
    /// <exception cref="ResiduumException">The file cannot be read.</exception>
    public IReadOnlyList<Prediction> Predict(string path, int top = 5) => Predict(ImageReader.Default.Read(path), top);

    /// <summary>Classifies a picture of any size.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <returns>The most probable classes, best first; of equal ones the first.</returns>
    public IReadOnlyList<Prediction> Predict(RgbImage image, int top = 5) => _model.Top(Logits(image), top);

    /// <summary>Classifies pictures of any sizes, a batch at a time.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <param name="cancellation">Ends the call between two batches.</param>
    /// <returns>For each picture, in order, the most probable classes, best first.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Predict(
        IReadOnlyList<RgbImage> images, int top = 5, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var logits = new float[checked(images.Count * _model.Classes)];
        _session.Run(images, logits, cancellation);
        var predictions = new IReadOnlyList<Prediction>[images.Count];
        for (var i = 0; i < predictions.Length; i++) predictions[i] = _model.Top(logits.AsSpan(i * _model.Classes, _model.Classes), top);
        return predictions;
    }

    /// <summary>The logits of a picture, one for each class.</summary>
    public float[] Logits(RgbImage image)
    {
        var logits = new float[_model.Classes];
        _session.Run(image, logits);
        return logits;
    }

    /// <summary>The logits of prepared images (<see cref="Preprocessing.Apply"/>).</summary>
    /// <param name="images">One image, channels x height x width, or several with their number first.</param>
    /// <returns>As many rows as there are images, one behind another, each with a logit for each class.</returns>
    /// <exception cref="ResiduumException">The images have another size than the network takes.</exception>
    public float[] Logits(Tensor images)
    {
        var logits = new float[checked(_session.Count(images) * _model.Classes)];
        _session.Run(images.ToFloat32().Span<float>(), logits, default);
        return logits;
    }

    /// <summary>The logits of prepared images, written where the caller wants them; allocates nothing.</summary>
    /// <param name="images">One or more images, each channels x height x width, one behind another.</param>
    /// <param name="logits">Room for a logit for each class of each image.</param>
    /// <param name="cancellation">Ends the call between two batches.</param>
    /// <exception cref="ResiduumException">The numbers are not those of whole images, or there is too little room.</exception>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits, CancellationToken cancellation = default) =>
        _session.Run(images, logits, cancellation);

    /// <summary>Waits for predictions that run, frees the plans and ends their threads. Later calls throw.</summary>
    public void Dispose() => _session.Dispose();
}
