namespace Residuum.Kernels;

/// <summary>What is written for one channel once its mean and deviation are known.</summary>
internal static unsafe class BatchNormChannel
{
    public static void Write(
        in BatchNormVectors vectors, Address scale, Address shift, int channel, double mean, double inverseDeviation, double gamma,
        double beta)
    {
        if (!vectors.Mean.IsNone) vectors.Mean.Pointer[channel] = (float)mean;
        if (!vectors.InverseDeviation.IsNone) vectors.InverseDeviation.Pointer[channel] = (float)inverseDeviation;
        scale.Pointer[channel] = (float)(gamma * inverseDeviation);
        shift.Pointer[channel] = (float)(beta - mean * (gamma * inverseDeviation));
    }
}
