using System.Globalization;
using System.Text;
using Residuum.Pictures;

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
                $"maps of {first.Layer} ({Whole(first.Height)}x{Whole(first.Width)}), weighed by what they do to the class's logit",
                maps.Count == 1 ? "tinted where the picture speaks for the class" : "tinted where the picture speaks for the class, each on a scale of its own",
            ],
            [new SheetTile(first.View, ["picture"]), .. maps.Select(map => new SheetTile(map.Overlay(), Labels(map.Class, $"largest {Number(map.Largest)}")))],
            new SheetScale(ColorMap.Sequential, "0", maps.Count == 1 ? Number(first.Largest) : "the largest of each"));
    }

    /// <summary>The picture, then the fall over it.</summary>
    public static ContactSheet Of(OcclusionMap map)
    {
        var largest = OcclusionMap.Largest(map.PerPixel());
        return Sheet($"Occlusion of {map.Network}",
            [
                $"a window of {Whole(map.Window)} pixels at {Whole(map.Rows)}x{Whole(map.Columns)} places of {Whole(map.Width)}x{Whole(map.Height)} pixels",
                "red where covering the picture lowers the class's logit, blue where it raises it",
            ],
            [new SheetTile(map.View, ["picture"]), new SheetTile(map.Overlay(), Labels(map.Class, $"probability falls by up to {Number(map.ProbabilityFall.Max())}"))],
            new SheetScale(ColorMap.Diverging, Number(-largest), Number(largest)));
    }

    /// <summary>A row for each class.</summary>
    public static string Text(IReadOnlyList<GradCam> maps)
    {
        var text = new StringBuilder();
        PlainTable.Write(text, [("Class", false), ("Probability", true), ("Logit", true), ("Layer", false), ("Largest", true), ("At row, column", true)],
            [.. maps.Select(map => (string[])
                [map.Class.Label, Percent(map.Class.Probability), Number(map.Class.Logit), map.Layer, Number(map.Largest), Place(map.Map.IndexOf(map.Largest), map.Width)])]);
        return text.ToString();
    }

    /// <summary>A row for the class.</summary>
    public static string Text(OcclusionMap map)
    {
        var text = new StringBuilder();
        var largest = map.LogitFall.Max();
        var place = map.LogitFall.IndexOf(largest);
        PlainTable.Write(text, [("Class", false), ("Probability", true), ("Logit", true), ("Window", true), ("Places", true), ("Logit falls by", true), ("Probability then", true), ("At row, column", true)],
            [[map.Class.Label, Percent(map.Class.Probability), Number(map.Class.Logit), Whole(map.Window), $"{Whole(map.Rows)}x{Whole(map.Columns)}", Number(largest),
                Percent(map.Class.Probability - map.ProbabilityFall[place]), Place(place, map.Columns)]]);
        return text.ToString();
    }

    static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture) + " %";

    static string Place(int index, int width) => $"{Whole(index / width)}, {Whole(index % width)}";

    static string Score(Prediction prediction) => $"{Percent(prediction.Probability)}, logit {Number(prediction.Logit)}";

    static ContactSheet Sheet(string title, string[] notes, SheetTile[] tiles, SheetScale scale) => new(title, [new SheetSection("", notes, tiles, scale)]);

    static string[] Labels(Prediction prediction, string more) => [Printable.Line(prediction.Label, 40), Score(prediction), more];

    static string Number(double number) => ActivationSheet.Number(number);

    static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
