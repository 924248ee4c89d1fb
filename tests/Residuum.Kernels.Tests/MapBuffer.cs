namespace Residuum.Kernels.Tests;

/// <summary>A batch of maps with guards around it, filled from and read as dense NCHW numbers.</summary>
internal sealed class MapBuffer(Layout layout, int images) : GuardedBuffer((long)layout.ImageStride * images)
{
    /// <summary>Maps that hold these NCHW numbers, their halo and unused lanes zero.</summary>
    public MapBuffer(Layout layout, int images, float[] nchw) : this(layout, images) => FromNchw(nchw);

    public Map Map => new(layout, Address);

    public void FromNchw(float[] nchw)
    {
        Span.Clear();
        Assert.Equal(layout.Elements * images, nchw.Length);
        for (var i = 0; i < nchw.Length; i++) Span[Offset(i)] = nchw[i];
    }

    /// <summary>The numbers as NCHW, once guards are found whole and halo and unused lanes zero.</summary>
    public float[] ToNchw()
    {
        var raw = Raw();
        var nchw = new float[layout.Elements * images];
        for (var i = 0; i < nchw.Length; i++)
        {
            nchw[i] = raw[Offset(i)];
            raw[Offset(i)] = 0;
        }
        var written = Array.FindIndex(raw, number => number != 0 || float.IsNegative(number));
        Assert.True(written < 0, $"Halo or unused lane at {written} of {layout} is {(written < 0 ? 0 : raw[written])}, not 0.");
        return nchw;
    }

    int Offset(int index)
    {
        var (rest, column) = Math.DivRem(index, layout.Width);
        (rest, var row) = Math.DivRem(rest, layout.Height);
        var (image, channel) = Math.DivRem(rest, layout.Channels);
        return image * layout.ImageStride + channel / layout.Inner * layout.BlockStride + layout.Interior + row * layout.RowStride
            + column * layout.Inner + channel % layout.Inner;
    }
}
