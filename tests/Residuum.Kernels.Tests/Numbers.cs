namespace Residuum.Kernels.Tests;

/// <summary>Numbers to compute with, widths to compute at, and comparisons.</summary>
static class Numbers
{
    /// <summary>The vector widths that this process can run.</summary>
    public static IEnumerable<int> Widths => new[] { 16, 8, 4 }.Where(width => width <= Lanes.Width);

    /// <summary>
    /// Whole numbers from -4 to 4: their products and sums stay below 2^24, so that every order of summation gives the exact result and
    /// comparisons need no tolerance.
    /// </summary>
    public static float[] Whole(int length, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[length];
        for (var i = 0; i < length; i++) numbers[i] = random.Next(-4, 5);
        return numbers;
    }

    /// <summary>Numbers between -1 and 1, so that rounding matters.</summary>
    public static float[] Real(int length, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[length];
        for (var i = 0; i < length; i++) numbers[i] = (float)(2 * random.NextDouble() - 1);
        return numbers;
    }

    /// <summary>Fails unless every number is exactly the expected one.</summary>
    public static void AssertEqual(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            if (expected[i] != actual[i]) Assert.Fail($"{what}: {actual[i]} at {i} should be {expected[i]}.");
    }

    /// <summary>
    /// Fails unless every number is within terms x 2^-24 x the sum of absolute terms, the bound of rounding for any order of so many
    /// fused multiply-adds (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), doubled where products round too.
    /// </summary>
    public static void AssertWithinRounding(double[] expected, double[] magnitude, long terms, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var bound = (terms + 2) * Math.Pow(2, -24) * magnitude[i];
            if (!(Math.Abs(expected[i] - actual[i]) <= bound))
                Assert.Fail($"{what}: {actual[i]} at {i} should be {expected[i]} ± {bound}.");
        }
    }

    /// <summary>Fails unless two results are the same to the bit.</summary>
    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"{what}: {actual[i]} at {i} should be {expected[i]} to the bit.");
    }

    /// <summary>Numbers between -1 and 1 times the deviation, around the mean.</summary>
    public static float[] Random(int count, int seed, double mean = 0, double deviation = 1)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++) numbers[i] = (float)(mean + deviation * (2 * random.NextDouble() - 1));
        return numbers;
    }

    public static float[] Random(Layout layout, int images, int seed, double mean = 0, double deviation = 1) =>
        Random(layout.Elements * images, seed, mean, deviation);

    /// <summary>Within an absolute error, which the caller has reasons for.</summary>
    public static void Near(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double error)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            if (!(expected[i] == actual[i] || Math.Abs(expected[i] - actual[i]) <= error))
                Assert.Fail($"{actual[i]:R} at {i}, expected {expected[i]:R} within {error}");
    }

    /// <summary>Exactly equal; much faster than a collection assertion.</summary>
    public static void Same(IEnumerable<float> expected, float[] actual)
    {
        float[] numbers = [.. expected];
        Assert.Equal(numbers.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            if (numbers[i] != actual[i]) Assert.Fail($"{actual[i]:R} at {i}, expected {numbers[i]:R}");
    }

    /// <summary>Channels, height, width, images: one of everything, odd numbers, several blocks and chunks, tiny maps in number.</summary>
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 },
        { 3, 5, 7, 2 },
        { 10, 32, 32, 3 },
        { 16, 8, 8, 19 },
        { 17, 5, 7, 3 },
        { 64, 4, 4, 5 },
        { 20, 56, 41, 1 },
    };

    /// <summary>Halos of up to three maps, all without and mixed.</summary>
    public static readonly (int, int, int)[] Halos = [(0, 0, 0), (1, 1, 1), (0, 3, 1), (1, 0, 0)];
}
