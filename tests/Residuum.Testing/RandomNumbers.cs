namespace Residuum.Testing;

/// <summary>Arrays of random numbers that depend only on their seed.</summary>
public static class RandomNumbers
{
    /// <summary>Numbers between two bounds.</summary>
    public static double[] Uniform(int count, int seed, double least, double most)
    {
        var random = new Random(seed);
        var numbers = new double[count];
        for (var i = 0; i < count; i++) numbers[i] = least + (most - least) * random.NextDouble();
        return numbers;
    }

    /// <summary>
    /// Numbers from -1 to 1, no two of which are closer than 1 / count, and none closer to 0 than that: no ReLU or maximum near its kink.
    /// </summary>
    public static double[] Distinct(int count, int seed)
    {
        var odd = count % 2;
        var numbers = Enumerable.Range(0, count).Select(i => (2.0 * i + 1 + odd - count) / count).ToArray();
        new Random(seed).Shuffle(numbers);
        return numbers;
    }

    /// <summary>Whole numbers from 0 up to, but not including, a bound.</summary>
    public static double[] Labels(int count, int seed, int classes)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(classes))];
    }
}
