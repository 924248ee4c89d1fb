using Residuum.Foundation;
using Residuum.Models;
using Residuum.Plans;

namespace Residuum;

/// <summary>Runs two models on the same random image.</summary>
static class ModelComparison
{
    /// <summary>The largest difference between the first outputs of two models, relative to the first's largest number.</summary>
    /// <exception cref="ResiduumException">Their images or outputs have different sizes.</exception>
    public static double LargestDifference(Model first, Model second, ulong seed = 0)
    {
        var (expected, found) = (Run(first, seed), Run(second, seed));
        if (expected.Length != found.Length)
            throw new ResiduumException($"The models cannot be compared: one gives {expected.Length} numbers of an image, the "
                + $"other {found.Length}.");
        double largest = 0, difference = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)expected[i]));
            // Not a number is no agreement.
            var distance = Math.Abs((double)expected[i] - found[i]);
            difference = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(difference, distance);
        }
        return difference == 0 ? 0 : difference / Math.Max(largest, double.Epsilon);
    }

    static float[] Run(Model model, ulong seed)
    {
        using var plan = Plan.ForInference(model.Graph, 1, Environment.ProcessorCount);
        plan.Load(model.Weights);
        var image = plan.Input(NetworkSpec.ImageInput);
        var random = new CounterRandom(seed, 0);
        for (var i = 0; i < image.Length; i++) image[i] = (float)random.Normal((ulong)i);
        plan.Run(1);
        var output = model.Graph.Outputs[0];
        return plan.Output(output.Name)[..(int)model.Graph.TypeOf(output.Value).Shape.WithBatch(1).Count].ToArray();
    }
}
