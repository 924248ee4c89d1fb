namespace Residuum.Kernels;

/// <summary>Moves maps by some rows and columns into maps of another size, zeros coming in: padding and cropping.</summary>
internal sealed unsafe class ShiftPixels : MapKernel
{
    readonly Map _x;
    readonly Map _y;
    readonly int _rows;
    readonly int _columns;

    /// <summary>y's pixel (i, j) is x's pixel (i - rows, j - columns), or zero where x has none. Halos may differ.</summary>
    public ShiftPixels(Map x, Map y, int rows, int columns) : base(y.Layout)
    {
        var (from, to) = (x.Layout, y.Layout);
        if ((from.Channels, from.Inner) != (to.Channels, to.Inner))
            throw new ArgumentException($"The map is {to}, whose channels are not those of {from}.", nameof(y));
        (_x, _y, _rows, _columns) = (x, y, rows, columns);
    }

    public override string Name => "shift_pixels_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var (from, to) = (_x.Layout, _y.Layout);
        var first = Math.Clamp(_columns, 0, to.Width);
        var end = Math.Clamp(_columns + from.Width, first, to.Width);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var target = new Span<float>(_y.Row(image, block, row), to.Width * to.Inner);
            if (row < _rows || row - _rows >= from.Height || first == end)
            {
                target.Clear();
                continue;
            }
            target[..(first * to.Inner)].Clear();
            target[(end * to.Inner)..].Clear();
            new Span<float>(_x.Row(image, block, row - _rows) + (first - _columns) * to.Inner, (end - first) * to.Inner)
                .CopyTo(target[(first * to.Inner)..]);
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }
}
