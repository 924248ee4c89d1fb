using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// Filters in Winograd's form, U = G g Gᵀ, computed in double precision and rounded once:
/// [pair of output blocks][product][input block][16 inputs][2 x 16 outputs]; where the blocks are odd in number the last stands alone. A
/// line lies behind each product: at distances of a power of two the 36 products of a filter would compete for the same places in the
/// cache, which makes the transform three times as long.
/// </summary>
/// <param name="layout">How the packed weights lie; their window is 3x3, their blocks are whole.</param>
/// <param name="size">The algorithm.</param>
/// <param name="flipped">For the gradient of the input: the window is turned around, and inputs and outputs change places.</param>
internal sealed unsafe class WinogradWeights(WeightLayout layout, WinogradSize size, bool flipped)
{
    const int Taps = 9;
    const int Square = Lanes.Block * Lanes.Block;
    const int MostSide = 6;
    const int Filters = 8;

    readonly int _outputBlocks = flipped ? layout.InputBlocks : layout.OutputBlocks;
    readonly int _inputBlocks = flipped ? layout.OutputBlocks : layout.InputBlocks;

    /// <summary>Floats in all.</summary>
    public long Length => (long)size.Products() * (_outputBlocks * _inputBlocks * Square + (_outputBlocks + 1) / 2 * Lanes.Block);

    /// <summary>Independent parts of the work: pairs of an output and an input block.</summary>
    public int Pieces => _outputBlocks * _inputBlocks;

    /// <summary>Transforms the packed weights of one output block (not flipped).</summary>
    public void WriteBlock(int output, ReadOnlySpan<float> packedBlock, Span<float> target)
    {
        fixed (float* from = packedBlock)
        fixed (float* to = target)
            for (var input = 0; input < _inputBlocks; input++)
            {
                var (offset, line, product) = Place(output, input);
                Write(from + (long)input * layout.InputBlockStride, to + offset, line, product);
            }
    }

    /// <summary>Transforms one piece of packed weights.</summary>
    public void Write(int piece, float* packed, float* target)
    {
        var (output, input) = Math.DivRem(piece, _inputBlocks);
        var (offset, line, product) = Place(output, input);
        Write(output, input, packed, target + offset, line, product);
    }

    /// <summary>Transforms the packed weights of a pair of blocks, to where inputs and products lie so many floats apart.</summary>
    public void Write(int output, int input, float* packed, float* target, int line, nint product) =>
        Write(packed + (flipped ? Packed(input, output) : Packed(output, input)), target, line, product);

    void Write(float* taps, float* target, int line, nint product)
    {
        var turned = stackalloc float[flipped ? Taps * Square : 0];
        if (flipped)
        {
            for (var tap = 0; tap < Taps; tap++)
                FlippedWeights.Transpose(taps + tap * Square, turned + (Taps - 1 - tap) * Square, Lanes.Block);
            taps = turned;
        }
        for (var i = 0; i < Lanes.Block; i++)
        {
            // The block behind this one is on its way while this one is transformed.
            for (var tap = 0; tap < Taps; tap++) Cache.Prefetch(taps + (Taps + tap) * Square + i * Lanes.Block);
            for (var lane = 0; lane < Lanes.Block; lane += Filters)
                if (size == WinogradSize.Four) WinogradFilter.Four(taps + i * Lanes.Block + lane, target + i * line + lane, product);
                else WinogradFilter.Two(taps + i * Lanes.Block + lane, target + i * line + lane, product);
        }
    }

    /// <summary>
    /// The reverse for gradients, dg = Gᵀ dU G, of one piece: dU is the sum of several arrays in Winograd's form that follow one another.
    /// </summary>
    public void WriteGradient<TVector, TOps>(int piece, float* parts, int count, float* packed)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        var (output, input) = Math.DivRem(piece, _inputBlocks);
        var (offset, line, product) = Place(output, input);
        for (var i = 0; i < Lanes.Block; i++)
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
                TransformGradient<TVector, TOps>(size.Filter(), parts + offset + i * line + lane, count, Length, product,
                    packed + Packed(output, input) + i * Lanes.Block + lane);
    }

    /// <summary>Where a pair of an output and an input block begins, and the floats from an input to the next and from a product to the
    /// next.</summary>
    public (long Offset, int Line, int Product) Place(int output, int input)
    {
        var alone = output == _outputBlocks - 1 && output % 2 == 0;
        var line = alone ? Lanes.Block : 2 * Lanes.Block;
        return (output / 2 * (long)size.Products() * Product(2 * Lanes.Block, _inputBlocks) + (long)input * Lanes.Block * line
            + output % 2 * Lanes.Block,
            line, Product(line, _inputBlocks));
    }

    /// <summary>Floats from a product to the next for some input blocks.</summary>
    public static int Product(int line, int inputBlocks) => inputBlocks * Lanes.Block * line + Lanes.Block;

    long Packed(int output, int input) => (long)output * layout.OutputBlockStride + (long)input * layout.InputBlockStride;

    // Gradients are rounded to single precision all along: their sums over tiles were.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransformGradient<TVector, TOps>(
        ReadOnlySpan<double> filter, float* parts, int count, long length, nint product, float* taps)
        where TVector : struct where TOps : struct, IOps<TVector>
    {
        var side = filter.Length / 3;
        var rows = stackalloc float[3 * MostSide * Lanes.Block];
        for (var column = 0; column < side; column++)
        {
            TVector top = TOps.Zero, middle = top, bottom = top;
            for (var row = 0; row < side; row++)
            {
                var source = parts + (row * side + column) * product;
                var sum = TOps.Load(source);
                for (var part = 1; part < count; part++) sum = TOps.Add(sum, TOps.Load(source + part * length));
                top = TOps.MultiplyAdd(TOps.Broadcast((float)filter[3 * row]), sum, top);
                middle = TOps.MultiplyAdd(TOps.Broadcast((float)filter[3 * row + 1]), sum, middle);
                bottom = TOps.MultiplyAdd(TOps.Broadcast((float)filter[3 * row + 2]), sum, bottom);
            }
            TOps.Store(top, rows + column * Lanes.Block);
            TOps.Store(middle, rows + (side + column) * Lanes.Block);
            TOps.Store(bottom, rows + (2 * side + column) * Lanes.Block);
        }
        for (var row = 0; row < 3; row++)
        {
            TVector left = TOps.Zero, middle = left, right = left;
            for (var column = 0; column < side; column++)
            {
                var sum = TOps.Load(rows + (row * side + column) * Lanes.Block);
                left = TOps.MultiplyAdd(TOps.Broadcast((float)filter[3 * column]), sum, left);
                middle = TOps.MultiplyAdd(TOps.Broadcast((float)filter[3 * column + 1]), sum, middle);
                right = TOps.MultiplyAdd(TOps.Broadcast((float)filter[3 * column + 2]), sum, right);
            }
            TOps.Store(left, taps + 3 * row * Square);
            TOps.Store(middle, taps + (3 * row + 1) * Square);
            TOps.Store(right, taps + (3 * row + 2) * Square);
        }
    }
}
