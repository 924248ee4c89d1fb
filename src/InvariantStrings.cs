using System.Globalization;
using System.Text;

namespace System.Runtime.CompilerServices;

/// <summary>
/// Writes the library's interpolated strings under the invariant culture, whatever the culture of the process is: the compiler takes this
/// type before the framework's of the same name. A diagram, a file or a sentence is so the same bytes for every user, and no place that
/// forgets to name a culture can break that.
/// </summary>
[InterpolatedStringHandler]
struct DefaultInterpolatedStringHandler
{
    readonly StringBuilder _text;
    StringBuilder.AppendInterpolatedStringHandler _parts;

    public DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + formattedCount * 8);
        _parts = new StringBuilder.AppendInterpolatedStringHandler(literalLength, formattedCount, _text, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _parts.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _parts.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _parts.AppendFormatted(value, format);

    public void AppendFormatted<T>(T value, int alignment) => _parts.AppendFormatted(value, alignment);

    public void AppendFormatted<T>(T value, int alignment, string? format) => _parts.AppendFormatted(value, alignment, format);

    public void AppendFormatted(ReadOnlySpan<char> value) => _parts.AppendFormatted(value);

    public void AppendFormatted(ReadOnlySpan<char> value, int alignment = 0, string? format = null) =>
        _parts.AppendFormatted(value, alignment, format);

    public void AppendFormatted(string? value) => _parts.AppendFormatted(value);

    public void AppendFormatted(string? value, int alignment = 0, string? format = null) =>
        _parts.AppendFormatted(value, alignment, format);

    public void AppendFormatted(object? value, int alignment = 0, string? format = null) =>
        _parts.AppendFormatted(value, alignment, format);

    public readonly string ToStringAndClear() => _text.ToString();
}
