using Residuum.Images;

namespace Residuum.Web.Exploration;

/// <summary>Pictures as addresses of the kind <c>data:</c>, which hold the picture itself.</summary>
static class DataAddress
{
    /// <summary>A picture as PNG, made smaller where a side is longer than it may be.</summary>
    public static string Of(RgbImage image, int mostSide)
    {
        var longest = Math.Max(image.Width, image.Height);
        if (longest > mostSide)
            image = ImageTransforms.Resize(
                image, Math.Max(1, image.Height * mostSide / longest), Math.Max(1, image.Width * mostSide / longest));
        using var stream = new MemoryStream();
        Png.Encode(stream, image);
        return Of(stream.ToArray());
    }

    /// <summary>A PNG file.</summary>
    public static string Of(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";
}
