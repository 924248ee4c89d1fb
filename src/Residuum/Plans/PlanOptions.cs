namespace Residuum.Plans;

/// <summary>How a plan computes, where there is a choice. Immutable.</summary>
public sealed record PlanOptions
{
    /// <summary>The usual choices.</summary>
    public static PlanOptions Default { get; } = new();

    /// <summary>
    /// Whether 3x3 convolutions of stride 1 may go by Winograd's filtering (F(2x2, 3x3) or F(4x4, 3x3), Lavin and Gray 2016), by a
    /// rule on their shape alone: up to three times as fast, with rounding errors up to twice those of the definition in results and
    /// several times in gradients to weights (docs/performance.md). True unless said otherwise.
    /// </summary>
    public bool Winograd { get; init; } = true;
}

/// <summary>
/// What a plan is made for: the most images that go through its kernels together, the threads of its team, and the choices. A draft is
/// only looked at: it has no memory.
/// </summary>
sealed record PlanScale(int Images, int Threads, PlanOptions Options, bool IsDraft = false);
