using Residuum.Images;

namespace Residuum.Pictures;

/// <summary>What a sheet is laid out on: knows how large its letters are, and draws.</summary>
abstract class SheetPaper
{
    /// <summary>The sheet's width, once it is laid out.</summary>
    public abstract double Width { get; set; }

    /// <summary>The sheet's height, once it is laid out.</summary>
    public abstract double Height { get; set; }

    /// <summary>From the top of one line to the top of the next.</summary>
    public abstract double LineHeight(SheetText rank);

    /// <summary>How wide a line of text is at most.</summary>
    public abstract double TextWidth(string text, SheetText rank);

    /// <summary>A line of text by its left end and its top.</summary>
    public abstract void Text(double left, double top, string text, SheetText rank, bool muted = false);

    /// <summary>A picture with a thin frame around it; its pixels stay sharp where they are enlarged.</summary>
    public abstract void Image(Box box, RgbImage image);
}

/// <summary>A sheet as SVG.</summary>
sealed class SvgPaper(SvgCanvas canvas) : SheetPaper
{
    public override double Width { get => canvas.Width; set => canvas.Width = value; }

    public override double Height { get => canvas.Height; set => canvas.Height = value; }

    public override double LineHeight(SheetText rank) => Math.Ceiling(1.35 * Size(rank));

    public override double TextWidth(string text, SheetText rank) => SvgCanvas.TextWidth(text, Size(rank), rank != SheetText.Label);

    public override void Text(double left, double top, string text, SheetText rank, bool muted = false) =>
        canvas.Text(left, top + Size(rank), text, Size(rank), ink: muted ? Ink.Muted : Ink.Text, bold: rank != SheetText.Label);

    public override void Image(Box box, RgbImage image)
    {
        canvas.Image(box, image);
        canvas.Rectangle(new Box(box.Left - 0.5, box.Top - 0.5, box.Width + 1, box.Height + 1), new Paint(Stroke: Ink.Rule));
    }

    static double Size(SheetText rank) => rank switch { SheetText.Title => 17, SheetText.Heading => 13, _ => 10 };
}

/// <summary>A sheet as pixels, in the colours of light paper.</summary>
/// <param name="picture">What to draw in; null where only the size is wanted.</param>
sealed class PixelPaper(RgbImage? picture) : SheetPaper
{
    static readonly Rgb s_paper = Rgb.Parse(Ink.Paper.Light);
    static readonly Rgb s_text = Rgb.Parse(Ink.Text.Light);
    static readonly Rgb s_muted = Rgb.Parse(Ink.Muted.Light);
    static readonly Rgb s_rule = Rgb.Parse(Ink.Rule.Light);

    readonly RgbImage? _picture = Blank(picture);

    public override double Width { get; set; }

    public override double Height { get; set; }

    public byte[] ToPng()
    {
        using var stream = new MemoryStream();
        Png.Encode(stream, _picture!);
        return stream.ToArray();
    }

    public override double LineHeight(SheetText rank) => Scale(rank) * (PixelFont.Height + 3);

    public override double TextWidth(string text, SheetText rank) => PixelFont.Width(text, Scale(rank));

    public override void Text(double left, double top, string text, SheetText rank, bool muted = false)
    {
        if (_picture is not null) PixelFont.Write(_picture, (int)left, (int)top + Scale(rank), text, muted ? s_muted : s_text, Scale(rank));
    }

    public override void Image(Box box, RgbImage image)
    {
        if (_picture is null) return;
        var (left, top, width, height) = ((int)box.Left, (int)box.Top, (int)box.Width, (int)box.Height);
        for (var y = -1; y <= height; y++)
            for (var x = -1; x <= width; x++)
            {
                var pixel = _picture.Row(top + y).Slice(3 * (left + x), 3);
                if (x < 0 || y < 0 || x == width || y == height) (pixel[0], pixel[1], pixel[2]) = (s_rule.Red, s_rule.Green, s_rule.Blue);
                else image.Row(y * image.Height / height).Slice(3 * (x * image.Width / width), 3).CopyTo(pixel);
            }
    }

    static int Scale(SheetText rank) => rank == SheetText.Label ? 1 : 2;

    static RgbImage? Blank(RgbImage? picture)
    {
        for (var i = 0; i < picture?.Pixels.Length; i += 3)
            (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]) = (s_paper.Red, s_paper.Green, s_paper.Blue);
        return picture;
    }
}
