namespace Residuum.Kernels;

/// <summary>The gradient of <see cref="SoftmaxKernel"/>: dx = y (dy - the row's sum of y dy). Computed in double precision.</summary>
internal sealed unsafe class SoftmaxGradientKernel : Kernel
{
    const int NumbersInPiece = 4096;

    readonly Address _dy;
    readonly Address _y;
    readonly Address _dx;
    readonly int _features;
    readonly int _imagesInPiece;

    /// <summary>Rows of so many features; dx may be dy.</summary>
    public SoftmaxGradientKernel(Address dy, Address y, Address dx, int features)
    {
        (_dy, _y, _dx, _features) = (dy, y, dx, features);
        _imagesInPiece = Math.Max(1, NumbersInPiece / features);
    }

    public override string Name => "softmax_gradient_f32";

    public override int Pieces(int phase, int images) => (images + _imagesInPiece - 1) / _imagesInPiece;

    public override void Run(int phase, int piece, int images)
    {
        var end = Math.Min(images, (piece + 1) * _imagesInPiece);
        for (var image = piece * _imagesInPiece; image < end; image++)
        {
            var start = (long)image * _features;
            var dy = _dy.Pointer + start;
            var y = _y.Pointer + start;
            var dx = _dx.Pointer + start;
            var sum = 0.0;
            for (var i = 0; i < _features; i++) sum += (double)y[i] * dy[i];
            for (var i = 0; i < _features; i++) dx[i] = (float)(y[i] * (dy[i] - sum));
        }
    }
}
