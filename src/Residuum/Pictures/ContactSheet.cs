using Residuum.Foundation;
using Residuum.Images;

namespace Residuum.Pictures;

/// <summary>Pictures side by side with labels under them, in sections with a heading and a scale; as SVG or PNG. Immutable.</summary>
/// <param name="Title">What the sheet shows.</param>
/// <param name="Sections">The sections from top to bottom.</param>
sealed record ContactSheet(string Title, IReadOnlyList<SheetSection> Sections)
{
    const int Margin = 16;
    const int Gap = 10;
    const int UsualWidth = 960;
    const int BarWidth = 180;
    const int BarHeight = 10;

    // Names may come from a stranger's file.
    const int LongestLine = 150;

    /// <summary>The sheet as SVG, for light and dark paper, with the pictures embedded.</summary>
    public string ToSvg()
    {
        var canvas = new SvgCanvas(Title);
        Lay(new SvgPaper(canvas));
        return canvas.ToString();
    }

    /// <summary>The sheet as a PNG picture on light paper.</summary>
    public byte[] ToPng()
    {
        // Once to know the size, once to draw.
        var measure = new PixelPaper(null);
        Lay(measure);
        var paper = new PixelPaper(new RgbImage((int)measure.Width, (int)measure.Height));
        Lay(paper);
        return paper.ToPng();
    }

    /// <summary>Lays everything out on a paper whose letters decide how wide labels are.</summary>
    internal void Lay(SheetPaper paper)
    {
        double y = Margin, right = Margin;
        Line(Title, SheetText.Title);
        foreach (var section in Sections)
        {
            y += Gap;
            if (section.Heading.Length > 0) Line(section.Heading, SheetText.Heading);
            foreach (var note in section.Notes) Line(note, SheetText.Label, muted: true);
            if (section.Scale is { } scale) Scale(scale);
            y += Gap / 2;
            Tiles(section);
        }
        (paper.Width, paper.Height) = (right + Margin, y + Margin - Gap);

        void Line(string text, SheetText rank, bool muted = false)
        {
            text = Printable.Line(text, LongestLine);
            paper.Text(Margin, y, text, rank, muted: muted);
            right = Math.Max(right, Margin + paper.TextWidth(text, rank));
            y += paper.LineHeight(rank);
        }

        void Scale(SheetScale scale)
        {
            y += 2;
            double x = Margin;
            Word(scale.Low);
            paper.Image(new Box(x, y, BarWidth, BarHeight), scale.Map.Bar());
            x += BarWidth + 6;
            Word(scale.High);
            right = Math.Max(right, x);
            y += Math.Max(BarHeight, paper.LineHeight(SheetText.Label)) + 2;

            void Word(string text)
            {
                paper.Text(x, y, text, SheetText.Label);
                x += paper.TextWidth(text, SheetText.Label) + 6;
            }
        }

        void Tiles(SheetSection section)
        {
            if (section.Tiles.Count == 0) return;
            var cell = Math.Ceiling(section.Tiles.Max(tile => Math.Max(Size(section, tile).Width,
                tile.Labels.Select(label => paper.TextWidth(label, SheetText.Label)).DefaultIfEmpty().Max())));
            var columns = Math.Clamp((int)((UsualWidth + Gap) / (cell + Gap)), 1, section.Tiles.Count);
            right = Math.Max(right, Margin + columns * (cell + Gap) - Gap);
            foreach (var row in section.Tiles.Chunk(columns))
            {
                var height = row.Max(tile => Size(section, tile).Height);
                for (var i = 0; i < row.Length; i++)
                {
                    var left = Margin + i * (cell + Gap);
                    var (tileWidth, tileHeight) = Size(section, row[i]);
                    paper.Image(new Box(left, y, tileWidth, tileHeight), row[i].Image);
                    for (var line = 0; line < row[i].Labels.Count; line++)
                        paper.Text(left, y + height + 4 + line * paper.LineHeight(SheetText.Label), row[i].Labels[line], SheetText.Label,
                            muted: line > 0);
                }
                y += height + 4 + row.Max(tile => tile.Labels.Count) * paper.LineHeight(SheetText.Label) + Gap;
            }
        }
    }

    // Enlarged by a whole factor, so that pixels stay equal.
    static (int Width, int Height) Size(SheetSection section, SheetTile tile)
    {
        var longer = Math.Max(tile.Image.Width, tile.Image.Height);
        var factor = Math.Max(1, (section.LeastSide + longer - 1) / longer);
        return (tile.Image.Width * factor, tile.Image.Height * factor);
    }
}

/// <summary>Pictures of a sheet that belong together.</summary>
/// <param name="Heading">What they are; may be empty.</param>
/// <param name="Notes">Lines under the heading.</param>
/// <param name="Tiles">The pictures in order, row by row.</param>
/// <param name="Scale">What their colours mean, or null.</param>
/// <param name="LeastSide">Pictures are enlarged by a whole factor until their longer side has so many pixels.</param>
sealed record SheetSection(
    string Heading, IReadOnlyList<string> Notes, IReadOnlyList<SheetTile> Tiles, SheetScale? Scale = null, int LeastSide = 64);

/// <summary>A picture of a sheet.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Labels">Lines under it.</param>
sealed record SheetTile(RgbImage Image, IReadOnlyList<string> Labels);

/// <summary>What the colours of a section mean.</summary>
/// <param name="Map">The colours.</param>
/// <param name="Low">The number at their lower end.</param>
/// <param name="High">The number at their upper end, and what it is of.</param>
sealed record SheetScale(ColorMap Map, string Low, string High);

/// <summary>How important a text of a sheet is, hence its size.</summary>
enum SheetText
{
    /// <summary>The sheet's title.</summary>
    Title,

    /// <summary>A section's heading.</summary>
    Heading,

    /// <summary>What stands under a picture, notes, scales.</summary>
    Label,
}
