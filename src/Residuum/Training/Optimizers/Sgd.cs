namespace Residuum.Training;

/// <summary>
/// Stochastic gradient descent with momentum, as PyTorch's SGD computes it: g = gradient + weightDecay w; v = momentum v + g (v = g at
/// the first step); w = w - rate (nesterov ? g + momentum v : v). An immutable record of settings.
/// </summary>
public sealed record Sgd
{
    /// <summary>Momentum, from 0 to below 1; 0.9 by default ([He15] 3.4).</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether the step looks ahead along the momentum (Nesterov); off by default.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay, 0 or more; 1e-4 by default ([He15] 3.4).</summary>
    public float WeightDecay { get; init; } = 1e-4f;

    /// <summary>Whether biases and the scales and shifts of normalizations are spared from weight decay ([BoT] 3.1); off by
    /// default.</summary>
    public bool DecayWeightsOnly { get; init; }

    internal void Check()
    {
        if (!(Momentum >= 0 && Momentum < 1)) throw new ResiduumException($"The momentum {Momentum} must be at least 0 and below 1.");
        if (!(WeightDecay >= 0 && float.IsFinite(WeightDecay)))
            throw new ResiduumException($"The weight decay {WeightDecay} must be 0 or more.");
        if (Nesterov && Momentum == 0) throw new ResiduumException("Nesterov needs a momentum above 0; set one or switch it off.");
    }
}
