using Residuum.Images;
using Residuum.Pictures;

namespace Residuum.Tests.Pictures;

public class ContactSheetTests
{
    [Theory]
    [InlineData(1, 7, 64)]
    [InlineData(40, 28, 64)]
    [InlineData(2048, 1, 24)]
    [InlineData(5, 1200, 64)]
    public void Nothing_overlaps_and_nothing_is_cut(int tiles, int side, int leastSide)
    {
        var sheet = Sheet(tiles, side, leastSide);
        foreach (var paper in (RecordingPaper[])[new(new SvgPaper(new SvgCanvas("sheet"))), new(new PixelPaper(null))])
        {
            sheet.Lay(paper);
            var boxes = paper.Boxes.OrderBy(box => box.Top).ToArray();
            Assert.All(boxes, box => Assert.True(box.Left >= 0 && box.Top >= 0 && box.Right <= paper.Width && box.Bottom <= paper.Height));
            for (var i = 0; i < boxes.Length; i++)
                for (var j = i + 1; j < boxes.Length && boxes[j].Top < boxes[i].Bottom; j++)
                    Assert.False(boxes[i].Intersects(boxes[j]), $"{boxes[i]} and {boxes[j]} overlap.");
            Assert.Equal(tiles + 1, paper.Pictures);
        }
    }

    [Fact]
    public void The_picture_holds_each_tile_enlarged_and_the_drawing_embeds_it()
    {
        var image = new RgbImage(2, 1, [200, 10, 20, 30, 40, 250]);
        var sheet = new ContactSheet("two pixels", [new SheetSection("", [], [new SheetTile(image, ["<a>"])], LeastSide: 8)]);
        var png = new ImageReader().Decode(sheet.ToPng(), "sheet");
        Assert.Equal(16, Count(png, 200, 10, 20));
        Assert.Equal(16, Count(png, 30, 40, 250));
        using var stream = new MemoryStream();
        Png.Encode(stream, image);
        var svg = sheet.ToSvg();
        Assert.Contains(Convert.ToBase64String(stream.ToArray()), svg);
        Assert.Contains("&lt;a&gt;", svg);
        Assert.Contains("prefers-color-scheme:dark", svg);
    }

    [Fact]
    public void Every_letter_is_drawn_and_none_like_another()
    {
        var drawn = Enumerable.Range(' ', '~' - ' ' + 1).Select(code =>
        {
            var image = new RgbImage(PixelFont.Advance, PixelFont.Height);
            PixelFont.Write(image, 0, 0, $"{(char)code}", new Rgb(255, 255, 255));
            return Convert.ToHexString(image.Pixels);
        }).ToArray();
        Assert.Distinct(drawn);
        var unknown = new RgbImage(PixelFont.Advance, PixelFont.Height);
        PixelFont.Write(unknown, 0, 0, "\u00e9", new Rgb(255, 255, 255));
        Assert.Equal(drawn['?' - ' '], Convert.ToHexString(unknown.Pixels));
    }

    static ContactSheet Sheet(int tiles, int side, int leastSide) => new("A sheet of pictures with a long title that says what is shown",
    [
        new SheetSection("Section", ["a note under the heading"],
            [.. Enumerable.Range(0, tiles)
                .Select(i => new SheetTile(new RgbImage(side, Math.Max(1, side / 2)), i % 2 == 0 ? [$"{i}", "0.123 / 4.56"] : [$"{i}"]))],
            new SheetScale(ColorMap.Sequential, "0", "12.3"), leastSide),
    ]);

    static int Count(RgbImage image, byte red, byte green, byte blue) =>
        Enumerable.Range(0, image.Width * image.Height).Count(i => image.Pixels.AsSpan(3 * i, 3).SequenceEqual([red, green, blue]));

    // Notes where everything goes.
    sealed class RecordingPaper(SheetPaper paper) : SheetPaper
    {
        public List<Box> Boxes { get; } = [];

        public int Pictures { get; private set; }

        public override double Width { get => paper.Width; set => paper.Width = value; }

        public override double Height { get => paper.Height; set => paper.Height = value; }

        public override double LineHeight(SheetText rank) => paper.LineHeight(rank);

        public override double TextWidth(string text, SheetText rank) => paper.TextWidth(text, rank);

        public override void Text(double left, double top, string text, SheetText rank, bool muted = false) =>
            Boxes.Add(new Box(left, top, TextWidth(text, rank), LineHeight(rank)));

        public override void Image(Box box, RgbImage image)
        {
            Pictures++;
            Boxes.Add(box);
        }
    }
}
