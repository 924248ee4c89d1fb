namespace Residuum.Inspection;

/// <summary>
/// Gathers the statistics of numbers that come piece by piece, twice: first their range and sums, then deviation and bins. Sums go in
/// double precision, in the order in which numbers come.
/// </summary>
/// <param name="channels">How many channels or filters there are.</param>
sealed class NumberGatherer(int channels)
{
    readonly bool[] _alive = new bool[channels];
    readonly long[] _bins = new long[NumberStatistics.Bins];
    float _smallest = float.PositiveInfinity;
    float _largest = float.NegativeInfinity;
    long _count, _zeros, _near;
    double _sum, _squares;

    /// <summary>The first time: range and sums.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="maps">Into how many equal stretches they fall; the first belongs to channel 0, and after the last channel it is 0
    /// again.</param>
    public void Range(ReadOnlySpan<float> numbers, int maps)
    {
        var length = numbers.Length / maps;
        for (var map = 0; map < maps; map++)
            foreach (var number in numbers.Slice(map * length, length))
            {
                _smallest = Math.Min(_smallest, number);
                _largest = Math.Max(_largest, number);
                _sum += number;
                if (number == 0) _zeros++;
                else _alive[map % channels] = true;
                if (Math.Abs(number) < NumberStatistics.Nearness) _near++;
            }
        _count += numbers.Length;
    }

    /// <summary>The second time: deviation and bins.</summary>
    public void Count(ReadOnlySpan<float> numbers)
    {
        var mean = _sum / _count;
        var width = ((double)_largest - _smallest) / _bins.Length;
        foreach (var number in numbers)
        {
            _squares += (number - mean) * (number - mean);
            // What is no number has no bin.
            if (number == 0 || !float.IsFinite(number)) continue;
            _bins[width > 0 && double.IsFinite(width) ? Math.Clamp((int)((number - (double)_smallest) / width), 0, _bins.Length - 1) : 0]++;
        }
    }

    /// <summary>What was gathered.</summary>
    public NumberStatistics Statistics(string name) => new(
        name, _count, _sum / _count, Math.Sqrt(_squares / _count), _smallest, _largest, (double)_zeros / _count, _near, channels,
        _alive.Count(alive => !alive), [.. _bins]);
}
