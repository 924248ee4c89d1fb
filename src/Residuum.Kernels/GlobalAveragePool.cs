using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The average over all pixels of each channel, as dense rows of one number a channel.</summary>
internal static class GlobalAveragePool
{
    /// <summary>Rows are images x channels, dense.</summary>
    public static Kernel Create(Map x, Address rows, int width = 0) => (width == 0 ? Lanes.Width : width) switch
    {
        16 => new GlobalAveragePool<Vector512<float>, Ops512>(x, rows),
        8 => new GlobalAveragePool<Vector256<float>, Ops256>(x, rows),
        _ => new GlobalAveragePool<Vector128<float>, Ops128>(x, rows),
    };
}

/// <summary>Several blocks of channels a piece; sums of rows are added up, so that long sums do not lose precision.</summary>
internal sealed unsafe class GlobalAveragePool<TVector, TOps>(Map x, Address rows) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector>
{
    const int PixelsInPiece = 256;

    readonly Map _x = x.Blocked(nameof(x));
    readonly int _blocksInPiece = Math.Max(1, PixelsInPiece / (x.Layout.Height * x.Layout.Width));

    public override string Name => $"global_average_pool_f32x{TOps.Width}";

    public override int Pieces(int phase, int images) => (images * _x.Layout.Blocks + _blocksInPiece - 1) / _blocksInPiece;

    public override void Run(int phase, int piece, int images)
    {
        var layout = _x.Layout;
        var sums = stackalloc float[Lanes.Block];
        var end = Math.Min((piece + 1) * _blocksInPiece, images * layout.Blocks);
        for (var index = piece * _blocksInPiece; index < end; index++)
        {
            var (image, block) = Math.DivRem(index, layout.Blocks);
            new Span<float>(sums, Lanes.Block).Clear();
            var (lines, pixels) = (layout.Height, layout.Width);
            for (var row = 0; row < lines; row++) AddLine(_x.Row(image, block, row), pixels, sums);
            var target = rows.Pointer + (long)image * layout.Channels + block * Lanes.Block;
            var channels = Math.Min(Lanes.Block, layout.Channels - block * Lanes.Block);
            for (var i = 0; i < channels; i++) target[i] = sums[i] / (lines * pixels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(float* x, int pixels, float* sums)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            TVector sum0 = TOps.Zero, sum1 = sum0;
            var (pixel, i) = (0, lane);
            for (; pixel + 2 <= pixels; pixel += 2, i += 2 * Lanes.Block)
            {
                sum0 = TOps.Add(sum0, TOps.Load(x + i));
                sum1 = TOps.Add(sum1, TOps.Load(x + i + Lanes.Block));
            }
            if (pixel < pixels) sum0 = TOps.Add(sum0, TOps.Load(x + i));
            TOps.Store(TOps.Add(TOps.Load(sums + lane), TOps.Add(sum0, sum1)), sums + lane);
        }
    }
}
