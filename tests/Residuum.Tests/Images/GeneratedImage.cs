using Residuum.Images;

namespace Residuum.Tests.Images;

/// <summary>The pictures that <c>tests/golden/images.py</c> generates, made again here.</summary>
static class GeneratedImage
{
    public static RgbImage Create(int width, int height, uint seed)
    {
        var image = new RgbImage(width, height);
        var state = unchecked(seed * 2654435761u + 12345u);
        foreach (ref var value in image.Pixels.AsSpan())
        {
            state = unchecked(state * 1664525u + 1013904223u);
            value = (byte)(state >> 24);
        }
        return image;
    }
}
