namespace Residuum.Inspection;

/// <summary>
/// The formulas of class-activation maps. A are the layer's maps, g the gradient of the class's logit with respect to them. Sums go in
/// double precision.
/// </summary>
static class ClassActivation
{
    /// <summary>
    /// Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): ReLU(sum over k of a_k A_k), where a_k is the mean of g over map k.
    /// </summary>
    public static float[] Plain(ReadOnlySpan<float> maps, ReadOnlySpan<float> gradient, int channels)
    {
        var pixels = maps.Length / channels;
        var weights = new double[channels];
        for (var k = 0; k < channels; k++)
        {
            foreach (var g in gradient.Slice(k * pixels, pixels)) weights[k] += g;
            weights[k] /= pixels;
        }
        return Weighed(maps, weights);
    }

    /// <summary>
    /// Grad-CAM++ (Chattopadhay et al. 2018, equations 5, 10, 11 and 19) for Y = exp(logit): the weight of map k is the sum over its pixels
    /// of alpha ReLU(g), where alpha = g^2 / (2 g^2 + (sum of A_k) g^3), or 0 where that has no denominator. The factor exp(logit), which
    /// all weights have in common, is left out.
    /// </summary>
    public static float[] PlusPlus(ReadOnlySpan<float> maps, ReadOnlySpan<float> gradient, int channels)
    {
        var pixels = maps.Length / channels;
        var weights = new double[channels];
        for (var k = 0; k < channels; k++)
        {
            var sum = 0.0;
            foreach (var a in maps.Slice(k * pixels, pixels)) sum += a;
            foreach (double g in gradient.Slice(k * pixels, pixels))
            {
                var denominator = 2 * g * g + sum * g * g * g;
                if (g > 0 && denominator != 0) weights[k] += g * g / denominator * g;
            }
        }
        return Weighed(maps, weights);
    }

    static float[] Weighed(ReadOnlySpan<float> maps, double[] weights)
    {
        var pixels = maps.Length / weights.Length;
        var map = new float[pixels];
        for (var i = 0; i < pixels; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++) sum += weights[k] * maps[k * pixels + i];
            map[i] = (float)Math.Max(sum, 0);
        }
        return map;
    }
}
