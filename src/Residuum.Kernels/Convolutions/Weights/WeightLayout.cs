using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// How a convolution's weights lie in memory: [output block][input block][kernel row][kernel column x Inner + input channel][16 outputs],
/// so that a kernel walks through them once from front to back. Lanes past the last channel are zero.
/// With groups, an output block keeps only the input blocks that its groups touch, from <see cref="FirstInputBlock"/> on, and what would
/// join different groups is zero; input channels are those of one group. Where <see cref="HasSmallGroups"/> nothing but the groups' own
/// weights is kept: [block][step][kernel row][kernel column][16 outputs], where <see cref="GroupOrder"/> says which input of its group an
/// output takes at a step.
/// </summary>
internal readonly record struct WeightLayout(
    int OutputChannels, int InputChannels, int KernelHeight, int KernelWidth, int Inner = Lanes.Block,
    int Groups = 1)
{
    public int OutputBlocks => (OutputChannels + Lanes.Block - 1) / Lanes.Block;

    /// <summary>Input blocks that an output block sees.</summary>
    public int InputBlocks => Groups == 1 ? AllInputBlocks : Math.Min(AllInputBlocks, GroupedInputBlocks());

    int AllInputBlocks => (InputChannels * Groups + Inner - 1) / Inner;

    int OutputsOfGroup => OutputChannels / Groups;

    /// <summary>The first input block that an output block sees.</summary>
    public int FirstInputBlock(int outputBlock) => Groups == 1
        ? 0
        : Math.Min(outputBlock * Lanes.Block / OutputsOfGroup * InputChannels / Inner, AllInputBlocks - InputBlocks);

    /// <summary>The first input blocks of all output blocks; null where they see all.</summary>
    public int[]? FirstInputBlocks => Groups == 1 ? null : [.. Enumerable.Range(0, OutputBlocks).Select(FirstInputBlock)];

    /// <summary>
    /// Whether a 3x3 window joins groups of 1, 2, 4 or 8 inputs and as many outputs, so that a block holds several whole groups: what
    /// <see cref="GroupPass"/> computes.
    /// </summary>
    public bool HasSmallGroups => Groups > 1 && InputChannels == OutputsOfGroup && InputChannels is 1 or 2 or 4 or 8 &&
        KernelHeight == 3 && KernelWidth == 3 && Inner == Lanes.Block;

    /// <summary>Steps in a row of the window for each input block.</summary>
    public int RowSteps => KernelWidth * (HasSmallGroups ? InputChannels : Inner);

    /// <summary>Floats of a kernel row.</summary>
    public int RowStride => RowSteps * Lanes.Block;

    /// <summary>Floats of one pair of an output block and an input block.</summary>
    public int InputBlockStride => KernelHeight * RowStride;

    /// <summary>Floats of an output block.</summary>
    public int OutputBlockStride => InputBlocks * InputBlockStride;

    /// <summary>Floats in all.</summary>
    public long Length => (long)OutputBlocks * OutputBlockStride;

    /// <summary>Where one weight lies; inputs are counted within the group.</summary>
    public long Offset(int output, int input, int row, int column) => HasSmallGroups
        ? (long)output / Lanes.Block * OutputBlockStride + output % Lanes.Block +
            ((GroupOrder.Step(input, output, InputChannels) * KernelHeight + row) * KernelWidth + column) * Lanes.Block
        : (long)output / Lanes.Block * OutputBlockStride + Input(output, input) / Inner * InputBlockStride + row * RowStride +
        (column * Inner + Input(output, input) % Inner) * Lanes.Block + output % Lanes.Block;

    /// <summary>Zeroes what joins different groups in the weights of an output block.</summary>
    public void ClearOutsideGroups(Span<float> outputBlockWeights, int outputBlock)
    {
        var first = FirstInputBlock(outputBlock) * Inner;
        var at = 0;
        for (var block = 0; block < InputBlocks; block++)
            for (var position = 0; position < KernelHeight * KernelWidth; position++)
                for (var input = first + block * Inner; input < first + (block + 1) * Inner; input++, at += Lanes.Block)
                {
                    var start = input / InputChannels * OutputsOfGroup - outputBlock * Lanes.Block;
                    var (from, end) = (Math.Clamp(start, 0, Lanes.Block), Math.Clamp(start + OutputsOfGroup, 0, Lanes.Block));
                    outputBlockWeights.Slice(at, from).Clear();
                    outputBlockWeights.Slice(at + end, Lanes.Block - end).Clear();
                }
    }

    // The channel among those that the output's block sees.
    int Input(int output, int input) => Groups == 1
        ? input
        : output / OutputsOfGroup * InputChannels + input - FirstInputBlock(output / Lanes.Block) * Inner;

    // The most input blocks that the groups of an output block touch. In steps of as many output blocks as a group has outputs it repeats.
    int GroupedInputBlocks()
    {
        var outputs = OutputsOfGroup;
        var channels = (Lanes.Block + outputs - 1) / outputs * InputChannels;
        if ((outputs % Lanes.Block == 0 || Lanes.Block % outputs == 0) && channels % Inner == 0) return channels / Inner;
        var most = 1;
        for (var block = 0; block < Math.Min(OutputBlocks, outputs); block++)
        {
            var last = Math.Min((block + 1) * Lanes.Block, OutputChannels) - 1;
            var (first, end) = (block * Lanes.Block / outputs * InputChannels, (last / outputs + 1) * InputChannels);
            most = Math.Max(most, (end - 1) / Inner - first / Inner + 1);
        }
        return most;
    }

    /// <summary>Packs weights given as [output][input of the group][row][column]; padding lanes become zero.</summary>
    public void Pack(ReadOnlySpan<float> oihw, Span<float> packed)
    {
        for (var block = 0; block < OutputBlocks; block++)
            PackBlock(block, oihw, [], packed.Slice(block * OutputBlockStride, OutputBlockStride));
    }

    /// <summary>Packs one output block.</summary>
    /// <param name="block">The output block.</param>
    /// <param name="oihw">All weights as [output][input][row][column].</param>
    /// <param name="factors">
    /// What each output's weights are multiplied by, in double precision and rounded once; empty to take them as they are.
    /// </param>
    /// <param name="target">The block's packed weights.</param>
    public unsafe void PackBlock(int block, ReadOnlySpan<float> oihw, ReadOnlySpan<double> factors, Span<float> target)
    {
        var (first, outputs, columns) = Rows(block, oihw.Length);
        if (outputs < Lanes.Block || InputChannels % Inner != 0 || Groups > 1) target.Clear();
        if (Groups > 1)
        {
            for (var output = first; output < first + outputs; output++)
                for (var column = 0; column < columns; column++)
                {
                    var weight = oihw[output * columns + column];
                    target[OffsetInBlock(output, column)] = factors.IsEmpty ? weight : (float)(weight * factors[output]);
                }
            return;
        }
        fixed (float* rows = oihw[(first * columns)..], to = target)
        fixed (double* scale = factors)
        {
            var walk = new Walk(this);
            var column = 0;
            if (outputs == Lanes.Block)
                for (; column + 4 <= columns; column += 4)
                {
                    var (p, q, r, s) = (walk.Next(), walk.Next(), walk.Next(), walk.Next());
                    for (var lane = 0; lane < Lanes.Block; lane += 4)
                    {
                        var from = rows + lane * columns + column;
                        var (a, b) = (Vector128.Load(from), Vector128.Load(from + columns));
                        var (c, d) = (Vector128.Load(from + 2 * columns), Vector128.Load(from + 3 * columns));
                        if (scale != null)
                        {
                            var factor = scale + first + lane;
                            (a, b) = (Scaled(a, factor[0]), Scaled(b, factor[1]));
                            (c, d) = (Scaled(c, factor[2]), Scaled(d, factor[3]));
                        }
                        PixelTranspose.Transpose(ref a, ref b, ref c, ref d);
                        a.Store(to + p + lane);
                        b.Store(to + q + lane);
                        c.Store(to + r + lane);
                        d.Store(to + s + lane);
                    }
                }
            for (; column < columns; column++)
            {
                var offset = walk.Next();
                for (var lane = 0; lane < outputs; lane++)
                {
                    var weight = rows[lane * columns + column];
                    to[offset + lane] = scale == null ? weight : (float)(weight * scale[first + lane]);
                }
            }
        }
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    public unsafe void Unpack(ReadOnlySpan<float> packed, Span<float> oihw)
    {
        for (var block = 0; block < OutputBlocks; block++)
        {
            var (first, outputs, columns) = Rows(block, oihw.Length);
            if (Groups > 1)
            {
                for (var output = first; output < first + outputs; output++)
                    for (var column = 0; column < columns; column++)
                        oihw[output * columns + column] = packed[block * OutputBlockStride + OffsetInBlock(output, column)];
                continue;
            }
            fixed (float* from = packed.Slice(block * OutputBlockStride, OutputBlockStride), rows = oihw[(first * columns)..])
            {
                var walk = new Walk(this);
                var column = 0;
                if (outputs == Lanes.Block)
                    for (; column + 4 <= columns; column += 4)
                    {
                        var (p, q, r, s) = (walk.Next(), walk.Next(), walk.Next(), walk.Next());
                        for (var lane = 0; lane < Lanes.Block; lane += 4)
                        {
                            var (a, b) = (Vector128.Load(from + p + lane), Vector128.Load(from + q + lane));
                            var (c, d) = (Vector128.Load(from + r + lane), Vector128.Load(from + s + lane));
                            PixelTranspose.Transpose(ref a, ref b, ref c, ref d);
                            var to = rows + lane * columns + column;
                            a.Store(to);
                            b.Store(to + columns);
                            c.Store(to + 2 * columns);
                            d.Store(to + 3 * columns);
                        }
                    }
                for (; column < columns; column++)
                {
                    var offset = walk.Next();
                    for (var lane = 0; lane < outputs; lane++) rows[lane * columns + column] = from[offset + lane];
                }
            }
        }
    }

    // Where a weight of an output, in their dense order, lies within its block.
    int OffsetInBlock(int output, int column)
    {
        var (input, position) = Math.DivRem(column, KernelHeight * KernelWidth);
        var (row, x) = Math.DivRem(position, KernelWidth);
        return (int)(Offset(output, input, row, x) - (long)output / Lanes.Block * OutputBlockStride);
    }

    // The first output of a block, how many it has, and how many weights each of them has.
    (int First, int Outputs, int Columns) Rows(int block, int weights)
    {
        var columns = InputChannels * KernelHeight * KernelWidth;
        if (weights != OutputChannels * columns) throw new ArgumentException($"{weights} weights are not those of {this}.");
        var first = block * Lanes.Block;
        return (first, Math.Min(Lanes.Block, OutputChannels - first), columns);
    }

    static Vector128<float> Scaled(Vector128<float> weights, double factor)
    {
        var (low, high) = Vector128.Widen(weights);
        return Vector128.Narrow(low * factor, high * factor);
    }

    /// <summary>Where the weights of an output, in their dense order, lie within their block.</summary>
    struct Walk(WeightLayout layout)
    {
        int _input, _row, _column, _lane;

        public int Next()
        {
            var offset = _input + _row * layout.RowStride + (_column * layout.Inner + _lane) * Lanes.Block;
            if (++_column < layout.KernelWidth) return offset;
            _column = 0;
            if (++_row < layout.KernelHeight) return offset;
            _row = 0;
            if (++_lane < layout.Inner) return offset;
            _lane = 0;
            _input += layout.InputBlockStride;
            return offset;
        }
    }
}
