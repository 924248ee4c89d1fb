using System.Buffers;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Inference;

/// <summary>
/// Brings images through one output of a model's network: what <see cref="Predictor"/> and <see cref="FeatureExtractor"/> share. Images are
/// prepared on the caller's thread, before it takes a plan from the pool. Safe from several threads.
/// </summary>
sealed class Session : IDisposable
{
    readonly Preprocessing _preprocessing;
    readonly Shape _image;
    readonly PlanPool _pool;

    /// <param name="model">Whose weights and preparation of images to use.</param>
    /// <param name="graph">Its network, with one output.</param>
    /// <param name="settings">How many at a time.</param>
    public Session(Model model, Graph graph, SessionSettings settings)
    {
        _preprocessing = model.Preprocessing;
        var input = graph.Inputs.First().Outputs[0].Shape;
        _image = new Shape(input[1], input[2], input[3]);
        _pool = new PlanPool(graph, model.Weights, settings.Batch, settings.Threads, settings.Concurrency, settings.Options);
    }

    /// <summary>Floats of one image's result.</summary>
    public int ResultLength => _pool.ResultLength;

    /// <summary>Bytes that the plans hold.</summary>
    public long MemoryBytes => _pool.MemoryBytes;

    /// <summary>One picture.</summary>
    public void Run(RgbImage image, Span<float> results) => Run([image], results, default);

    /// <summary>Pictures, as many at a time as the batch allows.</summary>
    public void Run(IReadOnlyList<RgbImage> images, Span<float> results, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        var prepared = ArrayPool<float>.Shared.Rent(checked(Math.Min(_pool.Batch, Math.Max(images.Count, 1)) * _pool.ImageLength));
        try
        {
            for (var first = 0; first < images.Count; first += _pool.Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                var part = Math.Min(_pool.Batch, images.Count - first);
                for (var i = 0; i < part; i++) Prepare(images[first + i], prepared.AsSpan(i * _pool.ImageLength, _pool.ImageLength));
                _pool.Run(prepared.AsSpan(0, part * _pool.ImageLength), results[(first * ResultLength)..], cancellation);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(prepared);
        }
    }

    /// <summary>Prepared numbers, channels x height x width, one image behind another.</summary>
    public void Run(ReadOnlySpan<float> images, Span<float> results, CancellationToken cancellation)
    {
        if (images.IsEmpty || images.Length % _pool.ImageLength != 0)
            throw new ResiduumException(
                $"The network takes images of {_image}, {_pool.ImageLength} numbers each, and was given {images.Length} numbers.");
        var expected = (long)(images.Length / _pool.ImageLength) * ResultLength;
        if (results.Length < expected)
            throw new ResiduumException($"The results of these images are {expected} numbers, and there is room for {results.Length}.");
        _pool.Run(images, results, cancellation);
    }

    /// <summary>How many images a tensor of one (channels x height x width) or several (images first) holds.</summary>
    /// <exception cref="ResiduumException">It has another shape than the network takes.</exception>
    public int Count(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Shape == _image) return 1;
        if (images.Shape.Rank == 4 && images.Shape[0] > 0 && images.Shape == new Shape([images.Shape[0], .. _image.Dimensions]))
            return images.Shape[0];
        throw Misfit(images.Shape);
    }

    public void Dispose() => _pool.Dispose();

    void Prepare(RgbImage image, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(image);
        var ready = _preprocessing.ApplyGeometry(image);
        if (_preprocessing.Channels != _image[0] || ready.Height != _image[1] || ready.Width != _image[2])
            throw Misfit(new Shape(_preprocessing.Channels, ready.Height, ready.Width));
        _preprocessing.Normalize(ready, target);
    }

    ResiduumException Misfit(Shape given) => new($"The network takes images of {_image} and was given one of {given}.");
}

/// <summary>How many threads, callers and images at a time a session is made for.</summary>
readonly record struct SessionSettings(int Threads, int Concurrency, int Batch, PlanOptions? Options);
