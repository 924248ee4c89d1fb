using Residuum.Images;
using Residuum.Inference;
using Residuum.Tensors;

namespace Residuum;

public sealed partial class Model
{
    const int ManyBatch = 8;
    const int MostExtractors = 4;

    readonly Lock _predictorLock = new();
    readonly Lock _extractorLock = new();
    readonly List<(string Name, FeatureExtractor Extractor)> _extractors = [];
    Predictor? _single;
    Predictor? _many;
    bool _disposed;

    /// <summary>Classifies a picture in a file, which <see cref="ImageReader.Default"/> reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <returns>The most probable classes, best first; of equal ones the first.</returns>
    /// <exception cref="ResiduumException">The file cannot be read, or the network has no classifier.</exception>
    public IReadOnlyList<Prediction> Predict(string path, int top = 5) => Single().Predict(path, top);

    /// <summary>Classifies a picture of any size.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <returns>The most probable classes, best first; of equal ones the first.</returns>
    /// <exception cref="ResiduumException">The network has no classifier.</exception>
    public IReadOnlyList<Prediction> Predict(RgbImage image, int top = 5) => Single().Predict(image, top);

    /// <summary>Classifies pictures of any sizes, eight at a time; the results are those of single ones.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <param name="cancellation">Ends the call between two batches.</param>
    /// <returns>For each picture, in order, the most probable classes, best first.</returns>
    /// <exception cref="ResiduumException">The network has no classifier.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Predict(
        IReadOnlyList<RgbImage> images, int top = 5, CancellationToken cancellation = default) => Many().Predict(images, top, cancellation);

    /// <summary>The most probable classes for logits of this model, best first.</summary>
    /// <param name="logits">One number for each class.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <exception cref="ResiduumException">There are more or fewer numbers than classes.</exception>
    public IReadOnlyList<Prediction> Top(ReadOnlySpan<float> logits, int top = 5) => logits.Length == Classes && Classes > 0
        ? Prediction.Top(logits, Labels, top)
        : throw new ResiduumException($"The network {Network.Name} tells {Classes} classes apart, and {logits.Length} logits were given.");

    /// <summary>
    /// What an inner node of the network holds for a picture. Plans for the last four names are kept; several threads and many pictures are
    /// better served by <see cref="FeatureExtractor"/>.
    /// </summary>
    /// <param name="name">
    /// A node (<see cref="FeatureNames"/>), or the beginning of some nodes' names up to a dot, which means the last of them:
    /// <c>stem</c>, <c>stage3</c>, <c>stage3.block2</c>; or <c>embedding</c>, what the classifier reads, or <c>logits</c>.
    /// </param>
    /// <param name="image">The picture.</param>
    /// <returns>A map of channels x height x width, or a row of channels.</returns>
    /// <exception cref="ResiduumException">The network has no such node; the sentence names the nearest or lists the parts.</exception>
    public Tensor Features(string name, RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_extractorLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var place = _extractors.FindIndex(kept => kept.Name == name);
            var extractor = place < 0 ? new FeatureExtractor(this, name) : _extractors[place].Extractor;
            if (place >= 0) _extractors.RemoveAt(place);
            _extractors.Insert(0, (name, extractor));
            if (_extractors.Count > MostExtractors)
            {
                _extractors[^1].Extractor.Dispose();
                _extractors.RemoveAt(MostExtractors);
            }
            return extractor.Extract(image);
        }
    }

    /// <summary>The same for a picture in a file, which <see cref="ImageReader.Default"/> reads.</summary>
    /// <param name="name">The name of a value, as for <see cref="Features(string, RgbImage)"/>.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ResiduumException">The file cannot be read, or the network has no such node.</exception>
    public Tensor Features(string name, string path) => Features(name, ImageReader.Default.Read(path));

    /// <summary>
    /// What the classifier reads of a picture: numbers that are near one another for pictures that look alike to the network. For a network
    /// without a classifier the mean of each channel of its last map. The same as <c>Features("embedding", image)</c>.
    /// </summary>
    public float[] Embedding(RgbImage image) => Features(NamedFeatures.Embedding, image).Span<float>().ToArray();

    /// <summary>The same for a picture in a file, which <see cref="ImageReader.Default"/> reads.</summary>
    /// <exception cref="ResiduumException">The file cannot be read.</exception>
    public float[] Embedding(string path) => Embedding(ImageReader.Default.Read(path));

    /// <summary>
    /// Waits for calls that run, frees the memory that predictions and features took, and ends their threads. Later ones throw.
    /// </summary>
    public void Dispose()
    {
        lock (_predictorLock)
        {
            _disposed = true;
            _single?.Dispose();
            _many?.Dispose();
        }
        lock (_extractorLock)
        {
            foreach (var (_, extractor) in _extractors) extractor.Dispose();
            _extractors.Clear();
        }
    }

    Predictor Single()
    {
        lock (_predictorLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _single ??= new Predictor(this);
        }
    }

    Predictor Many()
    {
        lock (_predictorLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _many ??= new Predictor(this, batch: ManyBatch);
        }
    }
}
