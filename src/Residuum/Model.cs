using Residuum.Graphs;
using Residuum.Images;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum;

/// <summary>
/// A network with its weights, and with what it takes to use it: how an image is prepared and what the classes are called. Kept as
/// one safetensors file that says all this of itself and that PyTorch can load too; handed on as a PyTorch checkpoint. The members are
/// fixed; <see cref="Predict"/> may be called from several threads, which then wait for one another. Dispose it after predicting.
/// </summary>
/// <example>
/// <code>
/// using var model = Model.Load("model.safetensors");
/// foreach (var prediction in model.Predict(new ImageReader().Read("picture.png"))) Console.WriteLine($"{prediction.Label} {prediction.Probability:P1}");
/// </code>
/// </example>
public sealed class Model : IDisposable
{
    readonly Lock _lock = new();
    Predictor? _predictor;

    /// <summary>A model of these parts.</summary>
    /// <param name="network">The network's description.</param>
    /// <param name="weights">All its parameters and state, by our names.</param>
    /// <param name="preprocessing">How an image is prepared; null for what the network's size suggests.</param>
    /// <param name="labels">The names of the classes; null for what the network suggests.</param>
    /// <exception cref="ResiduumException">The parts do not fit one another.</exception>
    public Model(
        NetworkSpec network, IReadOnlyDictionary<string, Tensor> weights, Preprocessing? preprocessing = null, IReadOnlyList<string>? labels = null)
    {
        Network = network;
        Graph = network.Build();
        Weights = weights;
        Preprocessing = preprocessing ?? ModelDefaults.PreprocessingFor(network);
        Labels = labels ?? ModelDefaults.LabelsFor(network, Classes);
        if (Classes > 0 && Labels.Count != Classes)
            throw new ResiduumException($"The network tells {Classes} classes apart, but {Labels.Count} labels were given; give one for each.");
        foreach (var node in Graph.Nodes)
            if (node.Op is Parameter or State && (!weights.TryGetValue(node.Name, out var tensor) || tensor.Shape != node.Outputs[0].Shape))
                throw new ResiduumException($"The weights lack '{node.Name}' of shape {node.Outputs[0].Shape}, which {network.Name} needs.");
    }

    /// <summary>The network's description.</summary>
    public NetworkSpec Network { get; }

    /// <summary>The network as a graph, with running statistics.</summary>
    public Graph Graph { get; }

    /// <summary>All parameters and state, by our names.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>How an image is prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Whether a model file said how images are prepared, so that it is no guess.</summary>
    internal bool SaysPreprocessing { get; init; }

    /// <summary>The names of the classes; empty where the network has no classifier.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How many classes the network tells apart; 0 where it has no classifier.</summary>
    public int Classes =>
        Graph.Outputs[0].Name == NetworkSpec.LogitsOutput ? Graph.TypeOf(Graph.Outputs[0].Value).Shape[1] : 0;

    /// <summary>A network with random weights (<see cref="Initialization"/>).</summary>
    public static Model Create(NetworkSpec network, ulong seed = 0) => new(network, Initialization.Create(network.Build(), seed));

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
    /// Loads a model file, or bare weights of a network that is given: safetensors or a PyTorch checkpoint, with our names, torchvision's,
    /// akamaster's or kuangliu's.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What the weights are of; null where the file says it itself.</param>
    /// <exception cref="ResiduumException">The file cannot be read, does not say what it is, or does not fit the network.</exception>
    public static Model Load(string path, NetworkSpec? network = null) => ModelFile.Read(path, network);

    /// <summary>
    /// Saves the model in the format that the extension names. <c>.safetensors</c>: with its description, preprocessing and labels, so
    /// that the file says what it is. <c>.pth</c>, <c>.pt</c>: a PyTorch checkpoint with the weights alone, for <c>torch.load</c> and a
    /// strict <c>load_state_dict</c>. The same model gives the same bytes; the file is replaced whole or not at all.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Whose names the weights have; null for torchvision's where the network is one of torchvision's, else
    /// ours.</param>
    /// <exception cref="ResiduumException">The extension is unknown, the scheme lacks names, or the file cannot be written.</exception>
    public void Save(string path, WeightScheme? names = null) => ModelWriter.Write(this, path, names);

    /// <summary>The same model with another preparation of images.</summary>
    public Model With(Preprocessing preprocessing) => new(Network, Weights, preprocessing, Labels);

    /// <summary>Classifies an image: the most probable classes, best first.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="top">How many classes at most.</param>
    /// <exception cref="ResiduumException">The network has no classifier.</exception>
    public IReadOnlyList<Prediction> Predict(RgbImage image, int top = 5)
    {
        lock (_lock)
        {
            _predictor ??= new Predictor(this);
            return _predictor.Predict(image, top);
        }
    }

    /// <summary>Frees what <see cref="Predict"/> holds.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _predictor?.Dispose();
            _predictor = null;
        }
    }
}
