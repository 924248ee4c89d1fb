using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>A convolution and its gradients by one of the kernels, from dense arrays to dense arrays, on one thread.</summary>
sealed class SingleConv(ConvShape shape, int images, WinogradSize? algorithm) : IDisposable
{
    readonly List<NativeBuffer> _buffers = [];
    readonly ThreadTeam _team = new(1);

    Layout Input => new(shape.InputChannels, shape.InputHeight, shape.InputWidth, shape.RequiredHalo);

    Layout Output => new(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, ConvInputGradientKernel.RequiredHalo(shape));

    public float[] Forward(float[] x, float[] w)
    {
        var (from, to, weights) = (Filled(Input, x), Empty(Output), Packed(w));
        Run(algorithm is { } size ? Winograd(size, shape, from, to, weights, flipped: false)
            : ConvForwardKernel.Create(shape, Input, Output, from.Address, weights, Address.None, Address.None, default, false,
            to.Address));
        return Dense(to);
    }

    public float[] InputGradient(float[] dy, float[] w)
    {
        var (from, to, weights) = (Filled(Output, dy), Empty(Input), Packed(w));
        Run(algorithm is { } size ? Winograd(size, shape.Reverse(), from, to, weights, flipped: true)
            : ConvInputGradientKernel.Create(shape, Output, Input, from.Address, weights, to.Address,
                Memory(ConvInputGradientKernel.ScratchLength(shape))));
        return Dense(to);
    }

    public float[] WeightGradient(float[] x, float[] dy)
    {
        var (data, gradient, layout) = (Filled(Input, x), Filled(Output, dy), shape.Weights());
        var dw = Memory(layout.Length);
        Run(algorithm is { } size
            ? WinogradWeightGradient.Create(size, shape, data, gradient, dw,
                Memory(WinogradWeightGradient.ScratchLength(size, shape, Input, Output, images, 1)), images, 1)
            : ConvWeightGradientKernel.Create(shape, Input, Output, data.Address, gradient.Address, dw,
                Memory(ConvWeightGradientKernel.ScratchLength(shape, Input, Output, images))));
        var dense = new float[shape.OutputChannels * shape.InputChannels * shape.KernelHeight * shape.KernelWidth];
        layout.Unpack(dw.Span(checked((int)layout.Length)), dense);
        return dense;
    }

    public void Dispose()
    {
        _team.Dispose();
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    Kernel Winograd(WinogradSize size, ConvShape convolution, Map from, Map to, Address weights, bool flipped) => WinogradConv.Create(size,
        new WinogradArguments(convolution, from, to)
        {
            Flipped = flipped,
            Packed = weights,
        },
        Memory(WinogradConv.ScratchLength(size, convolution, from.Layout, to.Layout, images, 1, packed: true)), images, 1);

    void Run(Kernel kernel) => _team.Run(kernel, images);

    Address Packed(float[] w)
    {
        var layout = shape.Weights();
        var packed = Memory(layout.Length);
        layout.Pack(w, packed.Span(checked((int)layout.Length)));
        return packed;
    }

    Map Filled(Layout layout, float[] numbers)
    {
        var (map, dense) = (Empty(layout), Memory(numbers.Length));
        numbers.CopyTo(dense.Span(numbers.Length));
        Run(new NchwToLayout(dense, map));
        return map;
    }

    Map Empty(Layout layout) => new(layout, Memory((long)layout.ImageStride * images));

    float[] Dense(Map map)
    {
        var length = checked((int)map.Layout.Elements * images);
        var dense = Memory(length);
        Run(new LayoutToNchw(map, dense));
        return dense.Span(length).ToArray();
    }

    Address Memory(long length)
    {
        _buffers.Add(new NativeBuffer(length));
        return _buffers[^1].At(0);
    }
}
