using System.Text;
using Residuum.Tensors;

namespace Residuum.Testing;

/// <summary>
/// Weights and images that follow from their names by the formula of <c>tests/golden/formula.py</c>, so that golden files hold results
/// alone.
/// </summary>
public static class FormulaWeights
{
    /// <summary>A parameter or running statistic of this name and shape; a kernel's outputs come first or, in Keras, last.</summary>
    public static Tensor Fill(string name, Shape shape)
    {
        var u = Uniform(name, (int)shape.Count);
        if (Ends(name, "running_mean", "moving_mean")) Scale(u, 0.4, 0);
        else if (Ends(name, "running_var", "moving_variance")) Scale(u, 1, 1);
        else if (shape.Rank > 1)
            Scale(u, (float)Math.Sqrt(24.0 / (shape.Count / shape[Ends(name, "kernel") ? shape.Rank - 1 : 0])), 0);
        else if (Ends(name, "weight", "gamma")) Scale(u, 1, 1);
        else Scale(u, 0.4, 0);
        return Tensor.Of(shape, Array.ConvertAll(u, x => (float)x));
    }

    /// <summary>The pixels of some images, from -2 up to 2.</summary>
    public static double[] Image(string name, int count)
    {
        var pixels = Uniform(name, count);
        Scale(pixels, 4, 0);
        return pixels;
    }

    // From -0.5 up to 0.5, multiples of 1/65536, by a hash of the place and the name.
    static double[] Uniform(string name, int count)
    {
        var start = ~Crc(Encoding.ASCII.GetBytes(name));
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var word = unchecked((uint)i * 2654435761 + start);
            word ^= word >> 15;
            word *= 2246822519;
            word ^= word >> 13;
            numbers[i] = ((word >> 8) & 0xFFFF) / 65536.0 - 0.5;
        }
        return numbers;
    }

    static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return crc;
    }

    static void Scale(double[] numbers, double factor, double shift)
    {
        for (var i = 0; i < numbers.Length; i++) numbers[i] = shift + factor * numbers[i];
    }

    static bool Ends(string name, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
            if (name.EndsWith(end, StringComparison.Ordinal)) return true;
        return false;
    }
}
