using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// Convolution, y = relu?(x * w + bias + residual), on blocked maps. Every result is one chain of fused multiply-adds that begins with
/// the bias and runs over input blocks, window rows and steps of a row; so it is the same to the bit for any batch, number of
/// threads, tile and vector width. The halo of y is written too.
/// </summary>
internal sealed unsafe class ConvForwardKernel : Kernel
{
    readonly Pass _pass;
    readonly PieceCut _cut;
    readonly Layout _output;
    readonly Address _y;
    readonly int _rowUnit;
    readonly int _mergedRows;
    readonly ChunkGather? _gather;

    ConvForwardKernel(Pass pass, PieceCut cut, Layout output, Address y, int rowUnit, int mergedRows, ChunkGather? gather, int width)
    {
        (_pass, _cut, _output, _y, _rowUnit, _mergedRows, _gather) = (pass, cut, output, y, rowUnit, mergedRows, gather);
        Name = $"conv-forward {pass.TileName} f32x{width}{(gather is null ? "" : $" + {gather.Name}")}";
    }

    public override string Name { get; }

    /// <param name="shape">The sizes.</param>
    /// <param name="input">The layout of x; its halo covers the padding.</param>
    /// <param name="output">The layout of y, with any halo.</param>
    /// <param name="x">The input.</param>
    /// <param name="weights">Packed as <see cref="WeightLayout"/> says, with the input's <see cref="Layout.Inner"/>.</param>
    /// <param name="bias">A number for each output channel, padded with zeros to a multiple of 16; or none.</param>
    /// <param name="residual">Added before the activation; or none. May be y itself.</param>
    /// <param name="residualLayout">The layout of the residual; the output's channels and size, any halo.</param>
    /// <param name="relu">Whether negative results become zero.</param>
    /// <param name="y">The result.</param>
    /// <param name="width">Floats in a vector; the widest where it is 0.</param>
    /// <param name="gather">Sums that are taken of y as it is written, or null.</param>
    public static ConvForwardKernel Create(ConvShape shape, Layout input, Layout output, Address x, Address weights, Address bias,
        Address residual, Layout residualLayout, bool relu, Address y, int width = 0, ChunkGather? gather = null)
    {
        shape.Check(input, output);
        if (input.Halo < shape.RequiredHalo)
            throw new ArgumentException($"The halo of {input} is smaller than the padding of {shape}.");
        if (!residual.IsNone && residualLayout with { Halo = output.Halo } != output)
            throw new ArgumentException($"{residualLayout} cannot be added to {output}.");
        if (width == 0) width = Lanes.Width;
        var (rows, columns) = (output.Height, output.Width);
        var xStart = x.Pointer + input.Interior - shape.PadTop * input.RowStride - shape.PadLeft * input.Inner;
        var xView = new MapView((nint)xStart, input.ImageStride, input.BlockStride,
            shape.StrideHeight * input.RowStride, shape.StrideWidth * input.Inner);
        var merged = IsPointwise(shape) && input.Halo == 0 && output.Halo == 0 && (residual.IsNone || residualLayout.Halo == 0)
            ? MergedRows(rows, columns, width, output.Blocks, input.Inner) : 1;
        var weightLayout = shape.Weights(input.Inner);
        var size = new PassSize(rows / merged, columns * merged, output.Blocks, weightLayout.InputBlocks, shape.KernelHeight,
            weightLayout.RowSteps);
        var residualView = residual.IsNone ? MapView.None : View(residualLayout, residual, merged);
        Pass pass = weightLayout.HasSmallGroups
            ? new GroupPass(width, shape, xView with { Row = input.RowStride }, weights, bias, residualView, relu, View(output, y))
            : new ConvPass(width, size, xView with { Row = xView.Row * merged }, input.RowStride, weights, bias, residualView, relu,
                View(output, y, merged), firstInputs: weightLayout.FirstInputBlocks);
        var rowUnit = ChunkGather.RowUnit(gather, size.Rows, pass.RowsTogether, merged);
        var cut = PieceCut.Create(Work(size), weightLayout.Length, input.ImageStride, size.Rows * size.Columns,
            Units(size.Rows, rowUnit), Units(size.OutputBlocks, pass.BlocksTogether));
        return new ConvForwardKernel(pass, cut, output, y, rowUnit, merged, gather, width);
    }

    public override IEnumerable<Delegate> Compiled => [.. base.Compiled, .. _pass.Compiled];

    public override int Pieces(int phase, int images) => _cut.Pieces(images);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        var (firstImage, endImage, rowGroup, blockGroup) = _cut.Piece(piece, images);
        var (firstRow, endRow) = PieceCut.Part(_pass.Rows, _rowUnit, rowGroup, _cut.RowGroups);
        var (firstBlock, endBlock) = PieceCut.Part(_output.Blocks, _pass.BlocksTogether, blockGroup, _cut.BlockGroups);
        for (var image = firstImage; image < endImage; image++)
        {
            _pass.Run(image, firstRow, endRow, firstBlock, endBlock);
            if (_output.Halo > 0)
                for (var block = firstBlock; block < endBlock; block++) Halo.Clear(_output, _y, image, block, firstRow, endRow);
            if (_gather is not null)
                for (var block = firstBlock; block < endBlock; block++)
                    _gather.Gather(image, block, firstRow * _mergedRows, endRow * _mergedRows);
        }
    }

    internal static long Work(PassSize size) =>
        (long)size.Rows * size.Columns * size.OutputBlocks * Lanes.Block * size.InputBlocks * size.KernelRows * size.RowSteps;

    internal static int Units(int count, int together) => (count + together - 1) / together;

    internal static MapView View(Layout layout, Address map, int mergedRows = 1) =>
        new((nint)(map.Pointer + layout.Interior), layout.ImageStride, layout.BlockStride, mergedRows * layout.RowStride, layout.Inner);

    static bool IsPointwise(ConvShape shape) =>
        shape is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1 } && shape.RequiredHalo == 0;

    // Without halos and windows the rows of a map are one long row, which tiles cover better than many short ones.
    static int MergedRows(int rows, int columns, int width, int blocks, int stride)
    {
        var vectors = width < 16 || blocks > 1 ? 2 : 1;
        var sizes = Tile.Sizes(width, vectors, stride);
        var (best, least) = (1, double.PositiveInfinity);
        for (var merged = 1; merged <= rows; merged++)
        {
            if (rows % merged != 0 || (merged > 1 && merged * columns > 512)) continue;
            var cost = Tiling.Cover(columns * merged, sizes, vectors).Cost / merged;
            if (cost < 0.99 * least) (best, least) = (merged, cost);
        }
        return best;
    }
}
