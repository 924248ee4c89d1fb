using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The sum of each channel over images and pixels: the gradient of a convolution's bias.</summary>
internal static class ChannelSum
{
    /// <summary>Floats of scratch that a run on at most this many images needs.</summary>
    public static long ScratchLength(Layout map, int maximumImages)
    {
        var chunks = new ChannelChunks(map);
        return (long)chunks.Blocks * chunks.Count(maximumImages) * Lanes.Block;
    }

    /// <summary>Writes a vector padded with zeros to whole blocks of 16.</summary>
    public static Kernel Create(Map map, Address sums, Address scratch, int width = 0) => (width == 0 ? Lanes.Width : width) switch
    {
        16 => new ChannelSum<Vector512<float>, Ops512>(map, sums, scratch),
        8 => new ChannelSum<Vector256<float>, Ops256>(map, sums, scratch),
        _ => new ChannelSum<Vector128<float>, Ops128>(map, sums, scratch),
    };
}

/// <summary>Sums of each chunk, then of all chunks in double precision.</summary>
internal sealed unsafe class ChannelSum<TVector, TOps>(Map map, Address sums, Address scratch) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector>
{
    readonly Map _map = map.Blocked(nameof(map));
    readonly ChannelChunks _chunks = new(map.Layout);

    public override string Name => $"channel_sum_f32x{TOps.Width}";

    public override int Phases => 2;

    public override int Pieces(int phase, int images) => phase == 0 ? _chunks.Pieces(images) : _chunks.Blocks;

    public override void Run(int phase, int piece, int images)
    {
        if (phase == 0)
        {
            var (first, end) = _chunks.Piece(piece, images);
            for (var chunk = first; chunk < end; chunk++) Sum(_chunks[chunk, images], images);
        }
        else Combine(piece, images);
    }

    void Sum(ChannelChunks.Part part, int images)
    {
        var partial = scratch.Pointer + ((long)part.Block * _chunks.Count(images) + part.Chunk) * Lanes.Block;
        new Span<float>(partial, Lanes.Block).Clear();
        for (var image = part.Image; image < part.Image + part.Images; image++)
            for (var row = part.Row; row < part.Row + part.Rows; row++)
                AddLine(_map.Row(image, part.Block, row), _map.Layout.Width, partial);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(float* line, int pixels, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            TVector sum0 = TOps.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            var x = line + lane;
            var pixel = 0;
            for (; pixel + 4 <= pixels; pixel += 4, x += 4 * Lanes.Block)
            {
                sum0 = TOps.Add(sum0, TOps.Load(x));
                sum1 = TOps.Add(sum1, TOps.Load(x + Lanes.Block));
                sum2 = TOps.Add(sum2, TOps.Load(x + 2 * Lanes.Block));
                sum3 = TOps.Add(sum3, TOps.Load(x + 3 * Lanes.Block));
            }
            for (; pixel < pixels; pixel++, x += Lanes.Block) sum0 = TOps.Add(sum0, TOps.Load(x));
            var sum = TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3));
            TOps.Store(TOps.Add(TOps.Load(partial + lane), sum), partial + lane);
        }
    }

    void Combine(int block, int images)
    {
        var chunks = _chunks.Count(images);
        var first = scratch.Pointer + (long)block * chunks * Lanes.Block;
        for (var lane = 0; lane < Lanes.Block; lane += ChunkSums.Lanes)
        {
            var total = ChunkSums.Add(first + lane, Lanes.Block, chunks);
            for (var i = 0; i < ChunkSums.Lanes; i++)
            {
                var channel = block * Lanes.Block + lane + i;
                sums.Pointer[channel] = channel < _map.Layout.Channels ? (float)ChunkSums.Lane(total, i) : 0;
            }
        }
    }
}
