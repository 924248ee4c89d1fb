using Residuum.Training;

namespace Residuum;

/// <summary>What a run folder's settings.json holds: everything that a resumed run must know.</summary>
/// <param name="Network">The network's description as JSON text (<see cref="Models.NetworkSpec.ToJson"/>).</param>
/// <param name="Data">The data as on the command line, for example <c>cifar10:DIR</c>.</param>
/// <param name="Recipe">The settings of the training.</param>
/// <param name="Normalization">The name of the normalization, or null for the data's own.</param>
/// <param name="Seed">The seed of initial weights, order and augmentation.</param>
public sealed record RunSettings(string Network, string Data, Recipe Recipe, string? Normalization, ulong Seed);
