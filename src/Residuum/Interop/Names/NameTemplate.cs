using System.Globalization;
using System.Text;

namespace Residuum.Interop;

/// <summary>
/// A module's name with numbers in it, such as <c>layer{s}.{b-1}.conv{i}</c>: <c>{s}</c>, <c>{b}</c> and <c>{i}</c> stand for the
/// numbers of stage, block and layer counted from 1, <c>{b-1}</c> for the same block counted from 0, <c>{s+3}</c> for the stage counted
/// from 4.
/// </summary>
sealed class NameTemplate
{
    /// <summary>How many numbers there are to match: stage, block, layer.</summary>
    public const int VariableLimit = 3;

    const string Variables = "sbi";

    readonly List<(string Literal, int Variable, int Shift)> _parts = [];

    public NameTemplate(string template)
    {
        var position = 0;
        while (template.IndexOf('{', position) is var open and >= 0)
        {
            var close = template.IndexOf('}', open);
            _parts.Add((template[position..open], Variables.IndexOf(template[open + 1]),
                close - open > 2 ? int.Parse(template.AsSpan(open + 2, close - open - 2), NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture) : 0));
            position = close + 1;
        }
        _parts.Add((template[position..], -1, 0));
    }

    /// <summary>Whether the name fits; <paramref name="values"/> receives the numbers, counted from 1.</summary>
    public bool Match(ReadOnlySpan<char> name, Span<int> values)
    {
        foreach (var (literal, variable, shift) in _parts)
        {
            if (!name.StartsWith(literal, StringComparison.Ordinal)) return false;
            name = name[literal.Length..];
            if (variable < 0) continue;
            var digits = name.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : name.Length;
            // One name for one number: no leading zeros, nothing that could overflow.
            if (digits is 0 or > 6 || digits > 1 && name[0] == '0') return false;
            values[variable] = int.Parse(name[..digits], CultureInfo.InvariantCulture) - shift;
            if (values[variable] <= 0) return false;
            name = name[digits..];
        }
        return name.IsEmpty;
    }

    /// <summary>The name with these numbers.</summary>
    public string Render(ReadOnlySpan<int> values)
    {
        var name = new StringBuilder();
        foreach (var (literal, variable, shift) in _parts)
        {
            name.Append(literal);
            if (variable >= 0) name.Append((values[variable] + shift).ToString(CultureInfo.InvariantCulture));
        }
        return name.ToString();
    }
}
