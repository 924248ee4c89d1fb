using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary>A model that a user named, or one of the snapshots of a run that they named.</summary>
/// <param name="Path">A catalogue name or a file.</param>
/// <param name="Epoch">The epoch of a snapshot; null for what is none.</param>
sealed record MeasuredModels(string Path, int? Epoch)
{
    // Curves that one can still tell apart.
    const int MostOfOwnAccord = 4;

    /// <summary>
    /// What a name stands for: a catalogue name or a file for itself; a run's folder for its snapshots, up to four of them; with epochs the
    /// snapshots of these epochs of the run.
    /// </summary>
    /// <exception cref="ResiduumException">There are no such snapshots.</exception>
    public static IEnumerable<MeasuredModels> Find(string nameOrPath, IReadOnlyList<int> epochs)
    {
        var isFolder = Directory.Exists(nameOrPath);
        if (epochs.Count == 0 && !isFolder) return [new MeasuredModels(nameOrPath, null)];
        var snapshots = isFolder || File.Exists(nameOrPath) ? RunFolder.Snapshots(nameOrPath) : [];
        if (snapshots.Count == 0)
            throw new ResiduumException(isFolder
                ? $"The folder '{nameOrPath}' holds no snapshots of a run; name a model file, or train with --snapshots N."
                : $"There are no snapshots beside '{nameOrPath}' to take epochs from; name a run's folder whose "
                + "training had --snapshots N.");
        if (epochs.Count == 0) return Spread(snapshots).Select(each => new MeasuredModels(each.Path, each.Epoch));
        return epochs.Select(epoch => snapshots.FirstOrDefault(each => each.Epoch == epoch) is { } found
            ? new MeasuredModels(found.Path, epoch)
            : throw new ResiduumException($"The run '{nameOrPath}' kept no snapshot of epoch {epoch}; it kept "
            + $"{string.Join(", ", snapshots.Select(each => each.Epoch))}."));
    }

    /// <summary>The model with what is said of it. The caller disposes the source's model.</summary>
    public MeasuredModel Described(ModelSource source, string? weights, ulong seed)
    {
        var (model, file) = (source.Model,
            weights ?? (File.Exists(Path) && !Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Path : null));
        var name = (Epoch, file) switch
        {
            ({ } epoch, _) => $"{model.Network.Name}, epoch {epoch}",
            (_, null) => $"{model.Network.Name}, initial (seed {seed})",
            _ => $"{model.Network.Name} ({System.IO.Path.GetFileName(file)})",
        };
        return new MeasuredModel(model, name, file, file is null ? seed : null, Epoch);
    }

    // All, or the first, the last and some between.
    static IEnumerable<RunSnapshot> Spread(IReadOnlyList<RunSnapshot> snapshots)
    {
        var count = Math.Min(MostOfOwnAccord, snapshots.Count);
        return Enumerable.Range(0, count).Select(i => snapshots[count == 1 ? 0 : i * (snapshots.Count - 1) / (count - 1)]);
    }
}
