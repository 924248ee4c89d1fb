using System.Globalization;

namespace Residuum.Pictures;

/// <summary>How numbers stand in pictures and in tables beside them.</summary>
static class NumberText
{
    /// <summary>Three significant digits: plainly, or with a power of ten where it is far from 1, such as <c>1.26e19</c>.</summary>
    public static string Short(double number)
    {
        var text = number.ToString("G3", CultureInfo.InvariantCulture);
        if (!text.Contains('E')) return text;
        var rounded = double.Parse(text, CultureInfo.InvariantCulture);
        return Math.Abs(rounded) is >= 1 and < 1e5
            ? rounded.ToString("0", CultureInfo.InvariantCulture)
            : rounded.ToString("0.##e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);
    }

    /// <summary>A share from 0 to 1 in per cent.</summary>
    public static string Percent(double share, int decimals = 1) =>
        (100 * share).ToString($"F{decimals}", CultureInfo.InvariantCulture) + " %";
}
