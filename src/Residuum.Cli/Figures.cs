using System.Globalization;
using Spectre.Console;

namespace Residuum.Cli;

/// <summary>How numbers and tables are written for people.</summary>
static class Figures
{
    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Fixed(double number, int decimals) => number.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    /// <summary>A share between 0 and 1 in per cent.</summary>
    public static string Percent(double share, int decimals = 2) => $"{Fixed(100 * share, decimals)} %";

    /// <summary>A length of time, such as <c>1:05</c> or <c>2:00:00</c>.</summary>
    public static string Duration(double seconds)
    {
        // What is longer than a few days is no estimate worth telling, and would not fit a time span.
        var time = TimeSpan.FromSeconds(Math.Min(Math.Max(seconds, 0), 1e7));
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
    }

    /// <summary>A table with these columns; a title that ends in &gt; is aligned to the right.</summary>
    public static Table Table(params string[] titles)
    {
        var table = new Table();
        foreach (var title in titles)
        {
            var isRight = title.EndsWith('>');
            var column = new TableColumn(Markup.Escape(isRight ? title[..^1] : title));
            table.AddColumn(isRight ? column.RightAligned() : column);
        }
        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(this Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);
}
