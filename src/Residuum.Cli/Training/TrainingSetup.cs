using Residuum.Data;
using Residuum.Images;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum.Cli.Training;

/// <summary>A run that is ready to start or to go on.</summary>
/// <param name="Folder">Where it keeps its files.</param>
/// <param name="Network">The network, fitted to the data.</param>
/// <param name="Job">What is trained, on what, and how.</param>
/// <param name="Initial">Weights to start from, or null for those of the seed.</param>
/// <param name="IsResumed">Whether it was begun before.</param>
sealed record TrainingSetup(
    RunFolder Folder, NetworkSpec Network, TrainingJob Job, IReadOnlyDictionary<string, Tensor>? Initial, bool IsResumed)
{
    // A run that starts from given weights keeps them, so that it can be resumed even when it ends before its first checkpoint.
    const string InitialName = "initial";

    /// <summary>Everything is checked before the folder is made, so that a wrong setting leaves nothing behind.</summary>
    public static TrainingSetup Start(TrainingRequest request, Messages messages)
    {
        var source = DataSources.Open(request.Data);
        var normalization = request.Normalization is { } name ? Normalization.Parse(name) : source.Normalization;
        var network = Model.FindNetwork(request.Model);
        CheckFolder(request.Folder);
        var train = source.Train;
        var fitted = Fit(network, train);
        if (fitted != network)
            messages.Line($"{network.Name} is made for images of {network.Input}{ClassesOf(network)}; here it is built for "
                + $"{fitted.Input}{ClassesOf(fitted)}.");
        var recipe = request.Recipe;
        if (train.Count < recipe.Batch)
            throw new ResiduumException(
                $"{train.Name} has {train.Count} images, fewer than one batch of {recipe.Batch}; choose a smaller one with --batch.");
        var settings = new RunSettings(fitted.ToJson(indented: false), Absolute(request.Data), recipe, request.Normalization, request.Seed);
        var job = new TrainingJob(fitted.Build(), recipe, train, source.Test, normalization, request.Seed, request.Threads);
        Evaluator.CheckFit(job.Network, job.Validation, train.Classes.Count);
        var initial = InitialWeights(request, fitted);
        var folder = RunFolder.Create(request.Folder, settings, ModelOf(fitted, normalization, train.Classes), initial);
        return new TrainingSetup(folder, fitted, job, initial, IsResumed: false);
    }

    /// <summary>Goes on with the run of a folder.</summary>
    public static TrainingSetup Resume(string path, int threads)
    {
        var settings = RunFolder.ReadSettings(path);
        if (settings.Network is null || settings.Data is null || settings.Recipe is null)
            throw new ResiduumException($"The settings of the run in '{path}' lack the network, the data or the recipe; they are damaged.");
        settings.Recipe.Check();
        var network = NetworkSpec.FromJson(settings.Network, $"the settings of '{path}'");
        var source = DataSources.Open(settings.Data);
        var normalization = settings.Normalization is { } name ? Normalization.Parse(name) : source.Normalization;
        var job = new TrainingJob(network.Build(), settings.Recipe, source.Train, source.Test, normalization, settings.Seed, threads);
        var initial = Path.Combine(path, $"{InitialName}.safetensors");
        return new TrainingSetup(RunFolder.Open(path, settings, ModelOf(network, normalization, source.Train.Classes)), network, job,
            File.Exists(initial) ? Model.Load(initial, network).Weights : null, IsResumed: true);
    }

    static Func<IReadOnlyDictionary<string, Tensor>, Model> ModelOf(
        NetworkSpec network, Normalization normalization, IReadOnlyList<string> labels) =>
        tensors => new Model(network, tensors, ModelDefaults.PreprocessingFor(network, normalization), labels);

    /// <summary>The network for the size and the classes of the data.</summary>
    static NetworkSpec Fit(NetworkSpec network, ImageSet data)
    {
        var input = new ImageSize(data.Channels, data.Height, data.Width);
        return network switch
        {
            ResNetSpec { Decoder: not null } autoencoder => autoencoder with { Input = input },
            ResNetSpec resNet => resNet with { Input = input, Classes = data.Classes.Count },
            PlainCnnSpec plain => plain with { Input = input, Classes = data.Classes.Count },
            _ => network with { Input = input },
        };
    }

    static string ClassesOf(NetworkSpec network) => network switch
    {
        ResNetSpec { Classes: { } classes } => $" in {classes} classes",
        PlainCnnSpec plain => $" in {plain.Classes} classes",
        _ => " without a classifier",
    };

    static IReadOnlyDictionary<string, Tensor>? InitialWeights(TrainingRequest request, NetworkSpec network)
    {
        if (request.Weights is { } weights) return Model.Load(weights, network).Weights;
        var isModelFile = File.Exists(request.Model) && !request.Model.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        return isModelFile ? Model.Load(request.Model, network).Weights : null;
    }

    /// <summary>The data with the whole path of its folder, so that the run can be resumed from anywhere.</summary>
    static string Absolute(string data) =>
        data.Split(':', 2) is [var kind, { Length: > 0 } folder] ? $"{kind}:{Path.GetFullPath(folder)}" : data;

    static void CheckFolder(string path)
    {
        if (File.Exists(path))
            throw new ResiduumException($"The run cannot be kept in '{path}', which is a file; name a folder with --out.");
        RunFolder.CheckNew(path);
    }
}

/// <summary>What a new run was asked for.</summary>
/// <param name="Model">The network, as the user named it; the weights of a model file are the start.</param>
/// <param name="Weights">Weights to start from, or null.</param>
/// <param name="Data">The data, as the user named it.</param>
/// <param name="Normalization">The name of a normalization, or null for the data's own.</param>
/// <param name="Recipe">The settings of the training.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Threads">Threads; 0 for one for each core.</param>
/// <param name="Folder">Where the run is kept.</param>
sealed record TrainingRequest(
    string Model, string? Weights, string Data, string? Normalization, Recipe Recipe, ulong Seed, int Threads, string Folder);
