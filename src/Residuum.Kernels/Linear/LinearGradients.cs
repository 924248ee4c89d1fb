namespace Residuum.Kernels;

/// <summary>The gradient of a fully connected layer to its input: dx = dy w. An image's gradient is the same to the bit in any
/// batch.</summary>
internal sealed unsafe class LinearInputGradientKernel : Kernel
{
    readonly int _inputs, _outputs;
    readonly float* _dy, _weights, _dx;
    readonly OuterProducts _products;

    LinearInputGradientKernel(int inputs, int outputs, Address dy, Address weights, Address dx, int width)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _dy = dy.Pointer;
        _weights = weights.Pointer;
        _dx = dx.Pointer;
        _products = new OuterProducts(width, outputs);
        Name = $"linear-input-gradient outer {_products.TileName} f32x{width}";
    }

    public override string Name { get; }

    /// <summary>For dy [images][outputs] and weights [outputs][inputs]; dx [images][inputs] is written whole.</summary>
    public static LinearInputGradientKernel Create(int inputs, int outputs, Address dy, Address weights, Address dx, int width = 0) =>
        new(inputs, outputs, dy, weights, dx, width == 0 ? Lanes.Width : width);

    public override int Pieces(int phase, int images) => _products.Pieces(images, _inputs);

    public override void Run(int phase, int piece, int images) =>
        _products.Run(piece, images, _inputs, _outputs, _dy, 1, _weights, _inputs, _dx, _inputs);
}

/// <summary>
/// The gradients of a fully connected layer to its weights, dw = dy' x, and to its bias, the sum of dy; added up in order of the images.
/// </summary>
internal sealed unsafe class LinearWeightGradientKernel : Kernel
{
    readonly int _inputs, _outputs;
    readonly float* _x, _dy, _dw, _biasGradient;
    readonly OuterProducts _products;

    LinearWeightGradientKernel(int inputs, int outputs, Address x, Address dy, Address dw, Address biasGradient, int width)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _x = x.Pointer;
        _dy = dy.Pointer;
        _dw = dw.Pointer;
        _biasGradient = biasGradient.Pointer;
        _products = new OuterProducts(width, 1);
        Name = $"linear-weight-gradient outer {_products.TileName} f32x{width}";
    }

    public override string Name { get; }

    /// <summary>
    /// For x [images][inputs] and dy [images][outputs]; dw [outputs][inputs] and the bias' gradient, if any, are written whole.
    /// </summary>
    public static LinearWeightGradientKernel Create(
        int inputs, int outputs, Address x, Address dy, Address dw, Address biasGradient = default,
        int width = 0) => new(inputs, outputs, x, dy, dw, biasGradient, width == 0 ? Lanes.Width : width);

    public override int Pieces(int phase, int images) => _products.Pieces(_outputs, _inputs) + (_biasGradient == null ? 0 : 1);

    public override void Run(int phase, int piece, int images)
    {
        if (_biasGradient != null && piece-- == 0) AddBias(images);
        else _products.Run(piece, _outputs, _inputs, images, _dy, _outputs, _x, _inputs, _dw, _inputs);
    }

    void AddBias(int images)
    {
        var sum = new Span<float>(_biasGradient, _outputs);
        sum.Clear();
        for (var image = 0; image < images; image++)
        {
            var row = new ReadOnlySpan<float>(_dy + (long)image * _outputs, _outputs);
            for (var output = 0; output < row.Length; output++) sum[output] += row[output];
        }
    }
}
