using Residuum.Images;

namespace Residuum.Pictures;

/// <summary>
/// Colours for numbers, perceptually even: the same step looks the same everywhere on the scale (equal distances in <see cref="Oklab"/>).
/// Immutable, safe to share among threads.
/// </summary>
sealed class ColorMap
{
    const int Steps = 256;
    const int Samples = 2048;

    readonly Rgb[] _colors;

    ColorMap(IEnumerable<Oklab> colors) => _colors = [.. colors.Select(color => color.ToRgb())];

    /// <summary>For numbers from little to much: from near black over violet, red and orange to light yellow.</summary>
    public static ColorMap Sequential { get; } = new(Even(t => Oklab.OfHue(0.13 + 0.83 * t, 0.2, 290 + 175 * t), Steps));

    /// <summary>For numbers about zero: blue below, near white at zero, red above, equally far on both sides.</summary>
    public static ColorMap Diverging { get; } = new(
    [
        .. Even(t => FromWhite(t, 258), Steps / 2).Reverse(), .. Even(t => FromWhite(t, 26), Steps / 2),
    ]);

    /// <summary>The colour of a place on the scale, from 0 to 1; what lies beyond takes the end's.</summary>
    public Rgb At(double place) =>
        double.IsNaN(place) ? new Rgb(128, 128, 128) : _colors[Math.Clamp((int)(place * _colors.Length), 0, _colors.Length - 1)];

    /// <summary>Numbers as a picture.</summary>
    /// <param name="numbers">As many as the picture has pixels, row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="low">The number at the lower end of the scale.</param>
    /// <param name="high">The number at the upper end.</param>
    public RgbImage Paint(ReadOnlySpan<float> numbers, int height, int width, double low, double high)
    {
        var image = new RgbImage(width, height);
        var range = high > low ? high - low : 1;
        for (var i = 0; i < numbers.Length; i++)
        {
            var color = At((numbers[i] - low) / range);
            (image.Pixels[3 * i], image.Pixels[3 * i + 1], image.Pixels[3 * i + 2]) = (color.Red, color.Green, color.Blue);
        }
        return image;
    }

    /// <summary>The scale itself from left to right.</summary>
    public RgbImage Bar()
    {
        var numbers = new float[Steps];
        for (var i = 0; i < Steps; i++) numbers[i] = i + 0.5f;
        return Paint(numbers, 1, Steps, 0, Steps);
    }

    static Oklab FromWhite(double share, double degrees) => Oklab.OfHue(0.965 - 0.525 * share, 0.2 * share, degrees);

    // Colours at equal distances along a path.
    static IEnumerable<Oklab> Even(Func<double, Oklab> path, int count)
    {
        var points = new Oklab[Samples + 1];
        var lengths = new double[Samples + 1];
        for (var i = 0; i <= Samples; i++)
        {
            points[i] = path((double)i / Samples);
            if (i > 0) lengths[i] = lengths[i - 1] + points[i - 1].DistanceTo(points[i]);
        }
        var next = 1;
        for (var i = 0; i < count; i++)
        {
            var wanted = lengths[^1] * i / (count - 1);
            while (next < Samples && lengths[next] < wanted) next++;
            yield return points[next - 1].Towards(points[next], (wanted - lengths[next - 1]) / (lengths[next] - lengths[next - 1]));
        }
    }
}
