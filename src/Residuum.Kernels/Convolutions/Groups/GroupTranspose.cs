using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Weights of small groups with inputs and outputs exchanged.</summary>
internal static unsafe class GroupTranspose
{
    /// <summary>Positions of a window.</summary>
    public const int Positions = 9;

    /// <summary>
    /// A block's [step][position][16], where lanes are outputs and steps stand for their inputs (<see cref="GroupOrder"/>), becomes the
    /// same with inputs as lanes and outputs as steps, or the other way around. With the window flipped, the last position comes first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* source, float* target, int channels, bool flip)
    {
        const int step = Positions * Lanes.Block;
        if (channels == 1)
        {
            for (var position = 0; position < Positions; position++)
                new Span<float>(source + position * Lanes.Block, Lanes.Block)
                    .CopyTo(new Span<float>(target + (flip ? Positions - 1 - position : position) * Lanes.Block, Lanes.Block));
            return;
        }
        // Two steps share which pairs of lanes they join: this one and the one that differs in these bits of the lane.
        for (var pair = 0; pair < channels; pair += 2)
            for (var position = 0; position < Positions; position++)
                for (var lane = 0; lane < Lanes.Block; lane += 4)
                {
                    var from = source + pair * step + position * Lanes.Block + (lane ^ (pair & ~3));
                    var to = target + pair * step + (flip ? Positions - 1 - position : position) * Lanes.Block + lane;
                    var (even, odd) = (Vector128.Load(from), Vector128.Load(from + step));
                    if ((pair & 2) != 0)
                    {
                        even = Vector128.Shuffle(even, Vector128.Create(2, 3, 0, 1));
                        odd = Vector128.Shuffle(odd, Vector128.Create(2, 3, 0, 1));
                    }
                    var odds = Vector128.Create(0, -1, 0, -1).AsSingle();
                    Vector128.ConditionalSelect(odds, Vector128.Shuffle(odd, Vector128.Create(0, 0, 2, 2)), even).Store(to);
                    Vector128.ConditionalSelect(odds, odd, Vector128.Shuffle(even, Vector128.Create(1, 1, 3, 3))).Store(to + step);
                }
    }
}
