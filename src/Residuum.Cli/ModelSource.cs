using Residuum.Images;

namespace Residuum.Cli;

/// <summary>Opens what a user named as MODEL, with <c>--weights</c> and <c>--normalize</c>.</summary>
/// <param name="Model">The model; the caller disposes it.</param>
/// <param name="SaysPreprocessing">Whether a model file said how images are prepared, so that this is no guess.</param>
/// <param name="RandomFile">The file that holds random weights, or null.</param>
sealed record ModelSource(Model Model, bool SaysPreprocessing, string? RandomFile)
{
    public static ModelSource Open(string nameOrPath, string? weights, string? normalization, ulong seed = 0)
    {
        // Read before the weights, which may be large: a wrong name is told at once.
        var chosen = normalization is null ? null : Normalization.Parse(normalization);
        var isModelFile = File.Exists(nameOrPath) && !nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var model = Model.Open(nameOrPath, weights, seed);
        var says = model.SaysPreprocessing;
        if (chosen is not null) model = model.With(Normalized(model.Preprocessing, chosen));
        return new ModelSource(model, says, model.HasRandomWeights ? weights ?? (isModelFile ? nameOrPath : null) : null);
    }

    /// <summary>Says so on standard error where the weights are random, because results then mean nothing.</summary>
    public void WarnOfRandomWeights(Terminal terminal)
    {
        if (!Model.HasRandomWeights) return;
        terminal.Error.Write(RandomFile is { } file
            ? $"note: the weights in '{file}' are random and untrained; give trained ones with --weights FILE or name another model file.\n"
            : $"note: {Model.Network.Name} has random weights; give trained ones with --weights FILE or name a model file.\n");
    }

    /// <summary>The same preparation with another mean and deviation.</summary>
    public static Preprocessing Normalized(Preprocessing preprocessing, Normalization normalization)
    {
        var channels = preprocessing.Channels;
        if (normalization.Mean.Length == channels)
            return preprocessing with
            {
                Mean = normalization.Mean,
                Deviation = normalization.Deviation,
                ReversedChannels = normalization.ReversedChannels
            };
        if (normalization.Mean.Length != 1)
            throw new ResiduumException(
                $"The normalization has figures for {normalization.Mean.Length} channels, but the network's images have {channels}; "
                + "choose another.");
        return preprocessing with
        {
            Mean = [.. Enumerable.Repeat(normalization.Mean[0], channels)],
            Deviation = [.. Enumerable.Repeat(normalization.Deviation[0], channels)],
            ReversedChannels = normalization.ReversedChannels,
        };
    }

    /// <summary>The mean and deviation of a preparation.</summary>
    public static Normalization NormalizationOf(Preprocessing preprocessing) =>
        new(preprocessing.Mean, preprocessing.Deviation, preprocessing.ReversedChannels);
}
