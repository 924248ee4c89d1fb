namespace Residuum.Web.Exploration;

/// <summary>The model and, as they are asked for, those of a run's snapshots; the last few of these are kept. One caller at a
/// time.</summary>
sealed class ModelShelf(ExplorerSource source) : IDisposable
{
    const int MostSnapshots = 3;

    readonly List<(int Epoch, Model Model)> _snapshots = [];
    readonly Lazy<Model> _model = new(source.Open);

    /// <summary>The model itself; opened at the first call.</summary>
    public Model Model => _model.Value;

    /// <summary>The model after an epoch; null means the model itself.</summary>
    /// <exception cref="ResiduumException">There is no snapshot of this epoch, or it cannot be read or is of another network.</exception>
    public Model At(int? epoch)
    {
        if (epoch is not { } number) return Model;
        var place = _snapshots.FindIndex(kept => kept.Epoch == number);
        var model = place < 0 ? Load(number) : _snapshots[place].Model;
        if (place >= 0) _snapshots.RemoveAt(place);
        _snapshots.Insert(0, (number, model));
        if (_snapshots.Count > MostSnapshots)
        {
            _snapshots[^1].Model.Dispose();
            _snapshots.RemoveAt(MostSnapshots);
        }
        return model;
    }

    public void Dispose()
    {
        foreach (var (_, model) in _snapshots) model.Dispose();
        if (_model.IsValueCreated) _model.Value.Dispose();
    }

    // Images are prepared and classes are called as for the model itself, so that the same picture is seen at every epoch.
    Model Load(int epoch)
    {
        var snapshot = source.Snapshots.FirstOrDefault(each => each.Epoch == epoch)
            ?? throw new ResiduumException($"The run kept no model of epoch {epoch}; choose one of "
            + $"{string.Join(", ", source.Snapshots.Select(each => each.Epoch))}.");
        var loaded = Model.Load(snapshot.Path);
        if (loaded.Network != source.Network)
            throw new ResiduumException($"'{snapshot.Path}' is a model of {loaded.Network.Name}, not of {source.Network.Name}; remove it "
                + "from the run's folder.");
        return loaded.With(Model.Preprocessing, Model.Labels);
    }
}
