using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Adds up what a <see cref="ChunkGather"/> left behind, in double precision and in the order of the chunks, and finishes each channel.
/// </summary>
/// <param name="map">How the map is cut.</param>
/// <param name="sums">Sums for each channel of a chunk.</param>
/// <param name="partials">What was gathered.</param>
internal abstract unsafe class ChunkTotals(Layout map, int sums, Address partials) : Kernel
{
    /// <summary>Channels that are added up together.</summary>
    protected const int Together = 8;

    protected Layout Map { get; } = map;

    protected ChannelChunks Chunks { get; } = new(map);

    public sealed override int Pieces(int phase, int images) => Chunks.Blocks * (Lanes.Block / Together);

    public sealed override void Run(int phase, int piece, int images) => Combine(piece * Together, images);

    /// <summary>Combines the sums of <see cref="Together"/> channels.</summary>
    protected abstract void Combine(int channel, int images);

    /// <summary>Where a channel's partial sums of an image begin: chunks <see cref="Stride"/> apart, the sums of each 16.</summary>
    protected float* First(int image, int channel) =>
        partials.Pointer + Chunks.Number(image, channel / Lanes.Block, 0) * Stride + channel % Lanes.Block;

    /// <summary>Floats from a chunk to the next.</summary>
    protected int Stride { get; } = sums * Lanes.Block;

    /// <summary>One of the sums over all chunks, of <see cref="Together"/> channels.</summary>
    protected ChannelTotals Total(int sum, int channel, int images)
    {
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var image = 0; image < images; image++)
        {
            var partial = First(image, channel) + sum * Lanes.Block;
            for (var chunk = 0; chunk < Chunks.InMap; chunk++, partial += Stride)
            {
                var (valueLow, valueHigh) = Vector256.Widen(Vector256.Load(partial));
                low += valueLow;
                high += valueHigh;
            }
        }
        return new ChannelTotals(low, high);
    }
}

/// <summary>A number in double precision for each of eight channels.</summary>
internal readonly record struct ChannelTotals(Vector256<double> Low, Vector256<double> High)
{
    public double this[int channel] => channel < 4 ? Low.GetElement(channel) : High.GetElement(channel - 4);
}
