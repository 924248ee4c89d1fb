using Residuum.Images;
using Residuum.Pictures;

namespace Residuum.Tests.Pictures;

public class ColorMapTests
{
    [Fact]
    public void The_sequential_scale_becomes_lighter_in_even_steps()
    {
        var lightness = Enumerable.Range(0, 17).Select(i => Lightness(ColorMap.Sequential.At(i / 16.0))).ToArray();
        var steps = lightness.Zip(lightness.Skip(1), (before, after) => after - before).ToArray();
        // The scale is even in another space than that of this measure, and hue takes a part of each step.
        Assert.All(steps, step => Assert.InRange(step, 0.4 * steps.Average(), 1.6 * steps.Average()));
        Assert.InRange(lightness[0], 0, 8);
        Assert.InRange(lightness[^1], 90, 100);
    }

    [Fact]
    public void The_diverging_scale_is_lightest_in_the_middle_and_as_dark_on_both_sides()
    {
        for (var i = 0; i < 16; i++)
        {
            var (below, above) = (Lightness(ColorMap.Diverging.At((16 - i) / 32.0)), Lightness(ColorMap.Diverging.At((16 + i) / 32.0)));
            Assert.InRange(below - above, -6, 6);
            Assert.True(below > Lightness(ColorMap.Diverging.At((15 - i) / 32.0)));
            Assert.True(above > Lightness(ColorMap.Diverging.At((17 + i) / 32.0)));
        }
        Assert.True(ColorMap.Diverging.At(0) is { Blue: > 150, Red: < 60 });
        Assert.True(ColorMap.Diverging.At(1) is { Red: > 150, Blue: < 60 });
    }

    [Fact]
    public void Numbers_take_the_colours_of_their_places_and_stay_on_the_scale()
    {
        var image = ColorMap.Sequential.Paint([-5, 0, 1, 2, 99, float.NaN], 2, 3, 0, 2);
        Assert.Equal(Bytes(ColorMap.Sequential.At(0)), Pixel(image, 0));
        Assert.Equal(Pixel(image, 0), Pixel(image, 1));
        Assert.Equal(Bytes(ColorMap.Sequential.At(0.5)), Pixel(image, 2));
        Assert.Equal(Bytes(ColorMap.Sequential.At(1)), Pixel(image, 3));
        Assert.Equal(Pixel(image, 3), Pixel(image, 4));
        Assert.Equal([128, 128, 128], Pixel(image, 5));
    }

    static byte[] Pixel(RgbImage image, int place) => image.Pixels[(3 * place)..(3 * place + 3)];

    static byte[] Bytes(Rgb color) => [color.Red, color.Green, color.Blue];

    // CIE 1976 L*, from 0 to 100.
    static double Lightness(Rgb color)
    {
        var luminance = 0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);
        return luminance > 0.008856 ? 116 * Math.Cbrt(luminance) - 16 : 903.3 * luminance;
    }

    static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);
}
