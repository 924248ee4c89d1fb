using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Filters in Winograd's form, U = G g Gᵀ, computed in double precision and rounded once:
/// [pair of output blocks][product][input block][16 inputs][2 x 16 outputs]; where the blocks are odd in number the last stands alone.
/// </summary>
/// <param name="layout">How the packed weights lie; their window is 3x3, their blocks are whole.</param>
/// <param name="size">The algorithm.</param>
/// <param name="flipped">For the gradient of the input: the window is turned around, and inputs and outputs change places.</param>
internal sealed unsafe class WinogradWeights(WeightLayout layout, WinogradSize size, bool flipped)
{
    const int Taps = 9;
    const int Square = Lanes.Block * Lanes.Block;
    const int MostSide = 6;

    readonly int _outputBlocks = flipped ? layout.InputBlocks : layout.OutputBlocks;
    readonly int _inputBlocks = flipped ? layout.OutputBlocks : layout.InputBlocks;

    /// <summary>Floats in all.</summary>
    public long Length => (long)_outputBlocks * _inputBlocks * size.Products() * Square;

    /// <summary>Independent parts of the work: pairs of an output and an input block.</summary>
    public int Pieces => _outputBlocks * _inputBlocks;

    /// <summary>Transforms the packed weights of one output block (not flipped).</summary>
    public void WriteBlock(int output, ReadOnlySpan<float> packedBlock, Span<float> target)
    {
        fixed (float* from = packedBlock)
        fixed (float* to = target)
            for (var input = 0; input < _inputBlocks; input++) Write(output, input, from + (long)input * layout.InputBlockStride, to);
    }

    /// <summary>Transforms one piece of packed weights.</summary>
    public void Write(int piece, float* packed, float* target)
    {
        var (output, input) = Math.DivRem(piece, _inputBlocks);
        Write(output, input, packed + (flipped ? Packed(input, output) : Packed(output, input)), target);
    }

    void Write(int output, int input, float* taps, float* target)
    {
        var (offset, line, product) = Place(output, input);
        var turned = stackalloc float[flipped ? Taps * Square : 0];
        if (flipped)
        {
            for (var tap = 0; tap < Taps; tap++)
                FlippedWeights.Transpose(taps + tap * Square, turned + (Taps - 1 - tap) * Square, Lanes.Block);
            taps = turned;
        }
        for (var i = 0; i < Lanes.Block; i++)
            for (var lane = 0; lane < Lanes.Block; lane += 8)
                Transform(size.Filter(), taps + i * Lanes.Block + lane, target + offset + i * line + lane, product);
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

    /// <summary>Where a pair of blocks begins, and the floats from an input to the next and from a product to the next.</summary>
    (long Offset, int Line, nint Product) Place(int output, int input)
    {
        var alone = output == _outputBlocks - 1 && output % 2 == 0;
        var line = alone ? Lanes.Block : 2 * Lanes.Block;
        return ((long)(output / 2) * 2 * _inputBlocks * size.Products() * Square + (long)input * Lanes.Block * line + output % 2 * Lanes.Block,
            line, (nint)_inputBlocks * Lanes.Block * line);
    }

    long Packed(int output, int input) => (long)output * layout.OutputBlockStride + (long)input * layout.InputBlockStride;

    // Eight filters that lie side by side: columns first, then rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transform(ReadOnlySpan<double> filter, float* taps, float* target, nint product)
    {
        for (var row = 0; row < filter.Length; row += 3)
        {
            var (a, b, c) = (Vector512.Create(filter[row]), Vector512.Create(filter[row + 1]), Vector512.Create(filter[row + 2]));
            var left = Sum(a, Load(taps), b, Load(taps + 3 * Square), c, Load(taps + 6 * Square));
            var middle = Sum(a, Load(taps + Square), b, Load(taps + 4 * Square), c, Load(taps + 7 * Square));
            var right = Sum(a, Load(taps + 2 * Square), b, Load(taps + 5 * Square), c, Load(taps + 8 * Square));
            for (var column = 0; column < filter.Length; column += 3, target += product)
            {
                var eight = Sum(Vector512.Create(filter[column]), left, Vector512.Create(filter[column + 1]), middle,
                    Vector512.Create(filter[column + 2]), right);
                Vector512.Narrow(eight, eight).GetLower().Store(target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Sum(
        Vector512<double> a, Vector512<double> x, Vector512<double> b, Vector512<double> y, Vector512<double> c, Vector512<double> z) =>
        Vector512.MultiplyAddEstimate(c, z, Vector512.MultiplyAddEstimate(b, y, a * x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Load(float* source)
    {
        var eight = Vector256.Load(source);
        return Vector512.Create(Vector256.WidenLower(eight), Vector256.WidenUpper(eight));
    }

    // Gradients are rounded to single precision all along: their sums over tiles were.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransformGradient<TVector, TOps>(ReadOnlySpan<double> filter, float* parts, int count, long length, nint product, float* taps)
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
