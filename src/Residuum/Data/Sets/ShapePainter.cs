using System.Runtime.CompilerServices;
using Residuum.Foundation;

namespace Residuum.Data;

/// <summary>
/// Paints one picture of <see cref="Shapes"/>: a gradient, clutter (lines and dots) in random colours, the shape at a random place, size,
/// angle and stretch, a line across, and noise. Edges are anti-aliased by the share of a pixel that the signed distance says is covered.
/// </summary>
static class ShapePainter
{
    const int Size = Shapes.Size;
    const int Plane = Size * Size;

    /// <summary>Paints a picture of a class into 3 x 32 x 32 bytes from a stream of its own.</summary>
    public static void Paint(CounterRandom random, int label, Span<byte> pixels)
    {
        var draws = new RandomSequence(random);
        Span<float> canvas = stackalloc float[3 * Plane];
        var background = Colour.Draw(ref draws);
        var foreground = Colour.Draw(ref draws);
        // A shape in the colour of its ground could not be seen: draw again until it differs enough.
        while (foreground.DistanceTo(background) < 130) foreground = Colour.Draw(ref draws);

        Ground(canvas, background, ref draws);
        for (var count = draws.Int(0, 2); count > 0; count--) Line(canvas, Colour.Draw(ref draws), ref draws);
        for (var count = draws.Int(0, 2); count > 0; count--) Dot(canvas, Colour.Draw(ref draws), ref draws);
        Shape(canvas, foreground, label, ref draws);
        if (draws.Int(0, 1) == 1) Line(canvas, Colour.Draw(ref draws), ref draws);
        Noise(canvas, pixels, ref draws);
    }

    /// <summary>The background's colour, growing lighter in one direction and darker in the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Ground(Span<float> canvas, Colour colour, ref RandomSequence draws)
    {
        var (sine, cosine) = Direction(draws.Uniform(0, 2));
        var slope = draws.Uniform(0, 50) / Size;
        for (var i = 0; i < Plane; i++)
        {
            var shade = slope * ((i % Size - 15.5f) * cosine + (i / Size - 15.5f) * sine);
            canvas[i] = colour.Red + shade;
            canvas[Plane + i] = colour.Green + shade;
            canvas[2 * Plane + i] = colour.Blue + shade;
        }
    }

    /// <summary>A thin line between two points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Line(Span<float> canvas, Colour colour, ref RandomSequence draws)
    {
        var (fromX, fromY) = (draws.Uniform(0, Size), draws.Uniform(0, Size));
        var (edgeX, edgeY) = (draws.Uniform(0, Size) - fromX, draws.Uniform(0, Size) - fromY);
        var half = draws.Uniform(0.3f, 0.7f);
        var square = edgeX * edgeX + edgeY * edgeY + 1e-3f;
        var (left, right) = Range(fromX + edgeX / 2, MathF.Abs(edgeX) / 2 + 2);
        var (top, bottom) = Range(fromY + edgeY / 2, MathF.Abs(edgeY) / 2 + 2);
        for (var row = top; row < bottom; row++)
            for (var column = left; column < right; column++)
            {
                var (x, y) = (column + 0.5f - fromX, row + 0.5f - fromY);
                var along = Math.Clamp((x * edgeX + y * edgeY) / square, 0, 1);
                var (offX, offY) = (x - edgeX * along, y - edgeY * along);
                Blend(canvas, row * Size + column, colour, MathF.Sqrt(offX * offX + offY * offY) - half, 0);
            }
    }

    /// <summary>A small filled circle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dot(Span<float> canvas, Colour colour, ref RandomSequence draws)
    {
        var (centreX, centreY) = (draws.Uniform(0, Size), draws.Uniform(0, Size));
        var radius = draws.Uniform(0.7f, 2);
        var (left, right) = Range(centreX, radius + 1);
        var (top, bottom) = Range(centreY, radius + 1);
        for (var row = top; row < bottom; row++)
            for (var column = left; column < right; column++)
            {
                var (x, y) = (column + 0.5f - centreX, row + 0.5f - centreY);
                Blend(canvas, row * Size + column, colour, MathF.Sqrt(x * x + y * y) - radius, 0);
            }
    }

    /// <summary>The shape of the class, wholly or nearly inside the picture, with a gradient of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Shape(Span<float> canvas, Colour colour, int label, ref RandomSequence draws)
    {
        var radius = draws.Uniform(8.5f, 13);
        var stretch = draws.Uniform(0.88f, 1.13f);
        var (centreX, centreY) = (draws.Uniform(radius, Size - radius), draws.Uniform(radius, Size - radius));
        var (sine, cosine) = Direction(draws.Uniform(-1f / 6, 1f / 6));
        var slope = draws.Uniform(-1.5f, 1.5f);
        // No outline, stretched, reaches further than 1.45 radii from its centre.
        var (left, right) = Range(centreX, 1.45f * radius + 1);
        var (top, bottom) = Range(centreY, 1.45f * radius + 1);
        for (var row = top; row < bottom; row++)
            for (var column = left; column < right; column++)
            {
                var (x, y) = (column + 0.5f - centreX, row + 0.5f - centreY);
                var (u, v) = (x * cosine + y * sine, y * cosine - x * sine);
                var distance = ShapeOutline.Distance(label, u * stretch / radius, v / (stretch * radius)) * radius;
                Blend(canvas, row * Size + column, colour, distance, slope * u);
            }
    }

    /// <summary>The columns or rows of the picture within a distance of a centre: the first, and the one after the last.</summary>
    static (int From, int To) Range(float centre, float distance) =>
        ((int)Math.Clamp(centre - distance, 0, Size), (int)Math.Clamp(centre + distance + 1, 0, Size));

    /// <summary>Mixes a colour into a pixel by how much of the pixel lies inside an outline at this signed distance in pixels.</summary>
    static void Blend(Span<float> canvas, int pixel, Colour colour, float distance, float shade)
    {
        if (distance >= 0.5f) return;
        var share = MathF.Min(0.5f - distance, 1);
        canvas[pixel] += (colour.Red + shade - canvas[pixel]) * share;
        canvas[Plane + pixel] += (colour.Green + shade - canvas[Plane + pixel]) * share;
        canvas[2 * Plane + pixel] += (colour.Blue + shade - canvas[2 * Plane + pixel]) * share;
    }

    /// <summary>Adds noise of a random strength to every number and rounds it to a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Noise(ReadOnlySpan<float> canvas, Span<byte> pixels, ref RandomSequence draws)
    {
        // The sum of two bytes minus 255 has a deviation of about 104.
        var strength = draws.Uniform(2, 8) / 104;
        for (var i = 0; i < canvas.Length; i += 2)
        {
            var word = draws.Word();
            pixels[i] = ToByte(canvas[i] + strength * ((int)(word & 255) + (int)((word >> 8) & 255) - 255));
            pixels[i + 1] = ToByte(canvas[i + 1] + strength * ((int)((word >> 16) & 255) + (int)(word >> 24) - 255));
        }
    }

    static byte ToByte(float value) => (byte)(Math.Clamp(value, 0, 255) + 0.5f);

    static (float Sine, float Cosine) Direction(float halfTurns) =>
        ((float)Kernels.DeterministicMath.SinCos(halfTurns * Math.PI).Sin, (float)Kernels.DeterministicMath.Cos(halfTurns * Math.PI));

    /// <summary>A colour; each component from 0 to 255.</summary>
    readonly record struct Colour(float Red, float Green, float Blue)
    {
        public static Colour Draw(ref RandomSequence draws) =>
            new(draws.Uniform(10, 245), draws.Uniform(10, 245), draws.Uniform(10, 245));

        public float DistanceTo(Colour other)
        {
            var (red, green, blue) = (Red - other.Red, Green - other.Green, Blue - other.Blue);
            return MathF.Sqrt(red * red + green * green + blue * blue);
        }
    }
}
