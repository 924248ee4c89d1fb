using System.Text;

namespace Residuum.Inspection;

/// <summary>A table as plain text: titles, a rule, rows; columns as wide as their widest cell and two spaces apart.</summary>
static class PlainTable
{
    public static void Write(StringBuilder text, (string Title, bool IsRight)[] columns, string[][] rows)
    {
        var widths = columns.Select((column, i) => Math.Max(column.Title.Length, rows.Max(row => (int?)row[i].Length) ?? 0)).ToArray();
        Line([.. columns.Select(column => column.Title)]);
        Line([.. widths.Select(width => new string('-', width))]);
        foreach (var row in rows) Line(row);

        void Line(string[] cells)
        {
            var padded = cells.Select((cell, i) => columns[i].IsRight ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
        }
    }
}
