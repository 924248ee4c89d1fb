namespace Residuum.Kernels;

/// <summary>
/// The cross-entropy of softmax(logits) to the labels, -sum target log p, where the target is 1 - smoothing for the label plus
/// smoothing / classes for every class (Szegedy et al. 2016), for each image and on average. Computed in double precision.
/// </summary>
internal sealed unsafe class SoftmaxCrossEntropyKernel : Kernel
{
    const int LogitsInPiece = 512;

    readonly Address _logits;
    readonly Address _labels;
    readonly int _classes;
    readonly double _smoothing;
    readonly Address _losses;
    readonly Address _meanLoss;
    readonly int _imagesInPiece;

    /// <summary>
    /// Logits are dense rows, labels 32-bit integers; writes a loss for each image and, where <paramref name="meanLoss"/> is given, one
    /// number, their average.
    /// </summary>
    public SoftmaxCrossEntropyKernel(Address logits, Address labels, int classes, double smoothing, Address losses, Address meanLoss)
    {
        (_logits, _labels, _classes, _smoothing, _losses, _meanLoss) = (logits, labels, classes, smoothing, losses, meanLoss);
        _imagesInPiece = Math.Max(1, LogitsInPiece / classes);
    }

    public override string Name => "softmax_cross_entropy_f32";

    public override int Phases => 2;

    public override int Pieces(int phase, int images) =>
        phase == 0 ? (images + _imagesInPiece - 1) / _imagesInPiece : _meanLoss.IsNone ? 0 : 1;

    public override void Run(int phase, int piece, int images)
    {
        if (phase == 1)
        {
            var sum = 0.0;
            for (var image = 0; image < images; image++) sum += _losses.Pointer[image];
            *_meanLoss.Pointer = (float)(sum / images);
            return;
        }
        var end = Math.Min(images, (piece + 1) * _imagesInPiece);
        for (var image = piece * _imagesInPiece; image < end; image++)
        {
            var logits = _logits.Pointer + (long)image * _classes;
            var (largest, logSum) = SoftmaxRow.Measure(logits, _classes);
            var label = SoftmaxRow.Label(_labels.Integers[image], image, _classes);
            var loss = (1 - _smoothing) * (logSum - (logits[label] - largest));
            if (_smoothing != 0)
            {
                var total = 0.0;
                for (var i = 0; i < _classes; i++) total += logSum - (logits[i] - largest);
                loss += _smoothing / _classes * total;
            }
            _losses.Pointer[image] = (float)loss;
        }
    }
}
