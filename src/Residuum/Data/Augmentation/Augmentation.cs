using Residuum.Foundation;

namespace Residuum.Data;

/// <summary>
/// Random changes to training images, in the order of torchvision's <c>RandomCrop(size, padding)</c> and <c>RandomHorizontalFlip</c>: the
/// bytes are padded with zeros (black) and cropped to their old size, then mirrored half of the time; normalization comes after.
/// What happens to an image depends on (seed, epoch, image) only, not on its batch or thread. Immutable; safe from any thread.
/// </summary>
/// <param name="PadAndCrop">Pixels of padding on every side, the largest shift; 0 for none.</param>
/// <param name="HorizontalFlip">Whether half of the images are mirrored.</param>
public sealed record Augmentation(int PadAndCrop, bool HorizontalFlip)
{
    /// <summary>Leaves images as they are.</summary>
    public static Augmentation None { get; } = new(0, false);

    /// <summary>Pixels of padding on every side, 0 to 1024.</summary>
    public int PadAndCrop { get; } = PadAndCrop is >= 0 and <= 1024
        ? PadAndCrop
        : throw new ResiduumException($"The padding of pad-and-crop is {PadAndCrop} pixels; it must be between 0 and 1024.");

    /// <summary>
    /// Changes one image: result(y, x) = pixels(y + dy, x + dx), or 0 outside, with dy and dx uniform in -PadAndCrop .. PadAndCrop, then
    /// mirrored or not.
    /// </summary>
    /// <param name="pixels">Channels x height x width bytes.</param>
    /// <param name="channels">Colour planes.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="image">The image's index in its set.</param>
    /// <param name="result">As many bytes as the image has; must not overlap it.</param>
    public void Apply(
        ReadOnlySpan<byte> pixels, int channels, int height, int width, ulong seed, int epoch, int image, Span<byte> result)
    {
        if (pixels.Length != channels * height * width || result.Length != pixels.Length)
            throw new ArgumentException(
                $"{pixels.Length} and {result.Length} bytes are not images of {channels}x{height}x{width}.", nameof(result));
        var (vertical, horizontal, mirror, _) = CounterRandom.For(RandomUse.Augmentation, seed, (uint)epoch).Block((ulong)image);
        var dy = CounterRandom.ToInt(vertical, 2 * PadAndCrop + 1) - PadAndCrop;
        var dx = CounterRandom.ToInt(horizontal, 2 * PadAndCrop + 1) - PadAndCrop;
        var flip = HorizontalFlip && mirror >= 0x80000000;
        // Columns from..to of the result come from inside the image; the others are padding.
        var from = Math.Min(width, Math.Max(0, -dx));
        var to = Math.Max(from, Math.Min(width, width - dx));
        for (var row = 0; row < channels * height; row++)
        {
            var target = result.Slice(row * width, width);
            var y = row % height + dy;
            if (y < 0 || y >= height || from == to)
            {
                target.Clear();
                continue;
            }
            target[..from].Clear();
            pixels.Slice((row + dy) * width + from + dx, to - from).CopyTo(target[from..]);
            target[to..].Clear();
            if (flip) target.Reverse();
        }
    }
}
