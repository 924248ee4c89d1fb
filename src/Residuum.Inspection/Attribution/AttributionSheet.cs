using System.Text;
using Residuum.Foundation;
using Residuum.Inference;
using Residuum.Pictures;
using static Residuum.Pictures.NumberText;

namespace Residuum.Inspection;

/// <summary>Lays class-activation and occlusion maps out beside their picture.</summary>
static class AttributionSheet
{
    /// <summary>The picture once, then the map of each class over it.</summary>
    public static ContactSheet Of(IReadOnlyList<GradCam> maps)
    {
        var first = maps[0];
        return Sheet($"{first.Method} of {first.Network}",
            [
                $"maps of {first.Layer} ({first.Height}x{first.Width}), weighed by what they do to the class's logit",
                maps.Count == 1 ? "tinted where the picture speaks for the class"
                    : "tinted where the picture speaks for the class, each on a scale of its own",
            ],
            [new SheetTile(first.View, ["picture"]),
                .. maps.Select(map => new SheetTile(map.Overlay(), Labels(map.Class, $"largest {Short(map.Largest)}")))],
            new SheetScale(ColorMap.Sequential, "0", maps.Count == 1 ? Short(first.Largest) : "the largest of each"));
    }

    /// <summary>The picture, then the fall over it.</summary>
    public static ContactSheet Of(OcclusionMap map)
    {
        var largest = OcclusionMap.Largest(map.PerPixel());
        return Sheet($"Occlusion of {map.Network}",
            [
                $"a window of {map.Window} pixels at {map.Rows}x{map.Columns} places of {map.Width}x{map.Height} pixels",
                "red where covering the picture lowers the class's logit, blue where it raises it",
            ],
            [new SheetTile(map.View, ["picture"]),
                new SheetTile(map.Overlay(), Labels(map.Class, $"probability falls by up to {Short(map.ProbabilityFall.Max())}"))],
            new SheetScale(ColorMap.Diverging, Short(-largest), Short(largest)));
    }

    /// <summary>A row for each class.</summary>
    public static string Text(IReadOnlyList<GradCam> maps)
    {
        var text = new StringBuilder();
        PlainTable.Write(text, [("Class", false), ("Probability", true), ("Logit", true), ("Layer", false), ("Largest", true),
            ("At row, column", true)],
            [.. maps.Select(map => (string[])
                [map.Class.Label, Percent(map.Class.Probability), Short(map.Class.Logit), map.Layer, Short(map.Largest),
                    Place(map.Map.IndexOf(map.Largest), map.Width)])]);
        return text.ToString();
    }

    /// <summary>A row for the class.</summary>
    public static string Text(OcclusionMap map)
    {
        var text = new StringBuilder();
        var largest = map.LogitFall.Max();
        var place = map.LogitFall.IndexOf(largest);
        PlainTable.Write(text, [("Class", false), ("Probability", true), ("Logit", true), ("Window", true), ("Places", true),
            ("Logit falls by", true), ("Probability then", true), ("At row, column", true)],
            [[map.Class.Label, Percent(map.Class.Probability), Short(map.Class.Logit), $"{map.Window}", $"{map.Rows}x{map.Columns}",
                Short(largest),
                Percent(map.Class.Probability - map.ProbabilityFall[place]), Place(place, map.Columns)]]);
        return text.ToString();
    }

    // Of probabilities the second digit tells.
    static string Percent(double share) => NumberText.Percent(share, 2);

    static string Place(int index, int width) => $"{index / width}, {index % width}";

    static string Score(Prediction prediction) => $"{Percent(prediction.Probability)}, logit {Short(prediction.Logit)}";

    static ContactSheet Sheet(string title, string[] notes, SheetTile[] tiles, SheetScale scale) =>
        new(title, [new SheetSection("", notes, tiles, scale)]);

    static string[] Labels(Prediction prediction, string more) => [Printable.Line(prediction.Label, 40), Score(prediction), more];
}
