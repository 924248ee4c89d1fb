namespace Residuum.Kernels;

/// <summary>The gradient of <see cref="SubsampleKernel"/>: pixels and channels that were taken receive theirs, all others zero.</summary>
internal sealed unsafe class SubsampleGradientKernel : MapKernel
{
    readonly Map _dy;
    readonly Map _dx;
    readonly int _strideHeight;
    readonly int _strideWidth;
    readonly ChannelShift _shift;

    /// <summary>The strides and the shift of the forward pass.</summary>
    public SubsampleGradientKernel(Map dy, Map dx, int strideHeight, int strideWidth, int channelShift = 0)
        : base(dx.Blocked(nameof(dx)).Layout)
    {
        var (from, to) = (dy.Blocked(nameof(dy)).Layout, dx.Layout);
        if (strideHeight < 1 || strideWidth < 1
            || (long)(from.Height - 1) * strideHeight >= to.Height || (long)(from.Width - 1) * strideWidth >= to.Width)
            throw new ArgumentException($"{from} takes pixels that {to} does not have.", nameof(dy));
        (_dy, _dx, _strideHeight, _strideWidth) = (dy, dx, strideHeight, strideWidth);
        _shift = new ChannelShift(from.Channels, to.Channels, -channelShift);
    }

    public override string Name => "subsample_gradient_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var (first, second) = _shift.Of(block);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var target = _dx.Row(image, block, row);
            new Span<float>(target, _dx.Layout.Width * Lanes.Block).Clear();
            var (taken, rest) = Math.DivRem(row, _strideHeight);
            if (rest != 0 || taken >= _dy.Layout.Height) continue;
            Copy(first, image, taken, target);
            Copy(second, image, taken, target);
        }
        _dx.ClearHalo(image, block, firstRow, rows);
    }

    void Copy(ChannelShift.Run run, int image, int row, float* target)
    {
        if (run.Count == 0) return;
        var source = _dy.Row(image, run.SourceBlock, row) + run.SourceLane;
        ChannelShift.Copy(source, Lanes.Block, target + run.Lane, _strideWidth * Lanes.Block, run.Count, _dy.Layout.Width);
    }
}
