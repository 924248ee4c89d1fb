namespace Residuum.Kernels;

/// <summary>What softmax needs to know of a row of logits.</summary>
internal static unsafe class SoftmaxRow
{
    /// <summary>
    /// The largest logit and the logarithm of the sum of exp(logit - largest), in double precision. A row with NaN or
    /// infinity gives NaN.
    /// </summary>
    public static (double Largest, double LogSum) Measure(float* logits, int classes)
    {
        var largest = logits[0];
        for (var i = 1; i < classes; i++) largest = Math.Max(largest, logits[i]);
        var sum = 0.0;
        for (var i = 0; i < classes; i++) sum += DeterministicMath.Exp((double)logits[i] - largest);
        return (largest, DeterministicMath.Log(sum));
    }

    /// <summary>Throws unless the label is one of the classes.</summary>
    public static int Label(int label, int image, int classes) => (uint)label < (uint)classes
        ? label
        : throw new ArgumentOutOfRangeException(nameof(label), label, $"The label of image {image} must be from 0 to {classes - 1}.");
}
