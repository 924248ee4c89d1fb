namespace Residuum.Kernels;

/// <summary>
/// Takes every strideHeight-th row and strideWidth-th pixel from 0 on, and moves the channels by some places, zeros coming in: the
/// parts of shortcut A (He et al. 2015), each alone or both in one pass.
/// </summary>
internal sealed unsafe class SubsampleKernel : MapKernel
{
    readonly Map _x;
    readonly Map _y;
    readonly int _strideHeight;
    readonly int _strideWidth;
    readonly ChannelShift _shift;

    /// <summary>y's channel c is x's channel c - <paramref name="channelShift"/>, or zero where x has none.</summary>
    public SubsampleKernel(Map x, Map y, int strideHeight, int strideWidth, int channelShift = 0)
        : base(y.Blocked(nameof(y)).Layout)
    {
        var (from, to) = (x.Blocked(nameof(x)).Layout, y.Layout);
        if (strideHeight < 1 || strideWidth < 1
            || (long)(to.Height - 1) * strideHeight >= from.Height || (long)(to.Width - 1) * strideWidth >= from.Width)
            throw new ArgumentException($"{to} takes pixels that {from} does not have.", nameof(y));
        (_x, _y, _strideHeight, _strideWidth) = (x, y, strideHeight, strideWidth);
        _shift = new ChannelShift(from.Channels, to.Channels, channelShift);
    }

    /// <summary>Zero channels around x: <paramref name="before"/> in front, and behind as many as y has room for.</summary>
    public static SubsampleKernel PadChannels(Map x, Map y, int before) => new(x, y, 1, 1, before);

    /// <summary>The gradient of zero channels: y's channels are x's from <paramref name="before"/> on.</summary>
    public static SubsampleKernel SliceChannels(Map x, Map y, int before) => new(x, y, 1, 1, -before);

    public override string Name => "subsample_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var (first, second) = _shift.Of(block);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var target = _y.Row(image, block, row);
            if (first.Count < Lanes.Block) new Span<float>(target, _y.Layout.Width * Lanes.Block).Clear();
            Copy(first, image, row, target);
            Copy(second, image, row, target);
        }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    void Copy(ChannelShift.Run run, int image, int row, float* target)
    {
        if (run.Count == 0) return;
        var source = _x.Row(image, run.SourceBlock, row * _strideHeight) + run.SourceLane;
        ChannelShift.Copy(source, _strideWidth * Lanes.Block, target + run.Lane, Lanes.Block, run.Count, _y.Layout.Width);
    }
}
