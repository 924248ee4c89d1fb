using System.Text;
using Residuum.Pictures;
using static Residuum.Pictures.NumberText;

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
            [("Layer", false), ("Maps", true), ("Size", true), ("Mean", true), ("Deviation", true), ("Largest", true), ("Zeros", true),
                ("Dead maps", true),
                ("Strongest maps (mean)", false)],
            [.. activations.Layers.Select(layer => (string[])
                [layer.Layer, $"{layer.Channels}", $"{layer.Height}x{layer.Width}", Short(layer.Mean), Short(layer.Deviation),
                    Short(layer.Largest),
                    Percent(layer.ZeroShare), $"{layer.DeadMaps}",
                    string.Join(", ", layer.Maps.Take(4).Select(map => $"{map.Map} ({Short(map.Mean)})"))])]);
        return text.ToString();
    }

    static SheetSection Section(LayerActivations layer, int top)
    {
        var shown = layer.Maps.Take(top).ToArray();
        string[] notes =
        [
            $"mean {Short(layer.Mean)}, deviation {Short(layer.Deviation)}, largest {Short(layer.Largest)}, zeros "
                + $"{Percent(layer.ZeroShare)}, "
                + $"dead maps {layer.DeadMaps} of {layer.Channels}",
            (shown.Length < layer.Channels ? $"the {shown.Length} maps" : "all maps")
                + " with the largest mean first; under each its number, its mean and its largest value",
        ];
        var size = layer.Height * layer.Width;
        return new SheetSection($"{layer.Layer}: {layer.Channels} maps of {layer.Height}x{layer.Width}", notes,
            [.. shown.Select(map => new SheetTile(layer.Picture(map.Map), [$"{map.Map}", $"{Short(map.Mean)} / {Short(map.Largest)}"]))],
            new SheetScale(layer.Colors, Short(layer.ScaleLow), Short(layer.ScaleHigh)), size == 1 ? LeastSideOfPixel : LeastSide);
    }
}
