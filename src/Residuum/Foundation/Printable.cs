using System.Globalization;
using System.Text;

namespace Residuum.Foundation;

/// <summary>Makes a stranger's text fit for an error sentence: bounded, on one line, without characters that steer a screen.</summary>
static class Printable
{
    const int LongestQuote = 100;
    const int LongestLine = 400;

    /// <summary>The text in quotation marks, cut after 100 characters; other quotation marks become question marks.</summary>
    public static string Quote(string text) => $"\"{Line(text, LongestQuote).Replace('"', '?')}\"";

    /// <summary>The text on one line, cut after so many characters.</summary>
    public static string Line(string text, int longest = LongestLine)
    {
        var result = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, longest))) result.Append(IsPlain(character) ? character : '?');
        return result.Append(text.Length > longest ? "..." : "").ToString();
    }

    // Format characters can turn the direction of what follows.
    static bool IsPlain(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
