using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>Puts a network's state under the names of a scheme, for a file: what <see cref="StateLoader"/> undoes.</summary>
public static class StateWriter
{
    const string RunningVariance = ".running_var";

    /// <summary>The tensors under the scheme's names, in their order; they share their memory with <paramref name="state"/>
    /// where the scheme lays them out as we do.</summary>
    /// <param name="state">Tensors by our names.</param>
    /// <param name="scheme">Whose names the file shall have.</param>
    /// <param name="batchCounts">
    /// Whether to add, behind each running variance, PyTorch's <c>num_batches_tracked</c> (a whole number, 0: it is not known here), so
    /// that the file has all the names that a PyTorch network's own state has.
    /// </param>
    /// <exception cref="ResiduumException">The scheme has no name for one of them.</exception>
    public static TensorFile Name(IEnumerable<KeyValuePair<string, Tensor>> state, WeightScheme scheme, bool batchCounts)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(scheme);
        var file = new TensorFile();
        foreach (var (name, tensor) in state)
        {
            var theirs = scheme.ToForeign(name)
                ?? throw new ResiduumException($"The naming scheme {scheme.Name} has no name for '{name}'; choose another one, or "
                    + $"{WeightNames.Ours.Name} for our own names.");
            if (!file.Tensors.TryAdd(theirs, scheme.TensorThere(name, tensor)))
                throw new ResiduumException($"The naming scheme {scheme.Name} has the name '{theirs}' for two tensors of this network; "
                    + $"choose another one, or {WeightNames.Ours.Name} for our own names.");
            if (batchCounts && theirs.EndsWith(RunningVariance, StringComparison.Ordinal))
                file.Tensors.Add($"{theirs[..^RunningVariance.Length]}.{WeightNames.BatchCount}", Tensor.Of(new Shape(), [0L]));
        }
        return file;
    }
}
