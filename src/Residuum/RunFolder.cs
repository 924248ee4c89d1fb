using System.Globalization;
using System.Text;
using System.Text.Json;
using Residuum.Foundation;
using Residuum.Interop;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum;

/// <summary>
/// The folder of a training run: <c>settings.json</c>, <c>metrics.jsonl</c> (a line an epoch), <c>checkpoint.safetensors</c> (where the run
/// stands, with the optimizer's state), <c>best.safetensors</c> and, at the end, <c>model.safetensors</c>; where the recipe asks for them,
/// <c>snapshots/epoch-0000.safetensors</c> and so on. Every file is replaced as a whole.
/// </summary>
public sealed class RunFolder : IRunStore
{
    const string StateKey = "residuum.training";
    const string SnapshotFolder = "snapshots";

    /// <summary>The subfolder for sample pictures, which the command writes once the run is done.</summary>
    internal const string SampleFolder = "samples";

    readonly Func<IReadOnlyDictionary<string, Tensor>, Model> _modelOf;

    RunFolder(string path, RunSettings settings, Func<IReadOnlyDictionary<string, Tensor>, Model> modelOf)
    {
        (Path, Settings, _modelOf) = (path, settings, modelOf);
    }

    /// <summary>Where the folder is.</summary>
    public string Path { get; }

    /// <summary>The run's settings.</summary>
    public RunSettings Settings { get; }

    /// <summary>The file of the model after the last epoch.</summary>
    public string ModelPath => File("model.safetensors");

    /// <summary>The file of the model that did best on the held-out images.</summary>
    public string BestPath => File("best.safetensors");

    /// <summary>Starts a run in a new or empty folder and writes its settings.</summary>
    /// <param name="path">The folder; it is made if it is not there.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="modelOf">Makes the model that is saved from the network's tensors.</param>
    /// <param name="initial">Weights that the run starts from, kept as <c>initial.safetensors</c>; null where they follow from the
    /// seed.</param>
    /// <exception cref="ResiduumException">The folder holds a run or a model already, or cannot be written.</exception>
    public static RunFolder Create(
        string path, RunSettings settings, Func<IReadOnlyDictionary<string, Tensor>, Model> modelOf,
        IReadOnlyDictionary<string, Tensor>? initial = null)
    {
        var folder = new RunFolder(path, settings, modelOf);
        CheckNew(path);
        MakeFolder(path);
        // The settings come last: a folder with settings is a run that can be resumed.
        if (initial is not null) folder.SaveModel("initial", initial);
        folder.Write("settings.json", JsonSerializer.Serialize(settings, RootJson.Default.RunSettings) + "\n");
        return folder;
    }

    /// <summary>Refuses a folder whose files a new run would use or replace.</summary>
    /// <exception cref="ResiduumException">There is such a file.</exception>
    public static void CheckNew(string path)
    {
        if (System.IO.File.Exists(System.IO.Path.Combine(path, "settings.json")))
            throw new ResiduumException($"The folder '{path}' holds a run already; go on with it by --resume '{path}', or "
                + "choose another folder.");
        foreach (var name in (string[])["checkpoint", "initial", "best", "model"])
            if (System.IO.File.Exists(System.IO.Path.Combine(path, $"{name}.safetensors")))
                throw new ResiduumException($"The folder '{path}' holds {name}.safetensors already, which the run would use or replace; "
                    + "choose a new folder.");
    }

    /// <summary>The settings of the run in a folder.</summary>
    /// <exception cref="ResiduumException">The folder holds no run, or its settings cannot be read.</exception>
    public static RunSettings ReadSettings(string path)
    {
        var file = System.IO.Path.Combine(path, "settings.json");
        try
        {
            if (!System.IO.File.Exists(file))
                throw new ResiduumException($"The folder '{path}' holds no run to resume: there is no settings.json in it.");
            return ModelMetadata.Read(System.IO.File.ReadAllText(file), RootJson.Default.RunSettings, "settings", file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResiduumException($"The settings '{file}' cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Opens the folder of a run that was interrupted, and clears away what a write that was killed left behind.</summary>
    public static RunFolder Open(string path, RunSettings settings, Func<IReadOnlyDictionary<string, Tensor>, Model> modelOf)
    {
        foreach (var folder in (string[])[path, System.IO.Path.Combine(path, SnapshotFolder), System.IO.Path.Combine(path, SampleFolder)])
            AtomicFile.ClearTemporaries(folder);
        return new RunFolder(path, settings, modelOf);
    }

    /// <inheritdoc/>
    public void SaveModel(string name, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var file = File($"{name}.safetensors");
        if (name.Contains('/')) MakeFolder(System.IO.Path.GetDirectoryName(file)!);
        _modelOf(tensors).Save(file);
    }

    /// <inheritdoc/>
    public void SaveCheckpoint(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var file = new TensorFile();
        foreach (var (name, tensor) in tensors) file.Tensors.Add(name, tensor);
        file.Metadata[ModelMetadata.FormatKey] = ModelMetadata.Format;
        file.Metadata[StateKey] = JsonSerializer.Serialize(state, RootJson.Default.TrainingState);
        Safetensors.Write(File("checkpoint.safetensors"), file);
    }

    /// <inheritdoc/>
    public (TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors)? LoadCheckpoint()
    {
        var path = File("checkpoint.safetensors");
        if (!System.IO.File.Exists(path)) return null;
        var file = Safetensors.Read(path);
        if (!file.Metadata.TryGetValue(StateKey, out var json)
            || file.Metadata.GetValueOrDefault(ModelMetadata.FormatKey) != ModelMetadata.Format)
            throw new ResiduumException($"'{path}' is no checkpoint of a run: it does not say where the run stands, or in a version of "
                + "the format that this program does not know.");
        var state = ModelMetadata.Read(json, RootJson.Default.TrainingState, StateKey, path);
        if (state.Epoch < 0 || state.BatchInEpoch < 0 || state.Step < 0 || state.History is null)
            throw new ResiduumException($"The checkpoint '{path}' says that it stands at epoch {state.Epoch}, batch {state.BatchInEpoch}, "
                + "which cannot be; it is damaged.");
        return (state, file.Tensors);
    }

    /// <inheritdoc/>
    public void SaveMetrics(IReadOnlyList<EpochMetrics> history)
    {
        var lines = new StringBuilder();
        foreach (var epoch in history)
            lines.Append(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(epoch, RootJson.Default.EpochMetrics)}\n");
        Write("metrics.jsonl", lines.ToString());
    }

    /// <summary>
    /// The models that a run kept on its way (<see cref="Recipe.Snapshots"/>), the earliest first; none where there is no such run.
    /// </summary>
    /// <param name="path">The folder of a run, or a file in it.</param>
    public static IReadOnlyList<RunSnapshot> Snapshots(string path)
    {
        var run = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var folder = System.IO.Path.Combine(run, SnapshotFolder);
        // A file among the snapshots means the run that it is of.
        if (!Directory.Exists(folder) && System.IO.Path.GetFileName(run) == SnapshotFolder) folder = run;
        if (!Directory.Exists(folder)) return [];
        return
        [
            .. Directory.EnumerateFiles(folder, "epoch-*.safetensors")
                .Select(file => (File: file, IsNumbered: int.TryParse(
                    System.IO.Path.GetFileNameWithoutExtension(file).AsSpan("epoch-".Length), NumberStyles.None,
                        CultureInfo.InvariantCulture, out var epoch), Epoch: epoch))
                .Where(each => each.IsNumbered).OrderBy(each => each.Epoch).Select(each => new RunSnapshot(each.Epoch, each.File)),
        ];
    }

    /// <summary>What the epochs of a run brought so far, from its <c>metrics.jsonl</c>; none where there is no such file.</summary>
    /// <param name="path">The folder of a run, or a file in it.</param>
    /// <exception cref="ResiduumException">A line cannot be read.</exception>
    public static IReadOnlyList<EpochMetrics> Metrics(string path)
    {
        var run = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        if (System.IO.Path.GetFileName(run) == SnapshotFolder) run = System.IO.Path.GetDirectoryName(run)!;
        var file = System.IO.Path.Combine(run, "metrics.jsonl");
        try
        {
            return !System.IO.File.Exists(file) ? []
                : [.. System.IO.File.ReadLines(file).Where(line => line.Length > 0)
                .Select(line => ModelMetadata.Read(line, RootJson.Default.EpochMetrics, "metrics", file))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResiduumException($"The metrics '{file}' cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ResiduumException($"The folder '{path}' cannot be made: {exception.Message.TrimEnd('.')}; choose another folder.",
                exception);
        }
    }

    string File(string name) => System.IO.Path.Combine(Path, name);

    void Write(string name, string text) => AtomicFile.Write(File(name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A model that a training run kept on its way.</summary>
/// <param name="Epoch">How many epochs it was trained; 0 for the model as it began.</param>
/// <param name="Path">Its file.</param>
public sealed record RunSnapshot(int Epoch, string Path);
