namespace Residuum.Kernels;

/// <summary>
/// Where each lane of a vector finds the channels of its own group, for groups of 1, 2, 4 or 8 channels: for the n-th channel, one vector
/// of lane numbers. Vectors narrower than a group take its channels one vector after the other.
/// </summary>
internal static unsafe class GroupOrder
{
    /// <summary>Floats of the longest table.</summary>
    public const int Length = 8 * Lanes.Block;

    /// <summary>Writes [channel of the group][lane], integers.</summary>
    public static void Write(float* order, int channels, int width)
    {
        for (var channel = 0; channel < channels; channel++)
            for (var lane = 0; lane < width; lane++)
                ((int*)order)[channel * width + lane] = channels < width ? lane / channels * channels + channel : channel % width;
    }

    /// <summary>From a block's first channel to the first of the vectors that a group of this lane lies in.</summary>
    public static int First(int lane, int channels) => lane & -channels;
}
