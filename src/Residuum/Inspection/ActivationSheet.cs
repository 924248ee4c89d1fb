using System.Globalization;
using System.Text;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Lays activations out as a sheet of pictures, and as text.</summary>
static class ActivationSheet
{
    // Maps of one pixel say all that they have to say in small.
    const int LeastSideOfPixel = 24;
    const int LeastSide = 64;

    public static ContactSheet Of(ActivationMaps activations, int top)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return new ContactSheet($"Feature maps of {activations.Network}", [.. activations.Layers.Select(layer => Section(layer, top))]);
    }

    public static string Text(ActivationMaps activations)
    {
        var text = new StringBuilder();
        PlainTable.Write(text,
            [("Layer", false), ("Maps", true), ("Size", true), ("Mean", true), ("Deviation", true), ("Largest", true), ("Zeros", true), ("Dead maps", true),
                ("Strongest maps (mean)", false)],
            [.. activations.Layers.Select(layer => (string[])
                [layer.Layer, Whole(layer.Channels), $"{layer.Height}x{layer.Width}", Number(layer.Mean), Number(layer.Deviation), Number(layer.Largest),
                    Percent(layer.ZeroShare), Whole(layer.DeadMaps),
                    string.Join(", ", layer.Maps.Take(4).Select(map => $"{Whole(map.Map)} ({Number(map.Mean)})"))])]);
        return text.ToString();
    }

    /// <summary>A number to three significant digits.</summary>
    public static string Number(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    static SheetSection Section(LayerActivations layer, int top)
    {
        var shown = layer.Maps.Take(top).ToArray();
        string[] notes =
        [
            $"mean {Number(layer.Mean)}, deviation {Number(layer.Deviation)}, largest {Number(layer.Largest)}, zeros {Percent(layer.ZeroShare)}, "
                + $"dead maps {Whole(layer.DeadMaps)} of {Whole(layer.Channels)}",
            (shown.Length < layer.Channels ? $"the {Whole(shown.Length)} maps" : "all maps")
                + " with the largest mean first; under each its number, its mean and its largest value",
        ];
        var size = layer.Height * layer.Width;
        return new SheetSection($"{layer.Layer}: {Whole(layer.Channels)} maps of {layer.Height}x{layer.Width}", notes,
            [.. shown.Select(map => new SheetTile(layer.Picture(map.Map), [Whole(map.Map), $"{Number(map.Mean)} / {Number(map.Largest)}"]))],
            new SheetScale(layer.Colors, Number(layer.ScaleLow), Number(layer.ScaleHigh)), size == 1 ? LeastSideOfPixel : LeastSide);
    }

    static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
