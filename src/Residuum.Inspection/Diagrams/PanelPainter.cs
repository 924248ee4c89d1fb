using Residuum.Graphs;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Draws a panel: boxes with lines between them, in a frame.</summary>
sealed class PanelPainter
{
    const double TextSize = 11, BoxHeight = 22, RowHeight = 38, Padding = 12, ColumnGap = 16, TitleSize = 12, SumRadius = 9;

    readonly PanelLayout _layout;
    readonly double[] _lefts;
    readonly double[] _widths;
    readonly double _head;
    readonly string? _title;

    public PanelPainter(PanelLayout layout)
    {
        _layout = layout;
        var columns = layout.Lanes.Select(lane => lane.Column).Append(0).Max() + 1;
        _widths = new double[columns];
        foreach (var box in layout.Boxes) _widths[box.Lane.Column] = Math.Max(_widths[box.Lane.Column], WidthOf(box));
        foreach (var lane in layout.Lanes)
            _widths[lane.Column] = Math.Max(_widths[lane.Column], lane.Label is null ? 10 : SvgCanvas.TextWidth(lane.Label, 10) + 6);
        _widths[0] = Math.Max(_widths[0], SvgCanvas.TextWidth(LayerText.Size(layout.Output.Node), TextSize));
        _lefts = new double[columns];
        for (var i = 0; i < columns; i++) _lefts[i] = i == 0 ? Padding : _lefts[i - 1] + _widths[i - 1] + ColumnGap;
        _title = layout.Panel.Title is { } title ? SvgCanvas.Shortened(title, TitleSize, 260, bold: true) : null;
        _head = Padding + (_title is null ? 0 : 18) + (layout.Panel.Note is null ? 0 : 16);
        Width = Math.Max(_lefts[^1] + _widths[^1] + Padding, 2 * Padding + Math.Max(
            _title is null ? 0 : SvgCanvas.TextWidth(_title, TitleSize, bold: true),
                SvgCanvas.TextWidth(layout.Panel.Note ?? "", NoteSize, bold: true)));
        // Boxes stand in the middle of a frame that its title makes wider.
        var spare = Width - (_lefts[^1] + _widths[^1] + Padding);
        for (var i = 0; i < columns; i++) _lefts[i] += spare / 2;
        Height = _head + layout.Rows * RowHeight + 20 + Padding;
    }

    const double NoteSize = 11;

    public double Width { get; }
    public double Height { get; }

    /// <summary>Where the line through the boxes comes in and goes out, from the left edge.</summary>
    public double Way => Middle(0);

    public void Draw(SvgCanvas canvas, double left, double top, Ink ink)
    {
        canvas.Rectangle(new Box(left, top, Width, Height), new Paint(Stroke: ink, Width: 1.2), 6);
        var y = top + Padding + 8;
        if (_title is not null) canvas.Text(left + Width / 2, y, _title, TitleSize, TextAnchor.Middle, bold: true);
        if (_layout.Panel.Note is { } note)
            canvas.Text(left + Width / 2, y + (_title is null ? 0 : 16), note, NoteSize, TextAnchor.Middle, Ink.Muted,
                bold: _layout.Panel.Copies > 1);
        foreach (var line in _layout.Lines.OrderBy(line => !_layout.IsShortcut(line))) Line(canvas, line, left, top);
        foreach (var lane in _layout.Lanes.Where(lane => lane.Label is not null)) Label(canvas, lane, left, top);
        foreach (var box in _layout.Boxes) Draw(canvas, box, left, top);
        var output = _layout.Output;
        var (x, bottom) = (left + Middle(output.Lane.Column), top + Bottom(output));
        var end = top + Height - Padding - 4;
        Arrow(canvas, x, bottom, x, end - TextSize, Ink.Muted);
        canvas.Text(x, end, LayerText.Size(output.Node), TextSize, TextAnchor.Middle, Ink.Muted);
    }

    void Draw(SvgCanvas canvas, PanelBox box, double left, double top)
    {
        var (x, y) = (left + Middle(box.Lane.Column), top + MiddleOf(box.Row));
        canvas.Open($"{box.Node.Name}: {LayerText.Size(box.Node)}", box.Node.Name);
        if (box.IsEntry) canvas.Text(x, y + 4, Text(box), TextSize, TextAnchor.Middle, Ink.Muted);
        else if (box.Node.Op is Add) Sum(canvas, x, y);
        else
        {
            var frame = new Box(x - WidthOf(box) / 2, y - BoxHeight / 2, WidthOf(box), BoxHeight);
            canvas.Rectangle(frame, new Paint(Fill: Ink.Paper), 4);
            canvas.Rectangle(frame, new Paint(Fill: Colour(box.Node.Op), Opacity: 0.2), 4);
            canvas.Rectangle(frame, new Paint(Stroke: Colour(box.Node.Op)), 4);
            canvas.Text(x, y + 4, Text(box), TextSize, TextAnchor.Middle);
        }
        canvas.Close();
    }

    static void Sum(SvgCanvas canvas, double x, double y)
    {
        var paint = new Paint(Stroke: Ink.Text, Width: 1.4);
        canvas.Circle(x, y, SumRadius, new Paint(Fill: Ink.Paper, Stroke: Ink.Text, Width: 1.4));
        canvas.Line(x - 5, y, x + 5, y, paint);
        canvas.Line(x, y - 5, x, y + 5, paint);
    }

    void Label(SvgCanvas canvas, PanelLane lane, double left, double top)
    {
        var (x, y) = (left + Middle(lane.Column), top + (MiddleOf(lane.First) + MiddleOf(lane.Last)) / 2);
        var width = SvgCanvas.TextWidth(lane.Label!, 10) + 4;
        canvas.Rectangle(new Box(x - width / 2, y - 8, width, 15), new Paint(Fill: Ink.Paper));
        canvas.Text(x, y + 3.5, lane.Label!, 10, TextAnchor.Middle, Ink.Muted);
    }

    void Line(SvgCanvas canvas, PanelLine line, double left, double top)
    {
        var paint = _layout.IsShortcut(line) ? ShortcutText.Paint(_layout.Panel.Block!.Shortcut) : new Paint(Stroke: Ink.Muted, Width: 1.2);
        var (from, to, lane) = (line.From, line.To, line.Lane);
        var x = left + Middle(lane.Column);
        var points = new List<(double X, double Y)> { (left + Middle(from.Lane.Column), top + Bottom(from)) };
        if (from.Lane.Column != lane.Column)
        {
            // Lines of different boxes turn at different heights.
            var turn = top + MiddleOf(from.Row) + BoxHeight / 2 + 5 + 3 * (from.Lane.Column % 3);
            points.Add((points[0].X, turn));
            points.Add((x, turn));
        }
        var end = top + MiddleOf(to.Row);
        if (to.Lane.Column == lane.Column) points.Add((x, end - HalfHeight(to)));
        else if (IsFree(to.Row, to.Lane.Column, lane.Column))
        {
            points.Add((x, end));
            points.Add((left + Middle(to.Lane.Column) + Math.Sign(lane.Column - to.Lane.Column) * HalfWidth(to), end));
        }
        else
        {
            points.Add((x, end - BoxHeight / 2 - 7));
            points.Add((left + Middle(to.Lane.Column), end - BoxHeight / 2 - 7));
            points.Add((left + Middle(to.Lane.Column), end - HalfHeight(to)));
        }
        canvas.Polyline(points.SkipLast(1).Append(Before(points[^2], points[^1])), paint);
        Head(canvas, points[^2], points[^1], paint.Stroke!);
    }

    bool IsFree(int row, int one, int other) => !_layout.Boxes.Exists(box =>
        box.Row == row && box.Lane.Column > Math.Min(one, other) && box.Lane.Column < Math.Max(one, other));

    static void Arrow(SvgCanvas canvas, double x1, double y1, double x2, double y2, Ink ink)
    {
        var end = Before((x1, y1), (x2, y2));
        canvas.Line(x1, y1, end.X, end.Y, new Paint(Stroke: ink, Width: 1.2));
        Head(canvas, (x1, y1), (x2, y2), ink);
    }

    // Where the line ends whose head reaches to the point.
    static (double X, double Y) Before((double X, double Y) from, (double X, double Y) to) =>
        (to.X - 5 * Math.Sign(to.X - from.X), to.Y - 5 * Math.Sign(to.Y - from.Y));

    static void Head(SvgCanvas canvas, (double X, double Y) from, (double X, double Y) to, Ink ink)
    {
        var (x, y) = (Math.Sign(to.X - from.X), Math.Sign(to.Y - from.Y));
        canvas.Polygon([(to.X - 6 * x - 3.2 * y, to.Y - 6 * y - 3.2 * x), to, (to.X - 6 * x + 3.2 * y, to.Y - 6 * y + 3.2 * x)],
            new Paint(Fill: ink));
    }

    double Middle(int column) => _lefts[column] + _widths[column] / 2;

    double MiddleOf(int row) => _head + row * RowHeight + BoxHeight / 2;

    double Bottom(PanelBox box) => MiddleOf(box.Row) + HalfHeight(box);

    static double HalfHeight(PanelBox box) => box.IsEntry ? 7 : box.Node.Op is Add ? SumRadius : BoxHeight / 2;

    static double HalfWidth(PanelBox box) => box.Node.Op is Add && !box.IsEntry ? SumRadius : WidthOf(box) / 2;

    static double WidthOf(PanelBox box) =>
        box.Node.Op is Add && !box.IsEntry ? 2 * SumRadius
            : Math.Max(box.IsEntry ? 0 : 54, SvgCanvas.TextWidth(Text(box), TextSize) + (box.IsEntry ? 4 : 14));

    static string Text(PanelBox box) => SvgCanvas.Shortened(box.Text, TextSize, 190);

    public static Ink Colour(Op op) => op switch
    {
        Conv2d or FusedConv2d or ConvTranspose2d or Linear => Ink.Series[0],
        BatchNorm or FusedBatchNorm or ScaleShift or FusedScaleShift => Ink.Series[2],
        Relu or Clip or Sigmoid or Softmax => Ink.Series[1],
        MaxPool or AveragePool or GlobalAveragePool or Subsample or Upsample => Ink.Series[6],
        _ => Ink.Series[^1],
    };
}
