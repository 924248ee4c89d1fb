using System.Collections.Immutable;

namespace Residuum.Inspection;

/// <summary>A model to measure, and where its weights come from, which the results repeat so that others can measure it again.</summary>
/// <param name="Model">The model.</param>
/// <param name="Name">What tables and pictures call it.</param>
/// <param name="Weights">The file of its weights; null where they follow from a seed or are held in memory alone.</param>
/// <param name="Seed">The seed that its weights follow from; null where they do not.</param>
/// <param name="Epoch">How many epochs of a run it was trained; null where that is not known.</param>
public sealed record MeasuredModel(InspectedModel Model, string Name, string? Weights = null, ulong? Seed = null, int? Epoch = null)
{
    /// <summary>A model that is called by its network's name.</summary>
    public static implicit operator MeasuredModel(InspectedModel model) => ToMeasuredModel(model);

    /// <inheritdoc cref="op_Implicit(InspectedModel)"/>
    public static MeasuredModel ToMeasuredModel(InspectedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new MeasuredModel(model, model.Name);
    }

    /// <summary>What is said of it beside results.</summary>
    internal ModelOrigin Origin => new(Name, Model.Name, Weights, Seed, Epoch, Model.Preprocessing.Mean, Model.Preprocessing.Deviation,
        Model.Preprocessing.ReversedChannels);
}

/// <summary>Which model numbers are of.</summary>
/// <param name="Name">What tables and pictures call it.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Weights">The file of its weights, or null.</param>
/// <param name="Seed">The seed that its weights follow from, or null.</param>
/// <param name="Epoch">How many epochs of a run it was trained, or null.</param>
/// <param name="Mean">What was subtracted from each channel of the images on the scale of 0 to 1.</param>
/// <param name="Deviation">What each channel was then divided by.</param>
/// <param name="ReversedChannels">Whether the channels were turned to blue, green, red; the figures are then in that order.</param>
public sealed record ModelOrigin(
    string Name, string Network, string? Weights, ulong? Seed, int? Epoch, ImmutableArray<float> Mean, ImmutableArray<float> Deviation,
    bool ReversedChannels);
