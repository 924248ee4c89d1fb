using System.Text;

namespace Residuum.Interop;

/// <summary>Makes a stranger's strings fit for an error sentence: bounded, on one line, without control characters.</summary>
static class Printable
{
    const int Longest = 100;

    /// <summary>The text in quotation marks, cut after 100 characters.</summary>
    public static string Quote(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, Longest)))
            result.Append(char.IsControl(character) || char.IsSurrogate(character) || character == '"' ? '?' : character);
        return result.Append(text.Length > Longest ? "...\"" : "\"").ToString();
    }
}
