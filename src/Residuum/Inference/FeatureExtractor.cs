using Residuum.Images;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Inference;

/// <summary>
/// A model made ready to compute what one of its inner nodes holds for an image: the map that a stage ends with, the numbers that the
/// classifier reads. Nodes behind it are not computed. <see cref="Model.Features(string, RgbImage)"/> keeps some of these for a
/// single caller. Holds plans with their memory and threads: dispose it, which waits for calls that run.
/// <para>All members may be called from many threads at once, as <see cref="Predictor"/> describes. The numbers depend neither on threads
/// nor on other images or callers.</para>
/// </summary>
/// <example>
/// <code>
/// using var extractor = new FeatureExtractor(model, "stage3", batch: 8);
/// Tensor maps = extractor.Extract(images);          // N x 1024 x 14 x 14 for ResNet-50
/// </code>
/// </example>
public sealed class FeatureExtractor : IDisposable
{
    readonly Session _session;

    /// <summary>Prepares a model: makes the first plan and loads the weights into it. Further plans are made when callers meet.</summary>
    /// <param name="model">The model. It may be disposed before the extractor.</param>
    /// <param name="name">
    /// A node (<see cref="Model.FeatureNames"/>), or the beginning of some nodes' names up to a dot, which means the last of them:
    /// <c>stem</c>, <c>stage3</c>, <c>stage3.block2</c>; or <c>embedding</c>, what the classifier reads (for a network without
    /// classifier the mean of each channel of its last map), or <c>logits</c>.
    /// </param>
    /// <param name="threads">Threads that share the work of one call; 0 for an even share of the cores.</param>
    /// <param name="concurrency">How many calls may run at the same time; 1 by default.</param>
    /// <param name="batch">How many images go through the network together where a call has several; 1 by default.</param>
    /// <param name="options">How to compute; the usual choices where absent.</param>
    /// <exception cref="ResiduumException">The network has no such node; the sentence names the nearest or lists the parts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least: 0 threads, 1 call, 1 image.</exception>
    public FeatureExtractor(Model model, string name, int threads = 0, int concurrency = 1, int batch = 1, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        var graph = NamedFeatures.GraphFor(model.Graph, name, model.Network.Name);
        Name = graph.Nodes[graph.Outputs[0].Value.Node].Name;
        var shape = graph.TypeOf(graph.Outputs[0].Value).Shape;
        Shape = new Shape(shape.Dimensions.AsSpan()[1..]);
        _session = new Session(model, graph, new SessionSettings(threads, concurrency, batch, options));
    }

    /// <summary>The whole name of the node, for example <c>stage3.block6.relu3</c> for <c>stage3</c>.</summary>
    public string Name { get; }

    /// <summary>The shape of one image's features: channels x height x width of a map, or channels.</summary>
    public Shape Shape { get; }

    /// <summary>Bytes of memory that the plans made so far hold, weights included.</summary>
    public long MemoryBytes => _session.MemoryBytes;

    /// <summary>The features of a picture in a file, which <see cref="ImageReader.Default"/> reads; a tensor of
    /// <see cref="Shape"/>.</summary>
    /// <exception cref="ResiduumException">The file cannot be read.</exception>
    public Tensor Extract(string path) => Extract(ImageReader.Default.Read(path));

    /// <summary>The features of a picture of any size; a tensor of <see cref="Shape"/>.</summary>
    public Tensor Extract(RgbImage image)
    {
        var features = new Tensor(ElementType.Float32, Shape);
        _session.Run(image, features.Span<float>());
        return features;
    }

    /// <summary>The features of pictures of any sizes, a batch at a time.</summary>
    /// <param name="images">The pictures; at least one.</param>
    /// <param name="cancellation">Ends the call between two batches.</param>
    /// <returns>A tensor with the number of pictures before <see cref="Shape"/>.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Tensor Extract(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var features = Several(images.Count);
        _session.Run(images, features.Span<float>(), cancellation);
        return features;
    }

    /// <summary>The features of prepared images (<see cref="Preprocessing.Apply"/>).</summary>
    /// <param name="images">One image, channels x height x width, or several with their number first.</param>
    /// <returns>A tensor of <see cref="Shape"/>, with the number of images before it where they had one.</returns>
    /// <exception cref="ResiduumException">The images have another size than the network takes.</exception>
    public Tensor Extract(Tensor images)
    {
        var count = _session.Count(images);
        var features = images.Shape.Rank == 4 ? Several(count) : new Tensor(ElementType.Float32, Shape);
        _session.Run(images.ToFloat32().Span<float>(), features.Span<float>(), default);
        return features;
    }

    /// <summary>Waits for calls that run, frees the plans and ends their threads. Later calls throw.</summary>
    public void Dispose() => _session.Dispose();

    Tensor Several(int count) => new(ElementType.Float32, new Shape([count, .. Shape.Dimensions]));
}
