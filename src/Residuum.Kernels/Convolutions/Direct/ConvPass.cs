using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>How maps lie for a pass: where the first number is, and floats from an image, block, row and position to the next.</summary>
internal readonly unsafe record struct MapView(nint Start, nint Image, nint Block, nint Row, nint Pixel)
{
    public static MapView None => default;

    public float* At(int image, int block, int row) => (float*)Start + image * Image + block * Block + row * Row;
}

/// <summary>
/// The sizes of a pass: rows and columns of results, 16-channel blocks of them, and the window: input blocks, rows, steps of a row.
/// </summary>
internal readonly record struct PassSize(int Rows, int Columns, int OutputBlocks, int InputBlocks, int KernelRows, int RowSteps);

/// <summary>
/// Windows slid over maps: every result is the sum over input blocks, window rows and the steps of a row, in that order. The forward
/// convolution is one pass; the gradient to the input is one for each position of a pixel within the stride.
/// </summary>
internal sealed unsafe class ConvPass : Pass
{
    const int MostPositions = 28;
    const int MostNarrowPositions = 6;

    readonly int _width;
    readonly PassSize _size;
    readonly MapView _x, _y, _residual;
    readonly nint _kernelRow;
    readonly float* _weights, _bias;
    readonly float _least;
    readonly int _lanes;
    readonly TileRow _one;
    readonly TileRow? _two;
    readonly int[]? _firstInputs;

    /// <param name="width">Floats in a vector.</param>
    /// <param name="size">What is computed.</param>
    /// <param name="x">The input; its first number is that of the first window, its row and pixel are the distance of windows.</param>
    /// <param name="kernelRow">Floats from a row of the window to the next in the input.</param>
    /// <param name="weights">[output block][input block][kernel row][step][16].</param>
    /// <param name="bias">16 numbers for each output block, or none.</param>
    /// <param name="residual">What is added to the result, or <see cref="MapView.None"/>.</param>
    /// <param name="relu">Whether negative results become zero.</param>
    /// <param name="y">The result.</param>
    /// <param name="lanes">Channels of the result in memory: 16, or fewer where it is one narrow block.</param>
    /// <param name="firstInputs">The first input block of each output block; none where all see all.</param>
    public ConvPass(int width, PassSize size, MapView x, nint kernelRow, Address weights, Address bias, MapView residual, bool relu,
        MapView y,
        int lanes = Lanes.Block, int[]? firstInputs = null)
    {
        (_width, _size, _x, _kernelRow, _residual, _y, _lanes) = (width, size, x, kernelRow, residual, y, lanes);
        _firstInputs = firstInputs;
        _weights = weights.Pointer;
        _bias = bias.Pointer;
        _least = relu ? 0f : float.NegativeInfinity;
        var stride = (int)x.Pixel;
        var whole = lanes == Lanes.Block;
        _one = TileRow.Create(width, size.Columns, width == 16 ? 1 : 2, stride, whole && size.Rows > 1);
        if (width == 16 && size.OutputBlocks > 1 && SeeTheSame(firstInputs))
            _two = TileRow.Create(width, size.Columns, 2, stride, size.Rows > 1);
    }

    /// <summary>Whether each pair of output blocks sees the same input blocks, so that one number serves both.</summary>
    public static bool SeeTheSame(int[]? firstInputs)
    {
        for (var block = 1; block < firstInputs?.Length; block += 2)
            if (firstInputs[block] != firstInputs[block - 1]) return false;
        return true;
    }

    public override int BlocksTogether => _two is null ? 1 : 2;

    public override int RowsTogether => (_two ?? _one).Pair is null ? 1 : 2;

    public override int Rows => _size.Rows;

    // The tiles for a last odd block are left for when they run.
    public override IEnumerable<Delegate> Compiled => (_two ?? _one).Compiled;

    public override string TileName => $"direct {(_two ?? _one).Name}";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int image, int firstRow, int endRow, int firstBlock, int endBlock)
    {
        TileArguments a = default;
        var wRow = (nint)_size.RowSteps * Lanes.Block;
        var wInput = wRow * _size.KernelRows;
        var wOutput = wInput * _size.InputBlocks;
        (a.OuterCount, a.MiddleCount, a.InnerCount) = (_size.InputBlocks, _size.KernelRows, _size.RowSteps);
        (a.XOuter, a.XMiddle, a.XInner, a.Stride) = (_x.Block, _kernelRow, 1, _x.Pixel);
        (a.WOuter, a.WMiddle, a.WInner, a.WVector) = (wInput, wRow, Lanes.Block, _width == 16 ? wOutput : _width);
        (a.YStride, a.YVector) = (_y.Pixel, _width == 16 ? _y.Block : _width);
        (a.ResidualStride, a.ResidualVector) = (_residual.Pixel, _width == 16 ? _residual.Block : _width);
        (a.XNextStep, a.YAheadStep) = (LinesOfStep(_x.Pixel), LinesOfStep(_y.Pixel));
        a.Least = _least;
        for (var block = firstBlock; block < endBlock;)
        {
            var two = _two is not null && block + 2 <= endBlock;
            var row = two ? _two! : _one;
            // The first blocks bring the input into the cache, the others find it there.
            (a.XAhead, a.XAheadStep) = (0, 0);
            for (var lane = 0; lane < Lanes.Block; lane += Math.Min(Lanes.Block, 2 * _width))
            {
                a.W = _weights + block * wOutput + lane;
                a.Bias = _bias == null ? null : _bias + block * Lanes.Block + lane;
                if (_lanes == Lanes.Block) RunRows(&a, row, image, firstRow, endRow, block, lane, block == firstBlock && lane == 0);
                else if (lane < _lanes) RunNarrow(&a, row, image, firstRow, endRow, lane);
            }
            block += two ? 2 : 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunRows(TileArguments* a, TileRow tiles, int image, int firstRow, int endRow, int block, int lane, bool first)
    {
        var hasResidual = _residual.Start != 0;
        var firstInput = _firstInputs is null ? 0 : _firstInputs[block];
        for (var row = firstRow; row < endRow; row++)
        {
            a->X = _x.At(image, firstInput, row);
            a->Y = _y.At(image, block, row) + lane;
            a->Residual = hasResidual ? _residual.At(image, block, row) + lane : null;
            if (tiles.Pair is { } pair && row + 1 < endRow)
            {
                RunPair(a, pair, first);
                row++;
                continue;
            }
            foreach (var tile in tiles.Tiles)
            {
                var pixels = tile.Pixels;
                nint half = pixels / 2;
                (a->XSecond, a->YSecond, a->ResidualSecond) = (half * _x.Pixel, half * _y.Pixel, half * _residual.Pixel);
                a->XNext = pixels * _x.Pixel;
                if (first) FetchAhead(a, pixels * _x.Pixel);
                tile.Run(a);
                a->X += pixels * _x.Pixel;
                a->Y += pixels * _y.Pixel;
                if (hasResidual) a->Residual += pixels * _residual.Pixel;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPair(TileArguments* a, Tile[] tiles, bool first)
    {
        a->XNext = 2 * _x.Row;
        if (first) FetchAhead(a, 2 * _x.Row);
        nint columns = _size.Columns, position = 0;
        foreach (var tile in tiles)
        {
            nint pixels = tile.Pixels;
            var (half, advance) = (pixels / 2, pixels);
            (a->XSecond, a->YSecond, a->ResidualSecond) = (half * _x.Pixel, half * _y.Pixel, half * _residual.Pixel);
            var turns = position < columns && position + pixels > columns;
            if (turns)
            {
                (a->XSecond, a->YSecond) = (_x.Row - position * _x.Pixel, _y.Row - position * _y.Pixel);
                a->ResidualSecond = _residual.Row - position * _residual.Pixel;
                advance -= columns;
            }
            tile.Run(a);
            a->X += advance * _x.Pixel + (turns ? _x.Row : 0);
            a->Y += advance * _y.Pixel + (turns ? _y.Row : 0);
            if (a->Residual != null) a->Residual += advance * _residual.Pixel + (turns ? _residual.Row : 0);
            position += pixels;
        }
    }

    // Each tile fetches what the next one reads, as far as that is new.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FetchAhead(TileArguments* a, nint distance) => (a->XAhead, a->XAheadStep) = (distance, a->XNextStep);

    // How far to move with each step of a row of the window, so that the lines of a tile's positions are fetched within that row.
    nint LinesOfStep(nint pixel)
    {
        var positions = _width == 16 ? MostPositions / BlocksTogether : MostNarrowPositions;
        return _size.RowSteps <= positions + 2 ? pixel : positions * pixel / _size.RowSteps + 1;
    }

    // A result with fewer channels than a vector's lanes goes through a buffer: its pixels lie too close to be stored whole.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunNarrow(TileArguments* a, TileRow tiles, int image, int firstRow, int endRow, int lane)
    {
        var buffer = stackalloc float[MostPositions * Lanes.Block];
        var chunk = Math.Min(Lanes.Block, 2 * _width);
        var kept = Math.Min(_lanes - lane, chunk);
        a->Y = buffer;
        a->YStride = chunk;
        a->Residual = null;
        for (var row = firstRow; row < endRow; row++)
        {
            a->X = _x.At(image, 0, row);
            var y = _y.At(image, 0, row) + lane;
            foreach (var tile in tiles.Tiles)
            {
                var pixels = tile.Pixels;
                a->XSecond = pixels / 2 * _x.Pixel;
                a->YSecond = pixels / 2 * chunk;
                tile.Run(a);
                a->X += pixels * _x.Pixel;
                for (var pixel = 0; pixel < pixels; pixel++, y += _y.Pixel)
                    for (var i = 0; i < kept; i++) y[i] = buffer[pixel * chunk + i];
            }
        }
    }
}
