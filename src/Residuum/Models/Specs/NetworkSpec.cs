using System.Text.Json.Serialization;
using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>The size of the images that a network reads.</summary>
/// <param name="Channels">Planes of one image: 3 for colour, 1 for grey.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
public readonly record struct ImageSize(int Channels, int Height, int Width)
{
    /// <summary>For example <c>3x224x224</c>.</summary>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>
/// The description of a network, from which its graph is built: what the catalogue holds, what a model file carries, what can be
/// written by hand in C# or JSON. It is not the network itself: it holds no weights. Immutable, compares by content, safe to share
/// among threads; change one with <c>with</c>. The kinds are <see cref="ResNetSpec"/>,
/// <see cref="PlainCnnSpec"/>, and <see cref="GraphSpec"/> for any other network, node by node.
/// </summary>
/// <param name="Name">What the network is called: at most 128 printable characters.</param>
/// <param name="Input">The size of its images; the batch stays free.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ResNetSpec), "resnet")]
[JsonDerivedType(typeof(PlainCnnSpec), "plainCnn")]
[JsonDerivedType(typeof(GraphSpec), "graph")]
public abstract record NetworkSpec([property: JsonPropertyOrder(-2)] string Name, [property: JsonPropertyOrder(-1)] ImageSize Input)
{
    /// <summary>Name of the graph's input node, N x channels x height x width.</summary>
    public const string ImageInput = "image";

    /// <summary>Name of the graph's output when the network classifies, N x classes.</summary>
    public const string LogitsOutput = "logits";

    /// <summary>Name of the graph's output when the network has no classifier: the last map, N x channels x height x width.</summary>
    public const string FeaturesOutput = "features";

    /// <summary>Name of the graph's output when the network is an encoder with a dense head, N x features.</summary>
    public const string LatentOutput = "latent";

    /// <summary>Name of the graph's output when the network is an autoencoder: images of the input's size.</summary>
    public const string ReconstructionOutput = "reconstruction";

    /// <summary>The same network for images of another size.</summary>
    public NetworkSpec WithInput(int channels, int height, int width) => this with { Input = new ImageSize(channels, height, width) };

    /// <summary>The same network with a classifier for so many classes.</summary>
    /// <exception cref="ResiduumException">Networks of this kind cannot be given another classifier.</exception>
    public virtual NetworkSpec WithClasses(int classes) =>
        throw new ResiduumException($"The network {Name} cannot be given another classifier, since its description says "
            + "nothing of classes.");

    /// <summary>
    /// The network as a graph with the input <c>image</c> and the output <c>logits</c> (or <c>features</c>), batch free, normalizing
    /// with running statistics. The same description gives the same graph, names included.
    /// </summary>
    /// <exception cref="ResiduumException">A member of the description is out of range, or the image is too small for the
    /// network.</exception>
    public Graph Build()
    {
        SpecLimits.CheckText(this);
        Check();
        var graph = BuildGraph();
        SpecLimits.CheckSize(this, graph);
        return graph;
    }

    /// <summary>The description as JSON that <see cref="FromJson"/> reads back to an equal one.</summary>
    public string ToJson(bool indented = true) => SpecJson.Write(this, indented);

    /// <summary>Reads a description from JSON and checks every member; a member that is unknown, missing or given twice is refused by
    /// name.</summary>
    /// <param name="json">The text, at most 16 MiB.</param>
    /// <param name="source">What the text is called in an error, such as its file's path.</param>
    /// <exception cref="ResiduumException">The text is not the description of a network; the sentence says where and why.</exception>
    public static NetworkSpec FromJson(string json, string source = "the given JSON") => SpecJson.Read(json, source);

    /// <summary>Reads a description from a JSON file, as <see cref="FromJson"/>.</summary>
    /// <exception cref="ResiduumException">The file cannot be read, or is not the description of a network.</exception>
    public static NetworkSpec FromFile(string path) => SpecJson.ReadFile(path);

    /// <summary>Refuses members that are out of range, before anything is built.</summary>
    internal abstract void Check();

    internal abstract Graph BuildGraph();
}
