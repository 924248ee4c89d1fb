namespace Residuum.Kernels.Tests;

/// <summary>Batch normalization of NCHW numbers in double precision, written after the formulas.</summary>
internal sealed class BatchNormReference
{
    readonly float[] _x;
    readonly int _channels;
    readonly int _pixels;
    readonly int _images;

    public BatchNormReference(
        float[] x, int channels, int pixels, int images, double epsilon, float[]? mean = null, float[]? variance = null)
    {
        (_x, _channels, _pixels, _images) = (x, channels, pixels, images);
        Mean = mean is null ? Average(i => x[i]) : [.. mean.Select(number => (double)number)];
        Variance = variance is null
            ? Average(i => (x[i] - Mean[Channel(i)]) * (x[i] - Mean[Channel(i)]))
            : [.. variance.Select(number => (double)number)];
        InverseDeviation = [.. Variance.Select(number => 1 / Math.Sqrt(number + epsilon))];
    }

    public double[] Mean { get; }

    public double[] Variance { get; }

    public double[] InverseDeviation { get; }

    public double[] Apply(float[] gamma, float[] beta) =>
        [.. Enumerable.Range(0, _x.Length).Select(i => gamma[Channel(i)] * Normalized(i) + beta[Channel(i)])];

    public (double[] Dx, double[] Gamma, double[] Beta) Gradient(double[] dy, float[] gamma, bool batchStatistics)
    {
        var count = (double)_images * _pixels;
        var meanDy = Average(i => dy[i]);
        var meanProduct = Average(i => dy[i] * Normalized(i));
        var dx = Enumerable.Range(0, _x.Length).Select(i =>
        {
            var channel = Channel(i);
            var centered = batchStatistics ? dy[i] - meanDy[channel] - Normalized(i) * meanProduct[channel] : dy[i];
            return gamma[channel] * InverseDeviation[channel] * centered;
        });
        return ([.. dx], [.. meanProduct.Select(number => number * count)], [.. meanDy.Select(number => number * count)]);
    }

    double Normalized(int i) => (_x[i] - Mean[Channel(i)]) * InverseDeviation[Channel(i)];

    int Channel(int i) => i / _pixels % _channels;

    double[] Average(Func<int, double> number)
    {
        var sums = new double[_channels];
        for (var i = 0; i < _x.Length; i++) sums[Channel(i)] += number(i);
        return [.. sums.Select(sum => sum / ((double)_images * _pixels))];
    }
}
