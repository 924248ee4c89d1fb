using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Training;

/// <summary>
/// A network with what training adds to it: the statistics of the batch, what is dropped at random, the loss against labels, and the
/// gradient of every parameter.
/// </summary>
public static class TrainingGraph
{
    /// <summary>The input with the class of each image: N 32-bit integers.</summary>
    public const string Labels = "labels";

    /// <summary>The output with the mean loss of the batch: a scalar.</summary>
    public const string Loss = "loss";

    /// <summary>The output with the loss of each image: N.</summary>
    public const string ImageLosses = "image_losses";

    /// <summary>Name of the output with a network's logits.</summary>
    public const string Logits = "logits";

    /// <summary>Name of the output with an autoencoder's images.</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>
    /// The input with a key for each image, N x 2 32-bit integers, from which dropout and stochastic depth draw; only where the network has
    /// such operations.
    /// </summary>
    public const string Keys = "keys";

    /// <summary>Makes the graph.</summary>
    /// <param name="network">
    /// A network with an output <c>logits</c>, N x classes, whose loss is the cross-entropy with the labels; or an autoencoder with an
    /// output
    /// <c>reconstruction</c>, whose loss is the mean squared error from the image.
    /// </param>
    /// <param name="labelSmoothing">As in <see cref="SoftmaxCrossEntropy"/>.</param>
    /// <param name="checkpointActivations">
    /// Whether most maps are computed again in the backward part rather than kept until then: for deep networks on little memory. It
    /// costs about a third more time. Without, only what normalizations, additions and ReLUs made is made again, which costs a few
    /// hundredths. Neither changes a bit of the results.
    /// </param>
    /// <exception cref="ResiduumException">The network has neither.</exception>
    public static Graph Create(Graph network, float labelSmoothing = 0, bool checkpointActivations = false)
    {
        var (graph, forward) = WithGradients(network, labelSmoothing);
        return checkpointActivations
            ? Passes.RecomputeActivations.Apply(graph, forward)
            : Passes.RecomputeNormalizations.Apply(graph, forward);
    }

    /// <summary>The graph that keeps everything until the backward part reads it, and how many of its nodes are the forward part.</summary>
    internal static (Graph Graph, int ForwardNodes) WithGradients(Graph network, float labelSmoothing = 0)
    {
        var training = Passes.DropAtRandom.Apply(Passes.UseBatchStatistics.Apply(network), Keys);
        var forward = WithLoss(training, labelSmoothing);
        var loss = forward.Output(Loss);
        var graph = Gradients.Backward.Append(forward, loss, [.. training.Parameters.Select(node => node.Output())]);
        return (graph, forward.Nodes.Length);
    }

    /// <summary>A network with its loss and the loss of each image as further outputs; its nodes keep their places.</summary>
    internal static Graph WithLoss(Graph network, float labelSmoothing = 0)
    {
        var builder = new GraphBuilder(network);
        var loss = Reconstructs(network)
            ? builder.Add("loss", new MeanSquaredError(), network.Output(Reconstruction), network.Inputs.First().Output())
            : builder.Add("loss", new SoftmaxCrossEntropy(labelSmoothing), network.Output(Logits),
                builder.Input(Labels, new TensorType(ElementType.Int32, new Shape(Shape.Batch))));
        return builder.Output(Loss, loss).Output(ImageLosses, loss with { Output = 1 }).Build();
    }

    /// <summary>Whether a network makes images of images, and classifies nothing.</summary>
    internal static bool Reconstructs(Graph network) => network.Outputs.Any(output => output.Name == Reconstruction);

    /// <summary>How many classes a network tells apart; 0 for an autoencoder.</summary>
    internal static int Classes(Graph network) => Reconstructs(network) ? 0 : network.TypeOf(network.Output(Logits)).Shape[1];
}
