using System.Runtime.CompilerServices;

namespace Residuum.Data;

/// <summary>
/// The outlines of the ten shapes as signed distances: below 0 inside, above 0 outside, about one for each unit of length, in a frame
/// where a shape's radius is about 1 and y points down. Single-precision IEEE operations only, so the same everywhere.
/// </summary>
static class ShapeOutline
{
    /// <summary>The classes, in the order of their labels.</summary>
    public static readonly string[] Names =
        ["circle", "ring", "square", "triangle", "star", "cross", "crescent", "heart", "arrow", "hourglass"];

    static readonly (float X, float Y)[] Triangle = Ring(3, 1.15f, 1.15f);
    static readonly (float X, float Y)[] Star = Ring(10, 1.2f, 0.5f);

    static readonly (float X, float Y)[] HeartTip =
        [(0, 1.05f), (0.934f, -0.018f), (0.52f, -0.38f), (0, -0.559f), (-0.52f, -0.38f), (-0.934f, -0.018f)];

    static readonly (float X, float Y)[] Arrow =
        [(0, -1.1f), (0.85f, -0.1f), (0.3f, -0.1f), (0.3f, 1), (-0.3f, 1), (-0.3f, -0.1f), (-0.85f, -0.1f)];

    static readonly (float X, float Y)[] Hourglass =
        [(-0.75f, -0.95f), (0.75f, -0.95f), (0.14f, 0), (0.75f, 0.95f), (-0.75f, 0.95f), (-0.14f, 0)];

    /// <summary>The signed distance of a point from the outline of a class.</summary>
    public static float Distance(int label, float x, float y) => label switch
    {
        0 => Length(x, y) - 0.9f,
        1 => MathF.Abs(Length(x, y) - 0.78f) - 0.22f,
        2 => Box(x, y, 0.8f, 0.8f),
        3 => Polygon(Triangle, x, y),
        4 => Polygon(Star, x, y),
        5 => MathF.Min(Box(x, y, 1, 0.32f), Box(x, y, 0.32f, 1)),
        6 => MathF.Max(Length(x - 0.2f, y) - 1, 0.78f - Length(x - 0.68f, y)),
        7 => Heart(x, y),
        8 => Polygon(Arrow, x, y),
        _ => Polygon(Hourglass, x, y),
    };

    /// <summary>Two circles over a tip whose sides touch them.</summary>
    static float Heart(float x, float y) =>
        MathF.Min(Polygon(HeartTip, x, y), Length(MathF.Abs(x) - 0.52f, y + 0.38f) - 0.55f);

    static float Length(float x, float y) => MathF.Sqrt(x * x + y * y);

    static float Box(float x, float y, float halfWidth, float halfHeight)
    {
        var (dx, dy) = (MathF.Abs(x) - halfWidth, MathF.Abs(y) - halfHeight);
        return Length(MathF.Max(dx, 0), MathF.Max(dy, 0)) + MathF.Min(MathF.Max(dx, dy), 0);
    }

    /// <summary>The distance from the nearest edge, with the sign of the even-odd rule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Polygon((float X, float Y)[] corners, float x, float y)
    {
        var nearest = float.MaxValue;
        var inside = false;
        var (fromX, fromY) = corners[^1];
        foreach (var (toX, toY) in corners)
        {
            var (edgeX, edgeY, pointX, pointY) = (toX - fromX, toY - fromY, x - fromX, y - fromY);
            var along = Math.Clamp((pointX * edgeX + pointY * edgeY) / (edgeX * edgeX + edgeY * edgeY), 0, 1);
            var (offX, offY) = (pointX - edgeX * along, pointY - edgeY * along);
            nearest = MathF.Min(nearest, offX * offX + offY * offY);
            if (fromY > y != toY > y && pointX < edgeX * pointY / edgeY) inside = !inside;
            (fromX, fromY) = (toX, toY);
        }
        var distance = MathF.Sqrt(nearest);
        return inside ? -distance : distance;
    }

    /// <summary>A closed line of corners at equal angles, the first at the top, whose radii alternate.</summary>
    static (float, float)[] Ring(int count, float outer, float inner)
    {
        var corners = new (float, float)[count];
        for (var i = 0; i < count; i++)
        {
            var angle = 2 * Math.PI * i / count;
            var radius = i % 2 == 0 ? outer : inner;
            corners[i] = ((float)(Kernels.DeterministicMath.SinCos(angle).Sin * radius),
                (float)(-Kernels.DeterministicMath.Cos(angle) * radius));
        }
        return corners;
    }
}
