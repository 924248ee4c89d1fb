using Residuum.Images;

namespace Residuum.Inspection;

/// <summary>How the search for patterns goes (<see cref="Patterns"/>). Immutable.</summary>
public sealed record PatternOptions
{
    /// <summary>The layer, by the name of a node or part; <c>logits</c> for the classes.</summary>
    public required string Layer { get; init; }

    /// <summary>The maps whose patterns are wanted, from 0; or classes.</summary>
    public required IReadOnlyList<int> Maps { get; init; }

    /// <summary>How many times the picture is changed; 256 by default.</summary>
    public int Steps { get; init; } = 256;

    /// <summary>How far a step goes, in standard deviations of the prepared pixels; 0.4 by default. It falls to a tenth of that by the
    /// end.</summary>
    public double Rate { get; init; } = 0.4;

    /// <summary>The seed of where the search starts and of how the picture is moved about.</summary>
    public ulong Seed { get; init; }

    /// <summary>The picture to start from; null for noise.</summary>
    public RgbImage? From { get; init; }

    /// <summary>
    /// The most pixels by which the picture is moved before each step, up, down and sideways; null for a sixteenth of the shorter side.
    /// </summary>
    public int? Jitter { get; init; }

    /// <summary>How much of a pixel comes from its neighbours after a step, 0 to 1; 0.1 by default. It falls to zero by the end.</summary>
    public double Blur { get; init; } = 0.1;

    /// <summary>How strongly differences between neighbouring pixels are punished, against a gradient of size 1; 0.3 by default.</summary>
    public double TotalVariation { get; init; } = 0.3;

    /// <summary>Threads that share the work; 0 for one for each core. Results do not depend on it.</summary>
    public int Threads { get; init; }

    internal void Check()
    {
        if (Maps.Count == 0) throw new ResiduumException("No map was named whose pattern to search; name one.");
        if (Steps < 1) throw new ResiduumException($"The search for a pattern takes at least 1 step, not {Steps}.");
        if (!(Rate > 0) || !double.IsFinite(Rate))
            throw new ResiduumException($"The rate of a search for patterns is a number above 0, not {Rate}.");
        if (Jitter < 0) throw new ResiduumException($"A picture cannot be moved by up to {Jitter} pixels; choose 0 or more.");
        if (!(Blur is >= 0 and <= 1)) throw new ResiduumException($"The blur of a search for patterns is from 0 to 1, not {Blur}.");
        if (!(TotalVariation >= 0) || !double.IsFinite(TotalVariation))
            throw new ResiduumException($"The weight of the total variation is 0 or more, not {TotalVariation}.");
    }
}
