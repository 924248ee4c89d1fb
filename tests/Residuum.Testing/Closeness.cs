namespace Residuum.Testing;

/// <summary>How far apart two arrays are.</summary>
public static class Closeness
{
    /// <summary>The largest difference of two elements.</summary>
    public static double LargestDifference(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        CheckCounts(left, right);
        var largest = 0.0;
        for (var i = 0; i < left.Count; i++)
        {
            var difference = Math.Abs(left[i] - right[i]);
            // A difference that is no number must not pass for a small one.
            if (!(difference <= largest)) largest = double.IsNaN(difference) ? double.PositiveInfinity : difference;
        }
        return largest;
    }

    /// <summary>The root of the mean square of all differences.</summary>
    public static double RootMeanSquareDifference(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        CheckCounts(left, right);
        var sum = 0.0;
        for (var i = 0; i < left.Count; i++) sum += (left[i] - right[i]) * (left[i] - right[i]);
        return left.Count == 0 ? 0 : double.IsNaN(sum) ? double.PositiveInfinity : Math.Sqrt(sum / left.Count);
    }

    /// <summary>The largest difference, relative to the largest expected element (or to 1 if all are smaller).</summary>
    public static double RelativeDifference(IReadOnlyList<double> actual, IReadOnlyList<double> expected) =>
        LargestDifference(actual, expected) / Math.Max(1, expected.Count == 0 ? 0 : expected.Max(Math.Abs));

    static void CheckCounts(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        if (left.Count != right.Count)
            throw new ResiduumException($"Arrays of {left.Count} and {right.Count} elements cannot be compared.");
    }
}
