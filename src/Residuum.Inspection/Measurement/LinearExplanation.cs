using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>
/// How much of one map another one still holds in plain view: the share of the variance of the first map's channels that the best linear
/// combination of the second map's channels at the same pixel explains (R² of linear regression; R²_LR of Kornblith et al. 2019, section
/// 3, with pixels as examples). Of the first map, the pixels at which strides of the second one's size stop: row floor(i H / h) and column
/// floor(j W / w).
/// </summary>
static class LinearExplanation
{
    // With fewer pixels for each channel the combination fits noise.
    const int PixelsForEachChannel = 10;

    // What a channel has beyond those before it, as a share of its variance, below which it is theirs but for rounding.
    const double Collinear = 1e-9;

    /// <summary>The share, from 0 to 1; null for what is no map, for a first map that does not vary, and where there are too few
    /// pixels.</summary>
    /// <param name="first">The first map: N x C x H x W.</param>
    /// <param name="firstShape">Its shape.</param>
    /// <param name="second">The second map: N x c x h x w, of the same images.</param>
    /// <param name="secondShape">Its shape.</param>
    public static double? Share(ReadOnlySpan<float> first, Shape firstShape, ReadOnlySpan<float> second, Shape secondShape)
    {
        if (firstShape.Rank != 4 || secondShape.Rank != 4 || secondShape[2] > firstShape[2] || secondShape[3] > firstShape[3]) return null;
        var pixels = secondShape[0] * secondShape[2] * secondShape[3];
        if (pixels < PixelsForEachChannel * secondShape[1]) return null;
        var wanted = Channels(first, firstShape, secondShape[2], secondShape[3]);
        var given = Channels(second, secondShape, secondShape[2], secondShape[3]);
        var total = wanted.Sum(channel => FeatureGram.Dot(channel, channel));
        return total > 0 ? Math.Clamp(Explained(given, wanted) / total, 0, 1) : null;
    }

    // The squared length of what the wanted channels have in the space of the given ones: by Cholesky's decomposition of their products.
    static double Explained(float[][] given, float[][] wanted)
    {
        var factor = new double[given.Length][];
        var solved = new double[given.Length][];
        var explained = 0.0;
        var kept = new List<int>();
        for (var i = 0; i < given.Length; i++)
        {
            var row = factor[i] = new double[kept.Count + 1];
            for (var k = 0; k < kept.Count; k++)
            {
                var sum = FeatureGram.Dot(given[i], given[kept[k]]);
                for (var m = 0; m < k; m++) sum -= row[m] * factor[kept[k]][m];
                row[k] = sum / factor[kept[k]][k];
            }
            var variance = FeatureGram.Dot(given[i], given[i]);
            var own = variance;
            for (var m = 0; m < kept.Count; m++) own -= row[m] * row[m];
            if (!(own > Collinear * variance)) continue;
            row[kept.Count] = Math.Sqrt(own);
            solved[i] = new double[wanted.Length];
            for (var j = 0; j < wanted.Length; j++)
            {
                var sum = FeatureGram.Dot(given[i], wanted[j]);
                for (var m = 0; m < kept.Count; m++) sum -= row[m] * solved[kept[m]][j];
                solved[i][j] = sum / row[kept.Count];
                explained += solved[i][j] * solved[i][j];
            }
            kept.Add(i);
        }
        return explained;
    }

    // Each channel's numbers of all images at the pixels of a grid, less their mean.
    static float[][] Channels(ReadOnlySpan<float> map, Shape shape, int height, int width)
    {
        var (images, plane) = (shape[0], shape[2] * shape[3]);
        var channels = new float[shape[1]][];
        for (var channel = 0; channel < shape[1]; channel++)
        {
            var numbers = channels[channel] = new float[images * height * width];
            var (sum, next) = (0.0, 0);
            for (var image = 0; image < images; image++)
            {
                var pixels = map.Slice((image * shape[1] + channel) * plane, plane);
                for (var y = 0; y < height; y++)
                    for (var x = 0; x < width; x++)
                        sum += numbers[next++] = pixels[y * shape[2] / height * shape[3] + x * shape[3] / width];
            }
            for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)(numbers[i] - sum / numbers.Length);
        }
        return channels;
    }
}
