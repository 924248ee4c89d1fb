using System.Globalization;
using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>
/// Prints the rounding errors of convolution by the definition and by Winograd's filtering against double precision: <c>errors</c>. One
/// is the largest difference divided by the largest result. Data, weights and gradients are drawn evenly from -1 to 1; the gradient to the
/// weights is a sum over all images. A star marks the algorithm that plans choose.
/// </summary>
static class WinogradErrors
{
    const int Images = 4;

    static readonly WinogradSize?[] s_algorithms = [null, WinogradSize.Two, WinogradSize.Four];

    public static void Print()
    {
        Console.WriteLine($"largest error / largest value, {Images} images       forward  input gradient  weight gradient");
        foreach (var name in ConvCase.WinogradNames)
        {
            var shape = ConvCase.ShapeOf(name);
            var reference = new DoubleConv(shape, Images);
            var (x, w, dy) = (Numbers(reference.XLength, 1), Numbers(reference.WLength, 2), Numbers(reference.YLength, 3));
            double[][] expected =
            [
                reference.Forward(Double(x), Double(w)), reference.InputGradient(Double(dy), Double(w)),
                reference.WeightGradient(Double(x), Double(dy)),
            ];
            foreach (var algorithm in s_algorithms)
            {
                using var run = new SingleConv(shape, Images, algorithm);
                float[][] actual = [run.Forward(x, w), run.InputGradient(dy, w), run.WeightGradient(x, dy)];
                var title = algorithm is { } size ? $"winograd{(int)size}" : "definition";
                var errors = actual.Zip(expected, (a, e) => Error(a, e).ToString("0.0e-0", CultureInfo.InvariantCulture).PadLeft(16));
                Console.WriteLine($"{name,-14}{title,-11}{(algorithm == ConvAlgorithm.Choose(shape) ? "*" : " ")}{string.Concat(errors)}");
            }
        }
    }

    static double Error(float[] actual, double[] expected) =>
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max() / expected.Max(Math.Abs);

    static double[] Double(float[] numbers) => Array.ConvertAll(numbers, number => (double)number);

    static float[] Numbers(int length, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[length];
        foreach (ref var number in numbers.AsSpan()) number = (float)(2 * random.NextDouble() - 1);
        return numbers;
    }
}
