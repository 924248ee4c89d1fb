using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Which lanes of which blocks make up a block of a map whose channels lie a number of places further: target channel c is source
/// channel c - shift, or zero where there is none. A block comes from at most two blocks.
/// </summary>
internal readonly unsafe struct ChannelShift(int sourceChannels, int targetChannels, int shift)
{
    /// <summary>A run of lanes, and the source block they come from.</summary>
    public readonly record struct Run(int Lane, int Count, int SourceBlock, int SourceLane);

    /// <summary>The runs that fill a block; a count of 0 is no run.</summary>
    public (Run First, Run Second) Of(int targetBlock)
    {
        var first = Math.Max(targetBlock * Lanes.Block, shift);
        var end = Math.Min(Math.Min((targetBlock + 1) * Lanes.Block, targetChannels), sourceChannels + shift);
        if (first >= end) return default;
        var (block, lane) = Math.DivRem(first - shift, Lanes.Block);
        var count = Math.Min(end - first, Lanes.Block - lane);
        var run = new Run(first % Lanes.Block, count, block, lane);
        return (run, new Run((first + count) % Lanes.Block, end - first - count, block + 1, 0));
    }

    /// <summary>Copies these lanes of a row of pixels, apart from one another by these numbers of floats.</summary>
    public static void Copy(float* source, int sourceStep, float* target, int targetStep, int lanes, int pixels)
    {
        if (lanes == sourceStep && lanes == targetStep)
        {
            new Span<float>(source, lanes * pixels).CopyTo(new Span<float>(target, lanes * pixels));
            return;
        }
        for (var pixel = 0; pixel < pixels; pixel++, source += sourceStep, target += targetStep)
        {
            var lane = 0;
            for (; lane + 4 <= lanes; lane += 4) Vector128.Store(Vector128.Load(source + lane), target + lane);
            for (; lane < lanes; lane++) target[lane] = source[lane];
        }
    }
}
