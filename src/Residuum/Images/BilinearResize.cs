namespace Residuum.Images;

/// <summary>
/// Bilinear resizing with antialiasing in fixed point, number for number what Pillow's <c>Image.resize(..., BILINEAR)</c> does:
/// a triangle filter as wide as the reduction, weights rounded to 22 bits after the point, first along rows and then along columns,
/// with 8 bits in between.
/// </summary>
static class BilinearResize
{
    /// <summary>Bits after the point: 32, less 8 for the sample and 2 for sign and overshoot.</summary>
    const int FractionBits = 22;

    const int Half = 1 << FractionBits - 1;

    /// <summary>Resizes to exactly this height and width; the image itself when it has that size already.</summary>
    public static RgbImage Apply(RgbImage image, int height, int width)
    {
        if (image.Width != width) image = AlongRows(image, width);
        if (image.Height != height) image = AlongColumns(image, height);
        return image;
    }

    static RgbImage AlongRows(RgbImage image, int width)
    {
        var taps = Taps.Between(image.Width, width);
        var result = new RgbImage(width, image.Height);
        for (var y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> source = image.Row(y);
            var target = result.Row(y);
            for (var x = 0; x < width; x++)
            {
                var (red, green, blue) = (Half, Half, Half);
                var from = taps.Starts[x] * 3;
                foreach (var weight in taps.WeightsOf(x))
                {
                    red += source[from] * weight;
                    green += source[from + 1] * weight;
                    blue += source[from + 2] * weight;
                    from += 3;
                }
                target[3 * x] = Clip(red);
                target[3 * x + 1] = Clip(green);
                target[3 * x + 2] = Clip(blue);
            }
        }
        return result;
    }

    static RgbImage AlongColumns(RgbImage image, int height)
    {
        var taps = Taps.Between(image.Height, height);
        var result = new RgbImage(image.Width, height);
        var sums = new int[image.Width * 3];
        for (var y = 0; y < height; y++)
        {
            // Whole rows are summed, so that memory is read in its order.
            Array.Fill(sums, Half);
            var from = taps.Starts[y];
            foreach (var weight in taps.WeightsOf(y))
            {
                var source = image.Row(from++);
                for (var i = 0; i < source.Length; i++) sums[i] += source[i] * weight;
            }
            var target = result.Row(y);
            for (var i = 0; i < target.Length; i++) target[i] = Clip(sums[i]);
        }
        return result;
    }

    static byte Clip(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>For each output position: the first input position that it sees, and the weights from there on.</summary>
    sealed class Taps(int[] starts, int[] counts, int[] weights, int most)
    {
        public int[] Starts => starts;

        public ReadOnlySpan<int> WeightsOf(int position) => weights.AsSpan(position * most, counts[position]);

        public static Taps Between(int inputSize, int outputSize)
        {
            var scale = (double)inputSize / outputSize;
            // When enlarging, the filter keeps the width of an input pixel.
            var filterScale = Math.Max(scale, 1.0);
            var support = filterScale;
            var most = (int)Math.Ceiling(support) * 2 + 1;
            var (starts, counts, weights) = (new int[outputSize], new int[outputSize], new int[outputSize * most]);
            var exact = new double[most];
            for (var position = 0; position < outputSize; position++)
            {
                // The order of these operations decides the last bit, hence the outcome.
                var centre = (position + 0.5) * scale;
                var inverse = 1.0 / filterScale;
                var start = Math.Max((int)(centre - support + 0.5), 0);
                var count = Math.Min((int)(centre + support + 0.5), inputSize) - start;
                var sum = 0.0;
                for (var i = 0; i < count; i++)
                {
                    exact[i] = Math.Max(1.0 - Math.Abs((i + start - centre + 0.5) * inverse), 0.0);
                    sum += exact[i];
                }
                for (var i = 0; i < count; i++)
                    weights[position * most + i] = (int)(0.5 + (sum != 0.0 ? exact[i] / sum : exact[i]) * (1 << FractionBits));
                (starts[position], counts[position]) = (start, count);
            }
            return new Taps(starts, counts, weights, most);
        }
    }
}
