using Residuum.Graphs;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum;

/// <summary>
/// A network with its weights, and with what it takes to use it: how an image is prepared and what the classes are called. Kept as
/// one safetensors file that says all this of itself and that PyTorch can load too; handed on as a PyTorch checkpoint. What a model is
/// made of is fixed; what looks like a change makes a new model that shares the weights.
/// <para>All members may be called from many threads at once. Predictions and features are computed one call after another, each with all
/// cores; <see cref="Predictor"/> and <see cref="FeatureExtractor"/> choose threads, memory and how many calls run together. Dispose a
/// model that has predicted: it holds memory outside the managed heap and threads. Its weights can still be read then.</para>
/// </summary>
/// <example>
/// <code>
/// using var model = Model.Load("model.safetensors");
/// foreach (var prediction in model.Predict("picture.png")) Console.WriteLine($"{prediction.Label} {prediction.Probability:P1}");
/// </code>
/// </example>
public sealed partial class Model : IDisposable
{
    /// <summary>A model of these parts.</summary>
    /// <param name="network">The network's description.</param>
    /// <param name="weights">All its parameters and state, by our names. They are kept, not copied.</param>
    /// <param name="preprocessing">How an image is prepared; null for what the network's size suggests.</param>
    /// <param name="labels">The names of the classes; null for what the network suggests.</param>
    /// <exception cref="ResiduumException">The parts do not fit one another.</exception>
    public Model(
        NetworkSpec network, IReadOnlyDictionary<string, Tensor> weights, Preprocessing? preprocessing = null,
            IReadOnlyList<string>? labels = null)
        : this(network, network.Build(), weights, preprocessing, labels)
    {
    }

    /// <summary>The same for a network that is built already.</summary>
    internal Model(
        NetworkSpec network, Graph graph,
            IReadOnlyDictionary<string, Tensor> weights, Preprocessing? preprocessing, IReadOnlyList<string>? labels)
    {
        Network = network;
        Graph = graph;
        Weights = weights;
        Preprocessing = preprocessing ?? ModelDefaults.PreprocessingFor(network);
        Labels = labels ?? ModelDefaults.LabelsFor(network, Classes);
        if (Classes > 0 && Labels.Count != Classes)
            throw new ResiduumException($"The network tells {Classes} classes apart, but {Labels.Count} labels were "
                + "given; give one for each.");
        foreach (var node in Graph.Nodes)
            if (node.Op is Parameter or State && (!weights.TryGetValue(node.Name, out var tensor) || tensor.Shape != node.Outputs[0].Shape))
                throw new ResiduumException($"The weights lack '{node.Name}' of shape {node.Outputs[0].Shape}, which "
                    + $"{network.Name} needs.");
    }

    /// <summary>The network's description.</summary>
    public NetworkSpec Network { get; }

    /// <summary>The network as a graph, with running statistics.</summary>
    public Graph Graph { get; }

    /// <summary>All parameters and state, by our names. Models made of one another share them: do not write to them.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>How an image is prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Whether a model file said how images are prepared, so that it is no guess.</summary>
    internal bool SaysPreprocessing { get; init; }

    /// <summary>Whether the weights are those of a seed, untrained.</summary>
    public bool HasRandomWeights { get; init; }

    /// <summary>The names of the classes; empty where the network has no classifier.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How many classes the network tells apart; 0 where it has no classifier.</summary>
    public int Classes =>
        Graph.Outputs[0].Name == NetworkSpec.LogitsOutput ? Graph.TypeOf(Graph.Outputs[0].Value).Shape[1] : 0;

    /// <summary>The nodes that <see cref="Features(string, RgbImage)"/> knows by their whole names, in the order of the network.</summary>
    public IReadOnlyList<string> FeatureNames => [.. NamedFeatures.All(Graph)];

    /// <summary>A network with random weights (<see cref="Initialization"/>).</summary>
    /// <param name="network">The network, such as <see cref="Networks.ResNet50"/>.</param>
    /// <param name="seed">The seed of the random numbers; the same seed gives the same weights.</param>
    /// <exception cref="ResiduumException">The description cannot be built.</exception>
    public static Model Create(NetworkSpec network, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        var graph = network.Build();
        return new Model(network, graph, Initialization.Create(graph, seed), null, null) { HasRandomWeights = true };
    }

    /// <summary>
    /// Opens what a user names: a catalogue name, a model file, or a network's description in JSON; with weights from a file where one is
    /// given, else with those of the model file, else random.
    /// </summary>
    /// <exception cref="ResiduumException">There is no such network or file, or it cannot be read.</exception>
    public static Model Open(string nameOrPath, string? weights = null, ulong seed = 0) => NamedModels.Open(nameOrPath, weights, seed);

    /// <summary>The network that a user names: a catalogue name, a description in JSON, or the one in a model file.</summary>
    /// <exception cref="ResiduumException">There is no such network or file.</exception>
    public static NetworkSpec FindNetwork(string nameOrPath) => NamedModels.FindNetwork(nameOrPath);

    /// <summary>
    /// Loads a model file (<c>.safetensors</c>, <c>.onnx</c>), or bare weights of a network that is given: safetensors or a PyTorch
    /// checkpoint with names of any of <see cref="WeightNames.Schemes"/>, or an ONNX file with our names. An ONNX file that was not
    /// written here becomes a network that is described node by node (<see cref="GraphSpec"/>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What the weights are of; null where the file says it itself.</param>
    /// <exception cref="ResiduumException">The file cannot be read, does not say what it is, or does not fit the network.</exception>
    public static Model Load(string path, NetworkSpec? network = null) => ModelFile.Read(path, network);

    /// <summary>
    /// Loads the content of a safetensors file or a PyTorch checkpoint from a stream, from an embedded resource for example, and leaves
    /// the stream open. ONNX files are read by their path only.
    /// </summary>
    /// <param name="stream">The whole file, of at most 2 GB; it is read to its end, from its beginning where it is seekable.</param>
    /// <param name="network">What the weights are of; null where the file says it itself.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ResiduumException">The content does not say what it is, is damaged, or does not fit the network.</exception>
    public static Model Load(Stream stream, NetworkSpec? network = null, string name = "the stream") =>
        ModelFile.Read(stream, network, name);

    /// <summary>
    /// Saves the model in the format that the extension names. <c>.safetensors</c>: with its description, preprocessing and labels, so
    /// that the file says what it is. <c>.pth</c>, <c>.pt</c>: a PyTorch checkpoint with the weights alone, for <c>torch.load</c> and a
    /// strict <c>load_state_dict</c>. <c>.onnx</c>: the network node by node with all that a safetensors file says, for other programs to
    /// run (<see cref="SaveOnnx"/> has options). The same model gives the same bytes; the file is replaced whole or not at all.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Whose names the weights have, one of <see cref="WeightNames.Schemes"/>; null for torchvision's where the
    /// network is one of torchvision's, else ours. ONNX files have ours.</param>
    /// <exception cref="ResiduumException">The extension is unknown, the scheme lacks names, or the file cannot be written.</exception>
    public void Save(string path, WeightScheme? names = null) => ModelWriter.Write(this, path, names);

    /// <summary>Saves the model as an ONNX file; it is replaced whole or not at all, and <see cref="Load(string, NetworkSpec?)"/> reads
    /// it.</summary>
    /// <param name="path">The file; its name ends in <c>.onnx</c>.</param>
    /// <param name="options">Folding, batch and version of the operators; null for none of the first two, and the usual version.</param>
    /// <exception cref="ResiduumException">An option is out of range, the file would be larger than 2 GB, or it cannot be
    /// written.</exception>
    public void SaveOnnx(string path, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        OnnxModelFile.Write(path, this, options ?? new OnnxOptions());
    }

    /// <summary>Writes the bytes of a <c>.safetensors</c> file to a stream, and leaves it open.</summary>
    public void Save(Stream stream) => ModelWriter.Write(this, stream);

    /// <summary>The same model with another preparation of images or other names of its classes.</summary>
    /// <param name="preprocessing">How an image is prepared; null for no change.</param>
    /// <param name="labels">The names of the classes, one for each; null for no change.</param>
    /// <exception cref="ResiduumException">There are more or fewer labels than classes.</exception>
    public Model With(Preprocessing? preprocessing = null, IReadOnlyList<string>? labels = null) =>
        new(Network, Graph, Weights, preprocessing ?? Preprocessing, labels ?? Labels)
        {
            SaysPreprocessing = SaysPreprocessing,
            HasRandomWeights = HasRandomWeights
        };

    /// <summary>
    /// The same model with a new classifier, to be trained on other classes: the classifier's weights are random, all others are kept. A
    /// network without a classifier is given one.
    /// </summary>
    /// <param name="labels">The names of the new classes.</param>
    /// <param name="seed">The seed of the new weights.</param>
    /// <exception cref="ResiduumException">The network's description has no place for another number of classes.</exception>
    public Model WithHead(IReadOnlyList<string> labels, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var network = Network.WithClasses(labels.Count);
        var graph = network.Build();
        var kept = new Dictionary<string, Tensor>(Weights);
        foreach (var input in NamedFeatures.Classifier(graph)?.Inputs ?? []) kept.Remove(graph.Nodes[input.Node].Name);
        return new Model(network, graph, Initialization.Create(graph, seed, false, kept), Preprocessing, labels)
        {
            SaysPreprocessing = SaysPreprocessing,
            HasRandomWeights = HasRandomWeights,
        };
    }

    /// <summary>The same with classes that are numbered from 0.</summary>
    /// <param name="classes">The number of classes; at least 1.</param>
    /// <param name="seed">The seed of the new weights.</param>
    /// <exception cref="ResiduumException">The network's description has no place for another number of classes.</exception>
    public Model WithHead(int classes, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        return WithHead(ModelDefaults.Numbered(classes), seed);
    }
}
