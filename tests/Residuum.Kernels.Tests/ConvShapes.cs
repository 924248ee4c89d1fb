namespace Residuum.Kernels.Tests;

/// <summary>Shapes to try: those with a name in real networks, made small, and awkward ones drawn at random from fixed seeds.</summary>
static class ConvShapes
{
    public const int Drawn = 60;

    static readonly ConvShape[] Named =
    [
        ConvShape.Square(16, 16, 8, 3, 1, 1),
        ConvShape.Square(32, 64, 7, 3, 1, 1),
        ConvShape.Square(16, 48, 14, 3, 1, 1),
        ConvShape.Square(16, 32, 16, 3, 2, 1),
        ConvShape.Square(32, 32, 8, 1),
        ConvShape.Square(32, 64, 8, 1, 2),
        ConvShape.Square(3, 32, 21, 7, 2, 3),
        ConvShape.Square(3, 16, 12, 3, 1, 1),
        ConvShape.Square(1, 32, 12, 3),
        ConvShape.Square(17, 10, 5, 5, 1, 2),
        ConvShape.Square(24, 40, 1, 1),
        ConvShape.Square(16, 16, 7, 2, 2),
        ConvShape.Square(20, 33, 13, 1),
        new(16, 16, 3, 49, 3, 3, 1, 1, 1, 1, 1, 1),
        new(16, 32, 6, 11, 1, 7, 1, 1, 0, 3, 0, 3),
        new(16, 32, 11, 6, 7, 1, 1, 1, 3, 0, 3, 0),
        new(16, 16, 8, 8, 3, 3, 2, 2, 0, 0, 1, 1),
        new(4, 20, 9, 7, 3, 2, 3, 2, 1, 0, 0, 2),
        new(16, 16, 9, 9, 1, 1, 3, 3, 0, 0, 0, 0),
        new(2, 7, 2, 2, 3, 3, 1, 1, 1, 1, 1, 1),
        new(16, 16, 4, 4, 4, 4, 1, 1, 0, 0, 0, 0),
        new(16, 64, 2, 130, 1, 1, 1, 1, 0, 0, 0, 0),
        ConvShape.Square(32, 32, 7, 3, 1, 1) with { Groups = 8 },
        ConvShape.Square(32, 32, 8, 3, 2, 1) with { Groups = 4 },
        ConvShape.Square(48, 48, 6, 3, 1, 1) with { Groups = 3 },
        ConvShape.Square(64, 64, 5, 3, 2, 1) with { Groups = 2 },
        ConvShape.Square(20, 20, 6, 3, 1, 1) with { Groups = 20 },
        ConvShape.Square(20, 40, 6, 3, 1, 1) with { Groups = 5 },
        ConvShape.Square(36, 60, 5, 3, 1, 1) with { Groups = 12 },
        ConvShape.Square(42, 28, 5, 2) with { Groups = 7 },
        ConvShape.Square(48, 96, 7, 1) with { Groups = 2 },
        ConvShape.Square(96, 48, 7, 1, 2) with { Groups = 2 },
        ConvShape.Square(6, 4, 5, 3, 1, 1) with { Groups = 2 },
        ConvShape.Square(24, 24, 17, 3, 1, 1) with { Groups = 12 },
        ConvShape.Square(40, 40, 15, 3, 2, 1) with { Groups = 5 },
        ConvShape.Square(20, 20, 13, 3, 3, 2) with { Groups = 5 },
        new(16, 16, 1, 22, 3, 3, 1, 1, 1, 0, 1, 2, 4),
        new(48, 48, 31, 3, 3, 3, 1, 2, 0, 1, 3, 1, 6),
        new(10, 10, 12, 9, 3, 3, 2, 1, 2, 2, 0, 0, 5),
        new(12, 12, 10, 14, 3, 3, 1, 3, 1, 1, 1, 1, 3),
        new(36, 36, 3, 3, 3, 3, 1, 1, 0, 0, 0, 0, 36),
        new(16, 16, 14, 25, 3, 3, 4, 5, 1, 1, 1, 1, 2),
        new(16, 16, 31, 18, 3, 3, 2, 2, 0, 0, 0, 0, 4),
        new(24, 24, 12, 13, 3, 3, 2, 2, 2, 2, 1, 0, 12),
        new(16, 16, 2, 7, 3, 3, 2, 2, 3, 1, 3, 4, 2),
        new(20, 20, 33, 5, 3, 3, 2, 2, 1, 0, 0, 2, 20),
    ];

    public static int Count => Named.Length + Drawn;

    /// <summary>A shape, a number of images, and whether the input's channels form one narrow block.</summary>
    public static (ConvShape Shape, int Images, int Inner) At(int index)
    {
        if (index < Named.Length) return (
            Named[index], index % 5 == 0 ? 3 : 2, Named[index].InputChannels <= 3 ? Named[index].InputChannels : 16);
        var random = new Random(1000 + index);
        int[] channels = [1, 3, 10, 16, 17, 24, 32, 48, 64];
        while (true)
        {
            var (kernelHeight, kernelWidth) = (random.Next(1, 6), random.Next(1, 6));
            int Pad(int kernel) => random.Next(0, Math.Min(kernel, 4));
            var shape = new ConvShape(channels[random.Next(channels.Length)], channels[random.Next(channels.Length)],
                random.Next(1, 20), random.Next(1, 20), kernelHeight, kernelWidth, random.Next(1, 4), random.Next(1, 4),
                Pad(kernelHeight), Pad(kernelWidth), Pad(kernelHeight), Pad(kernelWidth));
            if (shape.InputHeight + shape.PadTop + shape.PadBottom < kernelHeight
                || shape.InputWidth + shape.PadLeft + shape.PadRight < kernelWidth ||
                shape.MultiplyAdds > 1_500_000) continue;
            int[] images = [1, 3, 17];
            return (shape, shape.MultiplyAdds > 200_000 ? 1 : images[random.Next(3)],
                shape.InputChannels < 16 && random.Next(2) == 0 ? shape.InputChannels : 16);
        }
    }
}
