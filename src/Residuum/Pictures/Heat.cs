using Residuum.Images;

namespace Residuum.Pictures;

/// <summary>Numbers over a picture.</summary>
static class Heat
{
    // So much of the picture stays to be seen under the strongest tint.
    const double LeastOfPicture = 0.35;

    /// <summary>
    /// Numbers in another size, by bilinear interpolation between pixel centres: output pixel o lies at (o + 1/2) size / newSize - 1/2, the
    /// border repeated beyond itself.
    /// </summary>
    public static float[] Enlarge(ReadOnlySpan<float> numbers, int height, int width, int newHeight, int newWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(newHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newWidth, 1);
        var result = new float[checked(newHeight * newWidth)];
        for (var y = 0; y < newHeight; y++)
        {
            var (top, bottom, down) = Between(y, height, newHeight);
            for (var x = 0; x < newWidth; x++)
            {
                var (left, right, across) = Between(x, width, newWidth);
                var above = (1 - across) * numbers[top * width + left] + across * numbers[top * width + right];
                var below = (1 - across) * numbers[bottom * width + left] + across * numbers[bottom * width + right];
                result[y * newWidth + x] = (float)((1 - down) * above + down * below);
            }
        }
        return result;
    }

    /// <summary>
    /// A picture in grey, tinted by numbers: the further a number is from zero, the more of its colour shows and the less of the picture.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <param name="numbers">As many as it has pixels, row by row.</param>
    /// <param name="low">The number at the lower end of the scale; 0, or minus the upper end.</param>
    /// <param name="high">The number at the upper end.</param>
    /// <param name="map">The colours.</param>
    public static RgbImage Over(RgbImage picture, ReadOnlySpan<float> numbers, double low, double high, ColorMap map)
    {
        var colors = map.Paint(numbers, picture.Height, picture.Width, low, high);
        var grey = ImageTransforms.ToGrey(picture);
        for (var i = 0; i < numbers.Length; i++)
        {
            var strength = (1 - LeastOfPicture) * (high > 0 ? Math.Clamp(Math.Abs(numbers[i]) / high, 0, 1) : 0);
            for (var color = 3 * i; color < 3 * i + 3; color++)
                colors.Pixels[color] = (byte)Math.Round((1 - strength) * grey.Pixels[color] + strength * colors.Pixels[color]);
        }
        return colors;
    }

    static (int Before, int After, double Share) Between(int place, int size, int newSize)
    {
        var exact = Math.Max((place + 0.5) * size / newSize - 0.5, 0);
        var before = Math.Min((int)exact, size - 1);
        return (before, Math.Min(before + 1, size - 1), exact - before);
    }
}
