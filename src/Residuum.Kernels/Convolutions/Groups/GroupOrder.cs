using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// In which order a lane takes the channels of its group, for groups of 1, 2, 4 or 8 channels: at step n those of its own pair of lanes
/// if n is 0 or 1, then those of the other pairs, lane by lane exclusive-or. The first two steps so need no permutation of lanes but a
/// load that doubles the even or the odd ones. The order is the same at every vector width.
/// </summary>
internal static unsafe class GroupOrder
{
    /// <summary>Floats of the longest table.</summary>
    public const int Length = 8 * Lanes.Block;

    /// <summary>
    /// The step at which a lane takes a channel of its group, both counted within the group; and, the other way around, the channel of a
    /// step.
    /// </summary>
    public static int Step(int channel, int lane, int channels) => ((channel ^ lane) & (channels - 1) & ~1) | (channel & 1);

    /// <summary>
    /// Writes [step][lane], integers: where the lane finds its channel among the vector of lanes that begins at the lane's own vector's
    /// first lane exclusive-or the step, without what lies within a vector.
    /// </summary>
    public static void Write(float* order, int channels, int width)
    {
        for (var step = 0; step < channels; step++)
            for (var lane = 0; lane < width; lane++)
                ((int*)order)[step * width + lane] = ((lane & -channels) + Step(step, lane, channels)) & (width - 1);
    }

    /// <summary>
    /// A pixel with its lanes in the order of a step: 0 or 1 for the first two, which need no table, any other number for the rest.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Read<TVector, TOps>(float* pixel, int step, TVector lanes)
        where TVector : struct where TOps : struct, IOps<TVector> => step switch
        {
            0 => TOps.DoubleEven(TOps.Load(pixel)),
            1 => TOps.DoubleOdd(TOps.Load(pixel)),
            _ => TOps.Permute(TOps.Load(pixel), lanes),
        };
}
