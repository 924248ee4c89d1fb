using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The sum of each channel over images and pixels: the gradient of a convolution's bias.</summary>
internal static class ChannelSumKernel
{
    const int Sums = 1;

    /// <summary>Floats of scratch that a run on at most this many images needs.</summary>
    public static long ScratchLength(Layout map, int maximumImages) => ChunkGather.Length(map, Sums, maximumImages);

    /// <summary>Writes a vector padded with zeros to whole blocks of 16.</summary>
    public static Kernel Create(Map map, Address sums, Address scratch, int width = 0)
    {
        map.Blocked(nameof(map));
        ChunkGather gather = (width == 0 ? Lanes.Width : width) switch
        {
            16 => new Gatherer<Vector512<float>, Ops512>(map, scratch),
            8 => new Gatherer<Vector256<float>, Ops256>(map, scratch),
            _ => new Gatherer<Vector128<float>, Ops128>(map, scratch),
        };
        return new KernelSequence(gather.Name, new ChunkPass(gather), new Totals(map.Layout, scratch, sums));
    }

    sealed unsafe class Gatherer<TVector, TOps>(Map map, Address partials) : ChunkGather(map.Layout, Sums, partials)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        public override string Name => $"channel_sum_f32x{TOps.Width}";

        protected override void Sum(int image, int block, int firstRow, int rows, float* partial)
        {
            new Span<float>(partial, Lanes.Block).Clear();
            for (var row = firstRow; row < firstRow + rows; row++) AddLine(map.Row(image, block, row), map.Layout.Width, partial);
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
    }

    sealed unsafe class Totals(Layout map, Address partials, Address sums) : ChunkTotals(map, Sums, partials)
    {
        public override string Name => "channel_sum_totals_f32";

        protected override void Combine(int channel, int images)
        {
            var total = Total(0, channel, images);
            for (var i = 0; i < Together; i++) sums.Pointer[channel + i] = channel + i < Map.Channels ? (float)total[i] : 0;
        }
    }
}
