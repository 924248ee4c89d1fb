using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Residuum.Inspection;

/// <summary>
/// How alike each image of a batch is to each other one in what a node holds: the Gram matrix of the features, centred so that its product
/// with another one is the unbiased estimate of the Hilbert-Schmidt independence criterion for linear kernels (Song et al. 2012, equation
/// 5; centring after Székely and Rizzo 2014): the diagonal is zero and every row sums to zero.
/// </summary>
sealed class FeatureGram
{
    /// <summary>The fewest images that the estimate can be made of.</summary>
    public const int LeastImages = 4;

    readonly double[] _centred;
    readonly int _images;

    FeatureGram(double[] centred, int images) => (_centred, _images) = (centred, images);

    /// <summary>The matrix of features, one row of numbers for each image.</summary>
    /// <param name="features">All images' numbers, image after image.</param>
    /// <param name="images">How many images; at least <see cref="LeastImages"/>.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. The numbers do not depend on it.</param>
    public static FeatureGram Of(ReadOnlySpan<float> features, int images, int threads)
    {
        var length = features.Length / images;
        var rows = Centred(features, images, length);
        var gram = new double[images * images];
        Parallel.For(0, images, new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount }, i =>
        {
            for (var j = 0; j < i; j++)
                gram[i * images + j] = gram[j * images + i] = Dot(rows.AsSpan(i * length, length), rows.AsSpan(j * length, length));
        });
        return new FeatureGram(CentreTwice(gram, images), images);
    }

    /// <summary>The unbiased estimate of the criterion for two sets of features of the same images; it may be slightly below
    /// zero.</summary>
    public double Independence(FeatureGram other)
    {
        var sum = 0.0;
        for (var i = 0; i < _centred.Length; i++) sum += _centred[i] * other._centred[i];
        return sum / ((double)_images * (_images - 3));
    }

    /// <summary>
    /// Linear centred kernel alignment (Kornblith et al. 2019, equation 1) of the same layers over one or several batches (Nguyen et al.
    /// 2021, equations 2 to 4): at most 1, 0 for independent features; null where one of them does not vary.
    /// </summary>
    public static double? Alignment(double cross, double first, double second) =>
        first > 0 && second > 0 ? cross / Math.Sqrt(first * second) : null;

    /// <summary>The sum of products, in single precision by runs of numbers and in double precision over these.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        // Sixteen lanes on every machine, so that every machine adds in the same order.
        const int Run = 64;
        var x = MemoryMarshal.Cast<float, Vector512<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector512<float>>(b);
        var sum = 0.0;
        for (var first = 0; first < x.Length; first += Run)
        {
            var lanes = Vector512<float>.Zero;
            for (var i = first; i < Math.Min(first + Run, x.Length); i++) lanes += x[i] * y[i];
            var (low, high) = Vector512.Widen(lanes);
            sum += Vector512.Sum(low + high);
        }
        for (var i = x.Length * Vector512<float>.Count; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    // Less each feature's mean over the images: the estimate does not depend on it, but fewer digits are lost.
    static float[] Centred(ReadOnlySpan<float> features, int images, int length)
    {
        var means = new double[length];
        for (var i = 0; i < images; i++)
            for (var j = 0; j < length; j++) means[j] += features[i * length + j];
        var centred = new float[images * length];
        for (var i = 0; i < images; i++)
            for (var j = 0; j < length; j++) centred[i * length + j] = (float)(features[i * length + j] - means[j] / images);
        return centred;
    }

    static double[] CentreTwice(double[] gram, int images)
    {
        var sums = new double[images];
        for (var i = 0; i < images; i++)
            for (var j = 0; j < images; j++) sums[i] += gram[i * images + j];
        var all = sums.Sum() / ((images - 1.0) * (images - 2));
        for (var i = 0; i < images; i++)
            for (var j = 0; j < images; j++)
                gram[i * images + j] = i == j ? 0 : gram[i * images + j] - (sums[i] + sums[j]) / (images - 2.0) + all;
        return gram;
    }
}
