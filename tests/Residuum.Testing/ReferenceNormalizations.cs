using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Batch normalization, its gradient, and sums over channels.</summary>
static class ReferenceNormalizations
{
    public static void Forward(ReferenceStep step) => Normalize((BatchNorm)step.Op, step, null);

    /// <summary>By the batch's statistics from the moments of x where they are given, N x C x 2; else from x.</summary>
    public static void Normalize(BatchNorm norm, ReferenceStep step, ReferenceTensor? moments)
    {
        var (x, gamma, beta) = (step.Inputs[0], step.Inputs[1], step.Inputs[2]);
        var (runningMean, runningVariance) = (step.Inputs[3], step.Inputs[4]);
        for (var c = 0; c < x.Shape[1]; c++)
        {
            var (mean, variance) = (runningMean[c], runningVariance[c]);
            step.Outputs[BatchNorm.NewMean][c] = mean;
            step.Outputs[BatchNorm.NewVariance][c] = variance;
            if (norm.Statistics == Statistics.Batch)
            {
                var count = (double)x.Shape[0] * x.Shape[2] * x.Shape[3];
                if (moments is null)
                {
                    mean = Sum(x, c, i => x[i]) / count;
                    variance = Sum(x, c, i => (x[i] - mean) * (x[i] - mean)) / count;
                }
                else (mean, variance) = Combine(moments, x.Shape, c);
                // A channel of one pixel has no unbiased variance; the biased one, which is 0, stands in.
                var unbiased = count > 1 ? variance * count / (count - 1) : variance;
                step.Outputs[BatchNorm.NewMean][c] = (1 - (double)norm.Momentum) * runningMean[c] + norm.Momentum * mean;
                step.Outputs[BatchNorm.NewVariance][c] = (1 - (double)norm.Momentum) * runningVariance[c] + norm.Momentum * unbiased;
            }
            var inverseDeviation = 1 / Math.Sqrt(variance + norm.Epsilon);
            step.Outputs[BatchNorm.Mean][c] = mean;
            step.Outputs[BatchNorm.InverseDeviation][c] = inverseDeviation;
            var scale = step.Outputs[BatchNorm.Scale][c] = gamma[c] * inverseDeviation;
            step.Outputs[BatchNorm.Shift][c] = beta[c] - mean * scale;
            ForEach(x, c, i => step.Output[i] = gamma[c] * (x[i] - mean) * inverseDeviation + beta[c]);
        }
    }

    public static void ScaleShift(ReferenceStep step)
    {
        var (x, scale, shift) = (step.Inputs[0], step.Inputs[1], step.Inputs[2]);
        for (var c = 0; c < x.Shape[1]; c++) ForEach(x, c, i => step.Output[i] = scale[c] * x[i] + shift[c]);
    }

    /// <summary>The mean and the sum of squared deviations of each image's channel.</summary>
    public static void Moments(ReferenceTensor x, ReferenceTensor moments)
    {
        var pixels = x.Shape[2] * x.Shape[3];
        for (var map = 0; map < x.Shape[0] * x.Shape[1]; map++)
        {
            var numbers = x.Data[(map * pixels)..((map + 1) * pixels)];
            var mean = moments[2 * map] = numbers.Average();
            moments[2 * map + 1] = numbers.Sum(number => (number - mean) * (number - mean));
        }
    }

    // The images have equally many pixels: the mean is that of their means, and a deviation is one within the image and one of its mean.
    static (double Mean, double Variance) Combine(ReferenceTensor moments, Tensors.Shape shape, int channel)
    {
        var maps = Enumerable.Range(0, shape[0]).Select(n => n * shape[1] + channel).ToArray();
        var mean = maps.Average(map => moments[2 * map]);
        var pixels = shape[2] * shape[3];
        var squares = maps.Sum(map => moments[2 * map + 1] + pixels * (moments[2 * map] - mean) * (moments[2 * map] - mean));
        return (mean, squares / (pixels * (double)shape[0]));
    }

    public static void Gradient(ReferenceStep step) =>
        Differentiate(((BatchNormGradient)step.Op).Statistics, step.Inputs, step.Outputs, step.Inputs[1]);

    /// <summary>From the sums of dy and dy (x - mean) of each image's channel where they are given, N x C x 2; else from dy.</summary>
    public static void Differentiate(
        Statistics statistics, ReferenceTensor[] inputs, ReferenceTensor[] outputs, ReferenceTensor dy, ReferenceTensor? sums = null)
    {
        var (x, gamma, means, inverseDeviations) = (inputs[0], inputs[2], inputs[3], inputs[4]);
        for (var c = 0; c < x.Shape[1]; c++)
        {
            var (mean, s, scale) = (means[c], inverseDeviations[c], gamma[c]);
            var count = (double)x.Shape[0] * x.Shape[2] * x.Shape[3];
            var dgamma = outputs[1][c] = sums is null ? Sum(x, c, i => dy[i] * (x[i] - mean) * s) : s * SumOverImages(sums, c, 1);
            var dbeta = outputs[2][c] = sums is null ? Sum(x, c, i => dy[i]) : SumOverImages(sums, c, 0);
            ForEach(x, c, i => outputs[0][i] = statistics == Statistics.Batch
                ? scale * s * (dy[i] - dbeta / count - (x[i] - mean) * s * dgamma / count)
                : scale * s * dy[i]);
        }
    }

    public static void ChannelSum(ReferenceStep step)
    {
        for (var c = 0; c < step.Output.Shape[0]; c++) step.Output[c] = Sum(step.Inputs[0], c, i => step.Inputs[0][i]);
    }

    static double SumOverImages(ReferenceTensor sums, int channel, int which) =>
        Enumerable.Range(0, sums.Shape[0]).Sum(n => sums[2 * (n * sums.Shape[1] + channel) + which]);

    static double Sum(ReferenceTensor x, int channel, Func<int, double> term)
    {
        var sum = 0.0;
        ForEach(x, channel, i => sum += term(i));
        return sum;
    }

    // Visits the offsets of one channel's elements: images in order, then pixels.
    static void ForEach(ReferenceTensor x, int channel, Action<int> visit)
    {
        var pixels = x.Shape.Rank == 4 ? x.Shape[2] * x.Shape[3] : 1;
        for (var n = 0; n < x.Shape[0]; n++)
            for (var p = 0; p < pixels; p++) visit((n * x.Shape[1] + channel) * pixels + p);
    }
}
