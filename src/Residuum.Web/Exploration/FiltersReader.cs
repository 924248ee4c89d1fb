using Residuum.Images;
using Residuum.Inspection;

namespace Residuum.Web.Exploration;

/// <summary>Filters of a convolution: how many there are, which are shown and of how many channels each, and their pictures.</summary>
sealed record FiltersAnswer(
    string Layer, int Count, bool IsColour, int InputChannels, int Channels, int Width, int Height, IReadOnlyList<FilterAnswer> Filters);

/// <summary>A filter: its number, the root of the sum of its squares, and its picture.</summary>
sealed record FilterAnswer(int Filter, double Norm, string Picture);

/// <summary>Writes filters for the page.</summary>
static class FiltersReader
{
    // Kernels of several channels stand in rows of so many, a pixel apart; each of their numbers is a square of so many pixels.
    const int Columns = 4;
    const int Magnified = 4;
    const byte Gap = 128;

    /// <param name="sheet">The filters.</param>
    /// <param name="count">How many the layer has.</param>
    public static FiltersAnswer Of(FilterSheet sheet, int count)
    {
        var pictures = Enumerable.Range(0, sheet.Filters.Length).Select(index => sheet.IsColour ? sheet.Colour(index) : Tile(sheet, index))
            .ToArray();
        return new FiltersAnswer(sheet.Layer, count, sheet.IsColour, sheet.InputChannels, sheet.Shown.Length, pictures[0].Width,
            pictures[0].Height,
            [.. pictures.Select((picture, index) =>
                new FilterAnswer(sheet.Filters[index].Filter, sheet.Filters[index].Norm,
                    DataAddress.Of(picture, Math.Max(picture.Width, picture.Height))))]);
    }

    static RgbImage Tile(FilterSheet sheet, int index)
    {
        var channels = sheet.Shown.Length;
        var columns = Math.Min(Columns, channels);
        var rows = (channels + columns - 1) / columns;
        var (width, height) = (sheet.Width * Magnified, sheet.Height * Magnified);
        var tile = new RgbImage(columns * (width + 1) - 1, rows * (height + 1) - 1);
        Array.Fill(tile.Pixels, Gap);
        for (var channel = 0; channel < channels; channel++)
        {
            var kernel = sheet.Picture(index, channel);
            var (top, left) = (channel / columns * (height + 1), channel % columns * (width + 1));
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    kernel.Row(y / Magnified).Slice(3 * (x / Magnified), 3).CopyTo(tile.Row(top + y)[(3 * (left + x))..]);
        }
        return tile;
    }
}
