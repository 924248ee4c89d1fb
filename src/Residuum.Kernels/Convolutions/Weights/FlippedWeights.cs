using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Residuum.Kernels;

/// <summary>
/// A convolution's weights turned around for the gradient to its input, one packed set for each place of a pixel within the stride:
/// [input block][output block that it sees][flipped row][flipped column x 16 + output][16 inputs].
/// Small groups without a stride stay as small: [block][step][flipped row][flipped column][16 inputs].
/// </summary>
internal sealed unsafe class FlippedWeights(ConvShape shape, int inner, Address weights, Address flipped)
{
    readonly WeightLayout _layout = shape.Weights(inner);
    readonly int _outputBlocks = shape.Backward.InputBlocks;
    readonly int _inputBlocks = (shape.InputChannels + Lanes.Block - 1) / Lanes.Block;

    /// <summary>Whether small groups stay as small: without a stride, and, not flipped, with one of two.</summary>
    public static bool KeepsSmallGroups(ConvShape shape) =>
        shape is { StrideHeight: 1, StrideWidth: 1 } or { StrideHeight: 2, StrideWidth: 2 } && shape.Backward.HasSmallGroups;

    /// <summary>Floats of all sets.</summary>
    public static long Length(ConvShape shape) => KeepsSmallGroups(shape) ? shape.Backward.Length :
        (long)((shape.InputChannels + Lanes.Block - 1) / Lanes.Block) * shape.Backward.InputBlocks *
        shape.KernelHeight * shape.KernelWidth * Lanes.Block * Lanes.Block;

    /// <summary>Floats of all sets.</summary>
    public long TotalLength => Length(shape);

    /// <summary>Independent parts of the work.</summary>
    public int Pieces => _inputBlocks * _outputBlocks;

    /// <summary>Where the set for a place within the stride begins.</summary>
    public Address Of(int rowPhase, int columnPhase)
    {
        var before = 0L;
        for (var row = 0; row < shape.StrideHeight; row++)
            for (var column = 0; column < shape.StrideWidth; column++)
            {
                if (row == rowPhase && column == columnPhase)
                    return flipped + before * _inputBlocks * _outputBlocks * Lanes.Block * Lanes.Block;
                before += Taps(shape.KernelHeight, shape.StrideHeight, row) * Taps(shape.KernelWidth, shape.StrideWidth, column);
            }
        throw new ArgumentOutOfRangeException(nameof(rowPhase));
    }

    /// <summary>Writes all sets' share of one pair of blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(int piece)
    {
        if (KeepsSmallGroups(shape))
        {
            var first = (long)piece * _layout.OutputBlockStride;
            GroupTranspose.Write(weights.Pointer + first, flipped.Pointer + first, _layout.InputChannels, flip: shape.StrideHeight == 1);
            return;
        }
        var (inputBlock, seen) = (piece / _outputBlocks, piece % _outputBlocks);
        var outputBlock = shape.Backward.FirstInputBlock(inputBlock) + seen;
        var sourceBlock = inputBlock - _layout.FirstInputBlock(outputBlock);
        var exists = sourceBlock >= 0 && sourceBlock < _layout.InputBlocks;
        const int square = Lanes.Block * Lanes.Block;
        var lanes = Math.Min(Lanes.Block, inner);
        var set = flipped.Pointer;
        for (var rowPhase = 0; rowPhase < shape.StrideHeight; rowPhase++)
            for (var columnPhase = 0; columnPhase < shape.StrideWidth; columnPhase++)
            {
                var rows = Taps(shape.KernelHeight, shape.StrideHeight, rowPhase);
                var columns = Taps(shape.KernelWidth, shape.StrideWidth, columnPhase);
                var target = set + ((long)inputBlock * _outputBlocks + seen) * rows * columns * square;
                for (var row = rows - 1; row >= 0; row--)
                    for (var column = columns - 1; column >= 0; column--, target += square)
                    {
                        if (_layout.HasSmallGroups)
                        {
                            var position = (rowPhase + shape.StrideHeight * row) * shape.KernelWidth + columnPhase
                                + shape.StrideWidth * column;
                            SpreadGroups(weights.Pointer + (long)outputBlock * _layout.OutputBlockStride + position * Lanes.Block, target);
                            continue;
                        }
                        var source = weights.Pointer +
                            (long)outputBlock * _layout.OutputBlockStride + (long)sourceBlock * _layout.InputBlockStride
                                + (rowPhase + shape.StrideHeight * row) * _layout.RowStride +
                            (columnPhase + shape.StrideWidth * column) * inner * Lanes.Block;
                        if (exists) Transpose(source, target, lanes);
                        else new Span<float>(target, square).Clear();
                    }
                set += (long)_inputBlocks * _outputBlocks * rows * columns * square;
            }
    }

    // One position of the window: what joins an output and an input, zero for those of different groups.
    void SpreadGroups(float* source, float* target)
    {
        var (channels, window) = (_layout.InputChannels, shape.KernelHeight * shape.KernelWidth);
        new Span<float>(target, Lanes.Block * Lanes.Block).Clear();
        for (var output = 0; output < Lanes.Block; output++)
            for (var input = 0; input < channels; input++)
                target[output * Lanes.Block + output / channels * channels + input] =
                    source[GroupOrder.Step(input, output, channels) * window * Lanes.Block + output];
    }

    static int Taps(int kernel, int stride, int phase) => phase < kernel ? (kernel - phase - 1) / stride + 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose(float* source, float* target, int lanes)
    {
        if (Sse.IsSupported && lanes == Lanes.Block)
        {
            for (var input = 0; input < Lanes.Block; input += 4)
                for (var output = 0; output < Lanes.Block; output += 4)
                    TransposeFour(source + input * Lanes.Block + output, target + output * Lanes.Block + input);
            return;
        }
        for (var output = 0; output < Lanes.Block; output++)
        {
            var line = target + output * Lanes.Block;
            for (var input = 0; input < lanes; input++) line[input] = source[input * Lanes.Block + output];
            for (var input = lanes; input < Lanes.Block; input++) line[input] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransposeFour(float* source, float* target)
    {
        var (a, b) = (Vector128.Load(source), Vector128.Load(source + Lanes.Block));
        var (c, d) = (Vector128.Load(source + 2 * Lanes.Block), Vector128.Load(source + 3 * Lanes.Block));
        var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));
        var (abHigh, cdHigh) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(target);
        Sse.MoveHighToLow(cd, ab).Store(target + Lanes.Block);
        Sse.MoveLowToHigh(abHigh, cdHigh).Store(target + 2 * Lanes.Block);
        Sse.MoveHighToLow(cdHigh, abHigh).Store(target + 3 * Lanes.Block);
    }
}
