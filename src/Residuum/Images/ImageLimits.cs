namespace Residuum.Images;

/// <summary>
/// How large an image file may be before it is refused. The limits are checked against what the file declares, before memory is
/// taken for it, so that a file of a few bytes cannot claim gigabytes.
/// </summary>
/// <param name="MaximumPixels">Width times height; by default 64 x 1024 x 1024, which takes 192 MB as an <see cref="RgbImage"/>.</param>
/// <param name="MaximumFileBytes">The size of the file itself; by default 256 MB.</param>
public sealed record ImageLimits(long MaximumPixels = 64L << 20, long MaximumFileBytes = 256L << 20)
{
    /// <summary>The limits that apply when none are named.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>
    /// Refuses a size that an image file declares when it is empty or above the limit; for decoders, before they allocate.
    /// </summary>
    /// <param name="name">What to call the file in the message.</param>
    /// <param name="width">The declared width in pixels.</param>
    /// <param name="height">The declared height in pixels.</param>
    /// <exception cref="ResiduumException">The size is refused.</exception>
    public void CheckSize(string name, long width, long height)
    {
        if (width < 1 || height < 1)
            throw new ResiduumException($"{name} declares a size of {width}x{height}, which holds no pixel; the file is damaged.");
        // Division, because the product of two sides from a stranger's file may overflow.
        if (width > Math.Min(MaximumPixels, Array.MaxLength / 3) / height)
            throw new ResiduumException(
                $"{name} is {width}x{height} pixels, above the limit of {MaximumPixels} pixels; make it smaller or raise the limit.");
    }
}
