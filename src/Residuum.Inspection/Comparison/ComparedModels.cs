using System.Collections.Immutable;
using System.Text.Json;
using Residuum.Interop;
using Residuum.Models;

namespace Residuum.Inspection;

/// <summary>Makes sides of a comparison of models, and of what a user names.</summary>
static class ComparedModels
{
    /// <summary>A model with all that it says of itself.</summary>
    public static ComparedModel Of(Model model) => new(model.Network.Name, model.Graph, model.Weights, new Dictionary<string, string>
    {
        ["network"] = model.Network.ToJson(indented: false),
        ["preprocessing"] = model.Preprocessing.ToJson(),
        ["labels"] = JsonSerializer.Serialize([.. model.Labels], RootJson.Default.StringArray),
    });

    /// <summary>
    /// Two things that a user names: catalogue names and descriptions, which have no weights; model files; bare weights, which are of
    /// <paramref name="network"/>, else of what the other side is of, else are compared by their own names.
    /// </summary>
    /// <exception cref="ResiduumException">One of them does not exist, cannot be read, or does not fit the network.</exception>
    public static (ComparedModel Left, ComparedModel Right) Open(string left, string right, NetworkSpec? network)
    {
        var (leftBare, rightBare) = (ModelFile.IsBare(left), ModelFile.IsBare(right));
        if (network is not null && !leftBare && !rightBare)
            throw new ResiduumException($"A network is named for bare weights, but '{left}' and '{right}' both say "
                + "themselves what they are "
                + "of; leave it out.");
        var ours = leftBare ? null : Described(left);
        var theirs = rightBare ? null : Described(right);
        var (first, firstNetwork) = ours ?? Bare(left, network ?? theirs?.Network);
        return (first, (theirs ?? Bare(right, network ?? firstNetwork)).Side);
    }

    static (ComparedModel Side, NetworkSpec? Network)? Described(string nameOrPath)
    {
        if (File.Exists(nameOrPath) && !NamedModels.IsDescription(nameOrPath))
        {
            using var model = Model.Load(nameOrPath);
            return (Of(model) with { Name = nameOrPath }, model.Network);
        }
        var network = Model.FindNetwork(nameOrPath);
        return (new ComparedModel(nameOrPath, network.Build(), null, OfNetwork(network)), network);
    }

    static (ComparedModel Side, NetworkSpec? Network) Bare(string path, NetworkSpec? network)
    {
        if (network is null)
            return (new ComparedModel(path, null, WeightFiles.Read(path).Tensors, ImmutableDictionary<string, string>.Empty), null);
        using var model = Model.Load(path, network);
        return (new ComparedModel(path, model.Graph, model.Weights, OfNetwork(network)), network);
    }

    static Dictionary<string, string> OfNetwork(NetworkSpec network) => new() { ["network"] = network.ToJson(indented: false) };
}
