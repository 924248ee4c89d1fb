namespace Residuum.Kernels;

/// <summary>
/// The gradient of the average loss of <see cref="SoftmaxCrossEntropyKernel"/>: (p - target) / images times the gradient of that average.
/// </summary>
internal sealed unsafe class SoftmaxCrossEntropyGradientKernel : Kernel
{
    const int LogitsInPiece = 512;

    readonly Address _logits;
    readonly Address _labels;
    readonly int _classes;
    readonly double _smoothing;
    readonly Address _upstream;
    readonly Address _gradient;
    readonly int _imagesInPiece;

    /// <summary>Upstream is one number, the gradient of the average loss; absent: 1. The gradient is dense rows like the logits.</summary>
    public SoftmaxCrossEntropyGradientKernel(
        Address logits, Address labels, int classes, double smoothing, Address upstream, Address gradient)
    {
        (_logits, _labels, _classes, _smoothing, _upstream, _gradient) = (logits, labels, classes, smoothing, upstream, gradient);
        _imagesInPiece = Math.Max(1, LogitsInPiece / classes);
    }

    public override string Name => "softmax_cross_entropy_gradient_f32";

    public override int Pieces(int phase, int images) => (images + _imagesInPiece - 1) / _imagesInPiece;

    public override void Run(int phase, int piece, int images)
    {
        var factor = (_upstream.IsNone ? 1.0 : *_upstream.Pointer) / images;
        var end = Math.Min(images, (piece + 1) * _imagesInPiece);
        for (var image = piece * _imagesInPiece; image < end; image++)
        {
            var logits = _logits.Pointer + (long)image * _classes;
            var gradient = _gradient.Pointer + (long)image * _classes;
            var (largest, logSum) = SoftmaxRow.Measure(logits, _classes);
            var label = SoftmaxRow.Label(_labels.Integers[image], image, _classes);
            for (var i = 0; i < _classes; i++)
            {
                var target = _smoothing / _classes + (i == label ? 1 - _smoothing : 0);
                gradient[i] = (float)((DeterministicMath.Exp(logits[i] - largest - logSum) - target) * factor);
            }
        }
    }
}
