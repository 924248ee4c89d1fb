namespace Residuum.Images;

/// <summary>
/// Resizing, cropping and grey conversion, with the sizes, offsets and bytes of torchvision's evaluation transforms over Pillow.
/// Every function leaves its input as it is (and may return it where there is nothing to do). Safe from several threads.
/// </summary>
public static class ImageTransforms
{
    /// <summary>The most pixels that resizing makes on its way or at its end: 128 x 1024 x 1024.</summary>
    const long MaximumPixels = 128L << 20;

    /// <summary>
    /// Resizes to exactly this size: bilinear with antialiasing, byte for byte Pillow's <c>Image.resize(..., BILINEAR)</c>.
    /// </summary>
    /// <exception cref="ResiduumException">
    /// A side is below 1, or the result, or the step between rows and columns, would exceed 128 megapixels.
    /// </exception>
    public static RgbImage Resize(RgbImage image, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckTarget(image, height, width);
        return BilinearResize.Apply(image, height, width);
    }

    /// <summary>
    /// Resizes so that the shorter side becomes <paramref name="size"/> and the longer one size x long / short, rounded down,
    /// as torchvision's <c>Resize(size)</c>.
    /// </summary>
    /// <exception cref="ResiduumException">
    /// The size is below 1, or the image is so elongated that the result would exceed 128 megapixels.
    /// </exception>
    public static RgbImage ResizeShorterSide(RgbImage image, int size)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (size < 1) throw new ResiduumException($"The shorter side of an image cannot become {size} pixels; it takes at least 1.");
        var (shorter, longer) = (Math.Min(image.Width, image.Height), Math.Max(image.Width, image.Height));
        var length = (int)Math.Min((long)size * longer / shorter, int.MaxValue);
        return image.Width <= image.Height ? Resize(image, length, size) : Resize(image, size, length);
    }

    /// <summary>
    /// Cuts a square of <paramref name="size"/> pixels from the middle, as torchvision's <c>CenterCrop(size)</c>: a middle between two
    /// pixels goes to the even offset; a side that is too short is first padded with black, the odd pixel of padding
    /// at the right or bottom.
    /// </summary>
    /// <exception cref="ResiduumException">The size is below 1 or above 8192.</exception>
    public static RgbImage CenterCrop(RgbImage image, int size)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (size is < 1 or > Preprocessing.MaximumSide)
            throw new ResiduumException($"An image cannot be cropped to {size} pixels; a side is 1 to {Preprocessing.MaximumSide}.");
        if (image.Width == size && image.Height == size) return image;
        var result = new RgbImage(size, size);
        var (left, top) = (CropStart(image.Width, size), CropStart(image.Height, size));
        var columns = Math.Min(image.Width, size);
        for (var y = Math.Max(0, -top); y < size && y + top < image.Height; y++)
            image.Row(y + top).Slice(3 * Math.Max(0, left), 3 * columns).CopyTo(result.Row(y)[(3 * Math.Max(0, -left))..]);
        return result;
    }

    /// <summary>
    /// Grey values by ITU-R 601-2, as Pillow's <c>convert("L")</c>: (19595 R + 38470 G + 7471 B + 32768) / 65536, written to all three
    /// channels.
    /// </summary>
    public static RgbImage ToGrey(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var result = new RgbImage(image.Width, image.Height);
        var (source, target) = (image.Pixels, result.Pixels);
        for (var i = 0; i < source.Length; i += 3)
        {
            var grey = (byte)(source[i] * 19595 + source[i + 1] * 38470 + source[i + 2] * 7471 + 0x8000 >> 16);
            target[i] = target[i + 1] = target[i + 2] = grey;
        }
        return result;
    }

    /// <summary>Where the crop begins; negative where the image is shorter and is padded.</summary>
    static int CropStart(int length, int size)
    {
        if (length < size) return -((size - length) / 2);
        var (half, odd) = Math.DivRem(length - size, 2);
        return half + (odd & half & 1);
    }

    static void CheckTarget(RgbImage image, int height, int width)
    {
        if (height < 1 || width < 1)
            throw new ResiduumException($"An image cannot be resized to {width}x{height}; both sides are at least 1 pixel.");
        if (width > MaximumPixels / Math.Max(height, image.Height))
            throw new ResiduumException(
                $"Resizing an image of {image.Width}x{image.Height} to {width}x{height} would take more than {MaximumPixels} pixels; "
                + "choose a smaller or less elongated image.");
    }
}
