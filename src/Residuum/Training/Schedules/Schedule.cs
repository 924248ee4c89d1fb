using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Residuum.Training;

/// <summary>
/// How the learning rate changes: a factor of the peak rate for every step, a pure function of the step and of the length of the run, so
/// that a resumed run goes on with the same rates. Immutable.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(StepSchedule), "step")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
[JsonDerivedType(typeof(OneCycleSchedule), "onecycle")]
public abstract record Schedule
{
    /// <summary>
    /// Over this share of the run the rate rises linearly from near zero to what the schedule says; 0, the default, for no warm-up.
    /// </summary>
    public double WarmUp { get; init; }

    /// <summary>The learning rate of a step (from 0) of a run with this many steps, for this peak rate.</summary>
    public double Rate(long step, long steps, double peak)
    {
        var warm = WarmUp * steps;
        var factor = Factor(step, steps);
        if (step < warm) factor *= (step + 1) / Math.Max(warm, 1);
        return peak * Math.Min(factor, 1);
    }

    /// <summary>The share of the peak rate at a step.</summary>
    protected abstract double Factor(long step, long steps);

    internal virtual void Check()
    {
        if (!(WarmUp >= 0 && WarmUp < 1))
            throw new ResiduumException($"The warm-up {WarmUp} is a share of the run and must be at least 0 and below 1.");
    }
}

/// <summary>The peak rate throughout.</summary>
public sealed record ConstantSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double Factor(long step, long steps) => 1;
}

/// <summary>The rate is multiplied by <see cref="Gamma"/> at each milestone ([He15] 4.2: by 0.1 at 1/2 and 3/4 of the run).</summary>
public sealed record StepSchedule : Schedule
{
    /// <summary>Shares of the run at which the rate drops, ascending; 1/2 and 3/4 by default.</summary>
    public ImmutableArray<double> Milestones { get; init; } = [0.5, 0.75];

    /// <summary>What the rate is multiplied by; 0.1 by default.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override double Factor(long step, long steps)
    {
        var factor = 1.0;
        foreach (var milestone in Milestones)
            if (step >= milestone * steps) factor *= Gamma;
        return factor;
    }

    internal override void Check()
    {
        base.Check();
        if (Milestones.IsDefault || Milestones.Any(milestone => !(milestone > 0 && milestone < 1)))
            throw new ResiduumException("The milestones of a step schedule are shares of the run between 0 and 1.");
        if (!(Gamma > 0 && Gamma <= 1)) throw new ResiduumException($"The gamma {Gamma} of a step schedule must be above 0 and at most 1.");
    }

    /// <summary>Compares the milestones one by one.</summary>
    public bool Equals(StepSchedule? other) =>
        other is not null && WarmUp == other.WarmUp && Gamma == other.Gamma && Milestones.AsSpan().SequenceEqual(other.Milestones.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(WarmUp, Gamma, Milestones.Length);
}

/// <summary>Half a cosine from the peak down to zero (Loshchilov and Hutter 2017): (1 + cos(pi t / T)) / 2.</summary>
public sealed record CosineSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double Factor(long step, long steps)
    {
        var start = WarmUp * steps;
        var share = Math.Clamp((step - start) / Math.Max(steps - start, 1), 0, 1);
        return (1 + Kernels.DeterministicMath.Cos(Math.PI * share)) / 2;
    }
}

/// <summary>
/// Up to the peak and down again, linearly both ways (Smith 2018): from peak / <see cref="StartDivisor"/> over <see cref="Rise"/> of the
/// run to the peak, then to peak / <see cref="StartDivisor"/> / <see cref="EndDivisor"/>. The same as PyTorch's OneCycleLR with linear
/// annealing.
/// </summary>
public sealed record OneCycleSchedule : Schedule
{
    /// <summary>The share of the run over which the rate rises; 0.3 by default.</summary>
    public double Rise { get; init; } = 0.3;

    /// <summary>Peak over initial rate; 25 by default.</summary>
    public double StartDivisor { get; init; } = 25;

    /// <summary>Initial over final rate; 1000 by default.</summary>
    public double EndDivisor { get; init; } = 1000;

    /// <inheritdoc/>
    protected override double Factor(long step, long steps)
    {
        var top = Rise * steps - 1;
        var end = steps - 1.0;
        var start = 1 / StartDivisor;
        if (step <= top) return start + (1 - start) * (top <= 0 ? 1 : step / top);
        var last = start / EndDivisor;
        return 1 + (last - 1) * (end <= top ? 1 : Math.Min((step - top) / (end - top), 1));
    }

    internal override void Check()
    {
        base.Check();
        if (!(Rise > 0 && Rise < 1 && StartDivisor >= 1 && EndDivisor >= 1))
            throw new ResiduumException("A one-cycle schedule rises over a share between 0 and 1, and its divisors are at least 1.");
    }
}
