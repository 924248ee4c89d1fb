namespace Residuum.Kernels.Tests;

/// <summary>A batch of maps in the blocked layout, filled from and read as NCHW.</summary>
sealed class GuardedMap : IDisposable
{
    readonly GuardedBuffer _buffer;
    readonly Layout _layout;
    readonly int _images;

    /// <summary>Maps not yet written, NaN everywhere.</summary>
    public GuardedMap(Layout layout, int images)
    {
        (_layout, _images) = (layout, images);
        _buffer = new GuardedBuffer((long)layout.ImageStride * images);
    }

    /// <summary>Maps with these numbers, zero in halo and padding lanes.</summary>
    public GuardedMap(Layout layout, int images, ReadOnlySpan<float> nchw) : this(layout, images)
    {
        _buffer.Span.Clear();
        var from = 0;
        for (var image = 0; image < images; image++)
            for (var channel = 0; channel < layout.Channels; channel++)
                for (var row = 0; row < layout.Height; row++)
                    for (var column = 0; column < layout.Width; column++)
                        _buffer.Span[Offset(image, channel, row, column)] = nchw[from++];
    }

    public Address Address => _buffer.Address;

    /// <summary>The raw numbers.</summary>
    public float[] Raw() => _buffer.Span.ToArray();

    /// <summary>The numbers as NCHW; fails where the halo or a padding lane is not zero or something outside was written.</summary>
    public float[] Read()
    {
        _buffer.CheckGuards();
        var nchw = new float[_images * _layout.Elements];
        var rest = _buffer.Span.ToArray();
        var to = 0;
        for (var image = 0; image < _images; image++)
            for (var channel = 0; channel < _layout.Channels; channel++)
                for (var row = 0; row < _layout.Height; row++)
                    for (var column = 0; column < _layout.Width; column++)
                    {
                        var offset = Offset(image, channel, row, column);
                        nchw[to++] = rest[offset];
                        rest[offset] = 0;
                    }
        foreach (var value in rest) Assert.Equal(0f, value);
        return nchw;
    }

    public void Dispose() => _buffer.Dispose();

    int Offset(int image, int channel, int row, int column) =>
        image * _layout.ImageStride + channel / _layout.Inner * _layout.BlockStride + _layout.Interior + row * _layout.RowStride +
        column * _layout.Inner + channel % _layout.Inner;
}
