using System.Globalization;
using System.Security;
using System.Text;
using Residuum.Images;

namespace Residuum.Pictures;

/// <summary>Where a text stands against its point.</summary>
enum TextAnchor
{
    /// <summary>It begins there.</summary>
    Start,

    /// <summary>Its middle is there.</summary>
    Middle,

    /// <summary>It ends there.</summary>
    End,
}

/// <summary>How a shape is painted; what is null is left out.</summary>
/// <param name="Fill">Its ground.</param>
/// <param name="Stroke">Its outline.</param>
/// <param name="Width">The outline's width.</param>
/// <param name="Dash">Lengths of dashes and gaps, such as <c>4 3</c>.</param>
/// <param name="Opacity">From 0 to 1.</param>
sealed record Paint(Ink? Fill = null, Ink? Stroke = null, double Width = 1, string? Dash = null, double Opacity = 1);

/// <summary>
/// A drawing as SVG, with colours for light and for dark paper as the reader's screen asks (<c>prefers-color-scheme</c>). The origin is at
/// the top left, lengths are in pixels. Text goes in as text and is escaped. The same calls give the same bytes on every machine. One
/// caller at a time.
/// </summary>
sealed class SvgCanvas
{
    const string Fonts = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif";

    readonly StringBuilder _body = new();
    readonly SortedDictionary<string, Ink> _inks = new(StringComparer.Ordinal);
    readonly List<(string Text, Box Box)> _labels = [];
    readonly string _title;
    int _open;

    /// <summary>An empty drawing.</summary>
    /// <param name="title">What it shows, for those who hear it read out.</param>
    public SvgCanvas(string title) => _title = title;

    /// <summary>The drawing's width; set before <see cref="ToString"/>.</summary>
    public double Width { get; set; }

    /// <summary>The drawing's height; set before <see cref="ToString"/>.</summary>
    public double Height { get; set; }

    /// <summary>Every text with the box that it takes at most.</summary>
    public IReadOnlyList<(string Text, Box Box)> Labels => _labels;

    /// <summary>A rectangle.</summary>
    public void Rectangle(Box box, Paint paint, double radius = 0) =>
        _body.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{N(box.Left)}\" y=\"{N(box.Top)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\"")
            .Append(radius > 0 ? $" rx=\"{N(radius)}\"" : "").Append(Attributes(paint)).Append("/>\n");

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, Paint paint) =>
        _body.Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"{Attributes(paint)}/>\n");

    /// <summary>A closed figure.</summary>
    public void Polygon(IEnumerable<(double X, double Y)> points, Paint paint) =>
        _body.Append($"<polygon points=\"{Points(points)}\"{Attributes(paint)}/>\n");

    /// <summary>Lines from point to point.</summary>
    public void Polyline(IEnumerable<(double X, double Y)> points, Paint paint) =>
        _body.Append($"<polyline points=\"{Points(points)}\"{Attributes(paint)}/>\n");

    /// <summary>A path in SVG's own words, such as <c>M0 0C10 0 10 20 20 20</c>; format numbers with <see cref="N"/>.</summary>
    public void Path(string data, Paint paint) => _body.Append($"<path d=\"{data}\"{Attributes(paint)}/>\n");

    /// <summary>A circle.</summary>
    public void Circle(double x, double y, double radius, Paint paint) =>
        _body.Append($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"{Attributes(paint)}/>\n");

    /// <summary>A line of text whose baseline is at <paramref name="y"/>.</summary>
    /// <param name="x">Where its anchor is.</param>
    /// <param name="y">Its baseline.</param>
    /// <param name="text">What it says.</param>
    /// <param name="size">The height of its letters.</param>
    /// <param name="anchor">Where it stands against <paramref name="x"/>.</param>
    /// <param name="ink">Its colour; <see cref="Ink.Text"/> where null.</param>
    /// <param name="bold">Whether it is bold.</param>
    /// <param name="upright">Whether it reads from bottom to top.</param>
    public void Text(
        double x, double y, string text, double size = 12, TextAnchor anchor = TextAnchor.Start, Ink? ink = null, bool bold = false,
            bool upright = false)
    {
        var box = TextBox(x, y, text, size, anchor, bold);
        // Turned by a quarter about its point.
        if (upright) box = new Box(x + (box.Top - y), y - (box.Left + box.Width - x), box.Height, box.Width);
        _labels.Add((text, box));
        var place = anchor switch { TextAnchor.Middle => " text-anchor=\"middle\"", TextAnchor.End => " text-anchor=\"end\"", _ => "" };
        _body.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\"{place}{(bold ? " font-weight=\"bold\"" : "")}")
            .Append(upright ? $" transform=\"rotate(-90 {N(x)} {N(y)})\"" : "").Append(Attributes(new Paint(ink ?? Ink.Text)))
            .Append($">{Escape(text)}</text>\n");
    }

    /// <summary>A picture, embedded; its pixels stay sharp where they are enlarged.</summary>
    public void Image(Box box, RgbImage image) =>
        _body.Append($"<image x=\"{N(box.Left)}\" y=\"{N(box.Top)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\" "
            + "preserveAspectRatio=\"none\" ")
            .Append("style=\"image-rendering:pixelated\" href=\"data:image/png;base64,").Append(Convert.ToBase64String(Bytes(image)))
            .Append("\"/>\n");

    /// <summary>Begins a group, such as all that belongs to one node; its title shows where the pointer rests.</summary>
    /// <param name="title">The title, or null.</param>
    /// <param name="node">The node or part that it stands for, as the attribute <c>data-node</c>; or null.</param>
    public void Open(string? title = null, string? node = null)
    {
        _open++;
        _body.Append(node is null ? "<g>" : $"<g data-node=\"{Escape(node)}\">")
            .Append(title is null ? "\n" : $"<title>{Escape(title)}</title>\n");
    }

    /// <summary>Ends the group that was begun last.</summary>
    public void Close()
    {
        _open--;
        _body.Append("</g>\n");
    }

    /// <summary>The whole document; a page can hold it as it is.</summary>
    public override string ToString()
    {
        if (_open != 0) throw new InvalidOperationException("A group of the drawing is open.");
        var text = new StringBuilder();
        text.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"residuum\" width=\"{N(Width)}\" height=\"{N(Height)}\" ")
            .Append($"viewBox=\"0 0 {N(Width)} {N(Height)}\" font-family=\"{Fonts}\" "
            + $"role=\"img\">\n<title>{Escape(_title)}</title>\n<style>\n");
        Use(Ink.Paper);
        foreach (var ink in _inks.Values) text.Append($".rf-{ink.Name}{{fill:{ink.Light}}}.rs-{ink.Name}{{stroke:{ink.Light}}}\n");
        text.Append("@media(prefers-color-scheme:dark){\n");
        foreach (var ink in _inks.Values) text.Append($".rf-{ink.Name}{{fill:{ink.Dark}}}.rs-{ink.Name}{{stroke:{ink.Dark}}}\n");
        return text.Append("}\n</style>\n").Append($"<rect width=\"{N(Width)}\" height=\"{N(Height)}\" class=\"rf-{Ink.Paper.Name}\"/>\n")
            .Append(_body).Append("</svg>\n").ToString();
    }

    /// <summary>A number as SVG wants it, to a hundredth.</summary>
    public static string N(double number) => (Math.Round(number, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>How wide a line of text is at most, in any of the drawing's fonts: by the widest of them, DejaVu Sans.</summary>
    public static double TextWidth(string text, double size, bool bold = false)
    {
        var width = 0.0;
        foreach (var character in text)
            width += character switch
            {
                'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or ' ' => 0.34,
                'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '-' or '/' => 0.42,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 1,
                >= '0' and <= '9' or (>= 'a' and <= 'z') => 0.64,
                >= 'A' and <= 'Z' => 0.76,
                < '\u0080' => 0.84,
                _ => 1,
            };
        return width * size * (bold ? 1.12 : 1);
    }

    /// <summary>The text, or its beginning and three dots where it would be wider than so many pixels.</summary>
    public static string Shortened(string text, double size, double width, bool bold = false)
    {
        if (TextWidth(text, size, bold) <= width) return text;
        var length = Math.Min(text.Length, (int)(width / (0.3 * size)));
        while (length > 1 && TextWidth(text[..length] + "...", size, bold) > width) length--;
        return text[..length] + "...";
    }

    /// <summary>The box that a line of text takes at most.</summary>
    public static Box TextBox(double x, double y, string text, double size, TextAnchor anchor = TextAnchor.Start, bool bold = false)
    {
        var width = TextWidth(text, size, bold);
        var left = anchor switch { TextAnchor.Middle => x - width / 2, TextAnchor.End => x - width, _ => x };
        return new Box(left, y - 0.8 * size, width, 1.05 * size);
    }

    string Attributes(Paint paint)
    {
        var (fill, stroke) = (paint.Fill, paint.Stroke);
        var classes = string.Join(' ',
            new[] { fill is null ? null : $"rf-{Use(fill)}", stroke is null ? null : $"rs-{Use(stroke)}" }.OfType<string>());
        return (classes.Length > 0 ? $" class=\"{classes}\"" : "") + (fill is null ? " fill=\"none\"" : "")
            + (stroke is not null && paint.Width != 1 ? $" stroke-width=\"{N(paint.Width)}\"" : "")
            + (paint.Dash is null ? "" : $" stroke-dasharray=\"{paint.Dash}\"")
            + (paint.Opacity < 1 ? $" opacity=\"{N(paint.Opacity)}\"" : "");
    }

    string Use(Ink ink)
    {
        _inks[ink.Name] = ink;
        return ink.Name;
    }

    static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => $"{N(point.X)},{N(point.Y)}"));

    // Names from files may hold what no XML may.
    static string Escape(string text) => SecurityElement.Escape(string.Concat(text.Select(each =>
        char.IsSurrogate(each) || (char.IsControl(each) && each is not ('\t' or '\n')) || each >= '\ufffe' ? '?' : each)));

    static byte[] Bytes(RgbImage image)
    {
        using var stream = new MemoryStream();
        Png.Encode(stream, image);
        return stream.ToArray();
    }
}

/// <summary>A rectangle of a drawing.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
readonly record struct Box(double Left, double Top, double Width, double Height)
{
    /// <summary>The right edge.</summary>
    public double Right => Left + Width;

    /// <summary>The lower edge.</summary>
    public double Bottom => Top + Height;

    /// <summary>Whether the two have more than an edge in common.</summary>
    public bool Intersects(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
}
