using System.Collections.Immutable;
using System.Globalization;

namespace Residuum.Pictures;

/// <summary>A place on an axis that has a label.</summary>
/// <param name="Value">The number.</param>
/// <param name="Label">How it is written.</param>
readonly record struct Tick(double Value, string Label);

/// <summary>
/// The numbers of one side of a chart: from where to where, linear or by decades, and which of them are written. Ticks are at 1, 2 or 5
/// times a power of ten, and the ends are ticks unless they were given.
/// </summary>
/// <param name="Least">The number at the axis' beginning.</param>
/// <param name="Greatest">The number at its end.</param>
/// <param name="IsLog">Whether equal lengths are equal ratios.</param>
/// <param name="Ticks">What is written, in ascending order.</param>
sealed record Axis(double Least, double Greatest, bool IsLog, ImmutableArray<Tick> Ticks)
{
    /// <summary>An axis for numbers from <paramref name="least"/> to <paramref name="greatest"/> with up to about <paramref name="most"/>
    /// ticks.</summary>
    /// <remarks>Where numbers are not positive there are no decades, and the axis is linear.</remarks>
    public static Axis Of(double least, double greatest, int most, bool isLog = false)
    {
        if (!(double.IsFinite(least) && double.IsFinite(greatest))) (least, greatest) = (0, 1);
        if (isLog && least > 0) return Decades(least, greatest, Math.Max(2, most));
        if (greatest <= least) (least, greatest) = least == 0 ? (0, 1) : (least - Math.Abs(least) / 2, greatest + Math.Abs(greatest) / 2);
        var step = Step((greatest - least) / Math.Max(1, most));
        var (first, last) = (Math.Floor(least / step + 1e-9), Math.Ceiling(greatest / step - 1e-9));
        var ticks = ImmutableArray.CreateBuilder<Tick>();
        for (var i = first; i <= last; i++) ticks.Add(new Tick(i * step, Label(i * step, step)));
        return new Axis(first * step, last * step, false, ticks.ToImmutable());
    }

    /// <summary>An axis of whole numbers, such as places in a network, that ends where they end.</summary>
    public static Axis Whole(int least, int greatest, int most)
    {
        var step = Math.Max(1, (int)Math.Round(Step((greatest - least) / (double)Math.Max(1, most))));
        var ticks = ImmutableArray.CreateBuilder<Tick>();
        for (var i = least; i <= greatest; i++)
            if (i % step == 0) ticks.Add(new Tick(i, i.ToString(CultureInfo.InvariantCulture)));
        return new Axis(least - 0.5, greatest + 0.5, false, ticks.ToImmutable());
    }

    /// <summary>Where a number stands: 0 at the beginning, 1 at the end; numbers beyond an end stand at it. NaN where there is no
    /// place.</summary>
    public double Place(double value)
    {
        if (double.IsNaN(value) || (IsLog && !(value > 0))) return double.NaN;
        var place = IsLog ? (Log10(value) - Log10(Least)) / (Log10(Greatest) - Log10(Least)) : (value - Least) / (Greatest - Least);
        return Math.Clamp(place, 0, 1);
    }

    /// <summary>A number as ticks write it: plainly, or with a power of ten where it is far from 1.</summary>
    public static string Label(double value, double step = 0)
    {
        if (step > 0 && Math.Abs(value) < step / 1000) return "0";
        var size = Math.Abs(value);
        return size is 0 or (>= 1e-3 and < 1e5)
            ? Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture)
            : value.ToString("0.###e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);
    }

    static Axis Decades(double least, double greatest, int most)
    {
        var (first, last) = ((int)Math.Floor(Log10(least) + 1e-9), (int)Math.Ceiling(Log10(greatest) - 1e-9));
        if (last <= first) last = first + 1;
        var ticks = ImmutableArray.CreateBuilder<Tick>();
        double[] within = last - first <= Math.Min(2, most / 3) ? [1, 2, 5] : [1];
        var step = (last - first + most - 1) / most;
        // The ends are whole steps, so that the last tick is the last number.
        if ((last - first) % step != 0) last += step - (last - first) % step;
        for (var decade = first; decade <= last; decade += step)
            foreach (var digit in decade == last ? [1] : within) ticks.Add(new Tick(digit * Power(decade), Label(digit * Power(decade))));
        return new Axis(Power(first), Power(last), true, ticks.ToImmutable());
    }

    // The least of 1, 2 and 5 times a power of ten that is not below.
    static double Step(double wanted)
    {
        if (!(wanted > 0)) return 1;
        var power = Power((int)Math.Floor(Log10(wanted) + 1e-9));
        foreach (var digit in (ReadOnlySpan<double>)[1, 2, 5])
            if (digit * power >= wanted * (1 - 1e-9)) return digit * power;
        return 10 * power;
    }

    // Parsed, because that is exact.
    static double Power(int exponent) => double.Parse($"1e{exponent}", CultureInfo.InvariantCulture);

    static double Log10(double value) => Kernels.DeterministicMath.Log(value) / 2.302585092994046;
}
