using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>The sum over all pixels of each channel of a function of one or two maps, as dense rows of one number a channel.</summary>
internal static class PixelSums
{
    /// <summary>Rows are images x channels, dense; each sum is divided by the divisor.</summary>
    public static Kernel Create<TTerm>(Map first, Map second, Address rows, int divisor, int width) where TTerm : struct, IMapFunction
    {
        first.Blocked(nameof(first));
        if (TTerm.HasSecond) second.Like(first, nameof(second));
        else second = first;
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new PixelSums<Vector512<float>, Ops512, TTerm>(first, second, rows, divisor),
            8 => new PixelSums<Vector256<float>, Ops256, TTerm>(first, second, rows, divisor),
            _ => new PixelSums<Vector128<float>, Ops128, TTerm>(first, second, rows, divisor),
        };
    }
}

/// <summary>Several blocks of channels a piece; sums of rows are added up, so that long sums do not lose precision.</summary>
internal sealed unsafe class PixelSums<TVector, TOps, TTerm>(Map first, Map second, Address rows, int divisor) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector> where TTerm : struct, IMapFunction
{
    const int PixelsInPiece = 256;

    readonly Map _first = first;
    readonly int _blocksInPiece = Math.Max(1, PixelsInPiece / (first.Layout.Height * first.Layout.Width));

    public override string Name => $"{TTerm.Name}_f32x{TOps.Width}";

    public override int Pieces(int phase, int images) => (images * _first.Layout.Blocks + _blocksInPiece - 1) / _blocksInPiece;

    public override void Run(int phase, int piece, int images)
    {
        var layout = _first.Layout;
        var sums = stackalloc float[Lanes.Block];
        var end = Math.Min((piece + 1) * _blocksInPiece, images * layout.Blocks);
        for (var index = piece * _blocksInPiece; index < end; index++)
        {
            var (image, block) = Math.DivRem(index, layout.Blocks);
            new Span<float>(sums, Lanes.Block).Clear();
            for (var row = 0; row < layout.Height; row++)
                AddLine(_first.Row(image, block, row), second.Row(image, block, row), layout.Width, sums);
            var target = rows.Pointer + (long)image * layout.Channels + block * Lanes.Block;
            var channels = Math.Min(Lanes.Block, layout.Channels - block * Lanes.Block);
            for (var i = 0; i < channels; i++) target[i] = sums[i] / divisor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(float* first, float* second, int pixels, float* sums)
    {
        TTerm term = default;
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            TVector sum0 = TOps.Zero, sum1 = sum0;
            var (pixel, i) = (0, lane);
            for (; pixel + 2 <= pixels; pixel += 2, i += 2 * Lanes.Block)
            {
                sum0 = TOps.Add(sum0, term.Apply<TVector, TOps>(TOps.Load(first + i), TOps.Load(second + i)));
                sum1 = TOps.Add(sum1, term.Apply<TVector, TOps>(TOps.Load(first + i + Lanes.Block), TOps.Load(second + i + Lanes.Block)));
            }
            if (pixel < pixels) sum0 = TOps.Add(sum0, term.Apply<TVector, TOps>(TOps.Load(first + i), TOps.Load(second + i)));
            TOps.Store(TOps.Add(TOps.Load(sums + lane), TOps.Add(sum0, sum1)), sums + lane);
        }
    }
}
