using Residuum.Images;

namespace Residuum.Inspection;

/// <summary>What a network sees of a picture, for people to look at.</summary>
static class PictureView
{
    const int UsualSide = 224;

    /// <summary>
    /// The part of the picture that the preparation leaves, larger by a whole factor where the network's size is small: finer where the
    /// picture has more pixels than the network takes, else with its pixels repeated.
    /// </summary>
    public static RgbImage Of(Preprocessing preprocessing, RgbImage image)
    {
        var seen = preprocessing.ApplyGeometry(image);
        var longer = Math.Max(seen.Width, seen.Height);
        var factor = (UsualSide + longer - 1) / longer;
        if (factor == 1) return seen;
        var (height, width) = (preprocessing.ResizeTo ?? preprocessing.Height, preprocessing.ResizeTo ?? preprocessing.Width);
        var spare = height is null ? 1 : Math.Min(image.Height / height.Value, image.Width / width!.Value);
        var finer = Math.Clamp(spare, 1, factor);
        if (finer > 1)
            seen = (preprocessing with
            {
                ResizeTo = finer * preprocessing.ResizeTo,
                CropTo = finer * preprocessing.CropTo,
                Height = finer * preprocessing.Height,
                Width = finer * preprocessing.Width,
            }).ApplyGeometry(image);
        return Repeated(seen, factor / finer);
    }

    static RgbImage Repeated(RgbImage image, int factor)
    {
        if (factor == 1) return image;
        var result = new RgbImage(image.Width * factor, image.Height * factor);
        for (var y = 0; y < result.Height; y++)
            for (var x = 0; x < result.Width; x++)
                image.Row(y / factor).Slice(3 * (x / factor), 3).CopyTo(result.Row(y)[(3 * x)..]);
        return result;
    }
}
