namespace Residuum.Kernels;

/// <summary>Softmax of dense rows: y = exp(x) / the row's sum of exp(x). Computed in double precision.</summary>
internal sealed unsafe class SoftmaxKernel : Kernel
{
    const int NumbersInPiece = 512;

    readonly Address _x;
    readonly Address _y;
    readonly int _features;
    readonly int _imagesInPiece;

    /// <summary>Rows of so many features; y may be x.</summary>
    public SoftmaxKernel(Address x, Address y, int features)
    {
        (_x, _y, _features) = (x, y, features);
        _imagesInPiece = Math.Max(1, NumbersInPiece / features);
    }

    public override string Name => "softmax_f32";

    public override int Pieces(int phase, int images) => (images + _imagesInPiece - 1) / _imagesInPiece;

    public override void Run(int phase, int piece, int images)
    {
        var end = Math.Min(images, (piece + 1) * _imagesInPiece);
        for (var image = piece * _imagesInPiece; image < end; image++)
        {
            var x = _x.Pointer + (long)image * _features;
            var y = _y.Pointer + (long)image * _features;
            var (largest, logSum) = SoftmaxRow.Measure(x, _features);
            for (var i = 0; i < _features; i++) y[i] = (float)DeterministicMath.Exp(x[i] - largest - logSum);
        }
    }
}
