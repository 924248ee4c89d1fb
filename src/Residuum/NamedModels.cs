using Residuum.Models;

namespace Residuum;

/// <summary>What a user names in one word: a catalogue name or the path of a file.</summary>
static class NamedModels
{
    // What ends so is no name of the catalogue.
    static readonly string[] s_extensions = [".safetensors", ".json", ".pth", ".pt", ".th", ".onnx"];

    /// <inheritdoc cref="Model.Open"/>
    public static Model Open(string nameOrPath, string? weights, ulong seed)
    {
        if (File.Exists(nameOrPath) && !IsDescription(nameOrPath))
        {
            var model = Model.Load(nameOrPath);
            return weights is null ? model
                : new Model(model.Network, ModelFile.ReadWeights(weights, model.Network), model.Preprocessing,
                model.Labels)
                { SaysPreprocessing = true };
        }
        var network = FindNetwork(nameOrPath);
        return weights is null ? Model.Create(network, seed) : Model.Load(weights, network);
    }

    /// <inheritdoc cref="Model.FindNetwork"/>
    public static NetworkSpec FindNetwork(string nameOrPath)
    {
        if (!File.Exists(nameOrPath))
        {
            if (Directory.Exists(nameOrPath))
                throw new ResiduumException($"'{nameOrPath}' is a folder; give a catalogue name, a model file, or a description in JSON.");
            if (s_extensions.Contains(Path.GetExtension(nameOrPath).ToLowerInvariant()))
                throw new ResiduumException($"There is no file '{nameOrPath}'; check the path.");
            return Catalogue.Find(nameOrPath).Spec;
        }
        return IsDescription(nameOrPath) ? NetworkSpec.FromFile(nameOrPath) : Model.Load(nameOrPath).Network;
    }

    /// <summary>Whether a path is that of a description in JSON.</summary>
    public static bool IsDescription(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
