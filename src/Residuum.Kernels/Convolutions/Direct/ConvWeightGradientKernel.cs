using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// The gradient of a convolution to its weights, in the packing of the weights. Work is cut into (chunk of images) x (group of pairs of
/// output blocks) x (group of input blocks); how many chunks there are follows from the sizes and the number of images. Within a chunk
/// sums are taken over parts: some rows of an image, or a few small images, which stay in the nearest cache while all window positions and
/// blocks of the group pass over them; they are added up in order. The chunks' sums are added in order in a second phase; a third
/// zeroes what joins different groups. Padding lanes
/// come out as zero, since both operands are zero there.
/// </summary>
internal sealed unsafe class ConvWeightGradientKernel : Kernel
{
    // Enough pieces to share out evenly among a few threads.
    const int WantedPieces = 16;

    // Pixels of a part: enough to make little of loading and storing the sums, few enough for the first-level cache.
    const int PixelsInPart = 128;

    // A window with fewer positions reuses its operands too little; then several blocks pass over them in the same piece.
    const int FewPositions = 4;
    const int BlocksForFewPositions = 4;

    // How far ahead long rows of x are fetched; dy comes ahead like any tile's vectors.
    const int PixelsAhead = 24;

    const int SumPiece = 16 * 1024;

    readonly ConvShape _shape;
    readonly Layout _x, _dy;
    readonly float* _xStart, _dyStart, _dw, _scratch;
    readonly WeightLayout _weights;
    readonly int _width, _imagesTogether, _rowParts, _pairGroups, _inputGroups;
    readonly bool _contiguous;
    readonly TileRow _one;
    readonly TileRow? _two;
    readonly int[]? _firstInputs;

    ConvWeightGradientKernel(ConvShape shape, Layout x, Layout dy, Address xStart, Address dyStart, Address dw, Address scratch, int width)
    {
        (_shape, _x, _dy, _width) = (shape, x, dy, width);
        _xStart = xStart.Pointer + x.Interior - shape.PadTop * x.RowStride - shape.PadLeft * x.Inner;
        _dyStart = dyStart.Pointer + dy.Interior;
        _dw = dw.Pointer;
        _scratch = scratch.Pointer;
        _weights = shape.Weights(x.Inner);
        var pixels = dy.Height * dy.Width;
        _imagesTogether = (PixelsInPart + pixels - 1) / pixels;
        _rowParts = Math.Clamp((pixels + PixelsInPart / 2) / PixelsInPart, 1, dy.Height);
        _firstInputs = _weights.FirstInputBlocks;
        (_pairGroups, _inputGroups) = Groups(shape, x, dy);
        // Rows that follow each other without a gap, in both maps, are one long row.
        _contiguous = shape.StrideHeight * x.RowStride == dy.Width * shape.StrideWidth * x.Inner && dy.Halo == 0;
        _one = TileRow.Create(width, _weights.RowSteps, width == 16 ? 1 : 2, 1);
        if (width == 16 && dy.Blocks > 1 && ConvPass.SeeTheSame(_firstInputs)) _two = TileRow.Create(width, _weights.RowSteps, 2, 1);
        Name = $"conv-weight-gradient direct {(_two ?? _one).Name} f32x{width}";
    }

    public override string Name { get; }

    public override int Phases => _shape.Groups > 1 ? 3 : 2;

    /// <summary>Floats of working memory for up to so many images.</summary>
    public static long ScratchLength(ConvShape shape, Layout xLayout, Layout dyLayout, int maximumImages)
    {
        if (shape.Weights(xLayout.Inner).HasSmallGroups) return GroupWeightGradient.ScratchLength(shape, maximumImages);
        var chunks = Chunks(shape, xLayout, dyLayout, maximumImages);
        return chunks == 1 ? 0 : chunks * shape.Weights(xLayout.Inner).Length;
    }

    /// <param name="shape">The sizes of the forward convolution.</param>
    /// <param name="xLayout">The layout of x; its halo covers the padding.</param>
    /// <param name="dyLayout">The layout of dy, any halo.</param>
    /// <param name="x">The convolution's input.</param>
    /// <param name="dy">The gradient of its result.</param>
    /// <param name="dw">The gradient of its weights, written whole.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/>.</param>
    /// <param name="width">Floats in a vector; the widest where it is 0.</param>
    public static Kernel Create(ConvShape shape, Layout xLayout, Layout dyLayout, Address x, Address dy, Address dw, Address scratch,
        int width = 0)
    {
        shape.Check(xLayout, dyLayout);
        if (xLayout.Halo < shape.RequiredHalo)
            throw new ArgumentException($"The halo of {xLayout} is smaller than the padding of {shape}.");
        if (width == 0) width = Lanes.Width;
        return shape.Weights(xLayout.Inner).HasSmallGroups
            ? new GroupWeightGradient(shape, xLayout, dyLayout, x, dy, dw, scratch, width)
            : new ConvWeightGradientKernel(shape, xLayout, dyLayout, x, dy, dw, scratch, width);
    }

    public override int Pieces(int phase, int images)
    {
        var chunks = Chunks(_shape, _x, _dy, images);
        if (phase == 0) return chunks * _pairGroups * _inputGroups;
        if (phase == 2) return _dy.Blocks;
        return chunks == 1 ? 0 : (int)((_weights.Length + SumPiece - 1) / SumPiece);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        var chunks = Chunks(_shape, _x, _dy, images);
        if (phase == 1)
        {
            AddChunks(piece, chunks);
            return;
        }
        if (phase == 2)
        {
            var length = _weights.OutputBlockStride;
            _weights.ClearOutsideGroups(new Span<float>(_dw + (long)piece * length, length), piece);
            return;
        }
        var (rest, inputGroup) = (piece / _inputGroups, piece % _inputGroups);
        var (chunk, pairGroup) = (rest / _pairGroups, rest % _pairGroups);
        var first = (int)((long)images * chunk / chunks);
        var end = (int)((long)images * (chunk + 1) / chunks);
        var (firstPair, endPair) = PieceCut.Part(Pairs(_dy), 1, pairGroup, _pairGroups);
        var (firstInput, endInput) = PieceCut.Part(_weights.InputBlocks, 1, inputGroup, _inputGroups);
        var target = chunks == 1 ? _dw : _scratch + chunk * _weights.Length;
        for (var image = first; image < end; image += _imagesTogether)
            for (var part = 0; part < _rowParts; part++)
                for (var pair = firstPair; pair < endPair; pair++)
                    for (var inputBlock = firstInput; inputBlock < endInput; inputBlock++)
                        AddPart(image, Math.Min(end, image + _imagesTogether), part, 2 * pair, inputBlock, target,
                            image == first && part == 0);
    }

    static int Pairs(Layout dy) => (dy.Blocks + 1) / 2;

    static (int Pairs, int Inputs) Groups(ConvShape shape, Layout x, Layout dy)
    {
        var together = shape.KernelHeight * shape.KernelWidth < FewPositions ? BlocksForFewPositions : 1;
        return ((Pairs(dy) + together - 1) / together, (shape.Weights(x.Inner).InputBlocks + together - 1) / together);
    }

    static int Chunks(ConvShape shape, Layout x, Layout dy, int images)
    {
        var (pairs, inputs) = Groups(shape, x, dy);
        return Math.Max(1, Math.Min(images, (WantedPieces + pairs * inputs - 1) / (pairs * inputs)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddPart(int firstImage, int endImage, int part, int firstBlock, int inputBlock, float* target, bool fresh)
    {
        var (firstRow, endRow) = PieceCut.Part(_dy.Height, 1, part, _rowParts);
        var rows = endRow - firstRow;
        TileArguments a = default;
        (a.OuterCount, a.MiddleCount, a.InnerCount) =
            (endImage - firstImage, _contiguous ? 1 : rows, _contiguous ? rows * _dy.Width : _dy.Width);
        (a.XOuter, a.XMiddle, a.XInner, a.Stride) = (_x.ImageStride, _shape.StrideHeight * _x.RowStride, _shape.StrideWidth * _x.Inner, 1);
        if (_contiguous && _rowParts > 1) (a.XAhead, a.XAheadStep) = (PixelsAhead * a.XInner, a.XInner);
        (a.WOuter, a.WMiddle, a.WInner, a.WVector) = (_dy.ImageStride, _dy.RowStride, Lanes.Block, _width == 16 ? _dy.BlockStride : _width);
        (a.YStride, a.YVector) = (Lanes.Block, _width == 16 ? _weights.OutputBlockStride : _width);
        (a.ResidualStride, a.ResidualVector) = (a.YStride, a.YVector);
        a.Least = float.NegativeInfinity;
        var x = _xStart + (long)firstImage * _x.ImageStride + (long)inputBlock * _x.BlockStride + firstRow * a.XMiddle;
        var dy = _dyStart + (long)firstImage * _dy.ImageStride + firstRow * a.WMiddle;
        var y = target + (long)inputBlock * _weights.InputBlockStride;
        var endBlock = Math.Min(_dy.Blocks, firstBlock + 2);
        var together = _two is not null && endBlock - firstBlock == 2 ? 2 : 1;
        var tiles = together == 2 ? _two! : _one;
        for (var block = firstBlock; block < endBlock; block += together)
            for (var row = 0; row < _shape.KernelHeight; row++)
                for (var lane = 0; lane < Lanes.Block; lane += Math.Min(Lanes.Block, 2 * _width))
                {
                    a.X = x + (_firstInputs is null ? 0 : _firstInputs[block]) * _x.BlockStride + row * _x.RowStride;
                    a.W = dy + (long)block * _dy.BlockStride + lane;
                    a.Y = y + (long)block * _weights.OutputBlockStride + row * _weights.RowStride + lane;
                    foreach (var tile in tiles.Tiles)
                    {
                        nint half = tile.Pixels / 2;
                        a.XSecond = half;
                        a.YSecond = a.ResidualSecond = half * Lanes.Block;
                        a.Residual = fresh ? null : a.Y;
                        tile.Run(&a);
                        a.X += tile.Pixels;
                        a.Y += tile.Pixels * Lanes.Block;
                    }
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddChunks(int piece, int chunks)
    {
        var first = (long)piece * SumPiece;
        var length = (int)Math.Min(SumPiece, _weights.Length - first);
        var sum = new Span<float>(_dw + first, length);
        new Span<float>(_scratch + first, length).CopyTo(sum);
        for (var chunk = 1; chunk < chunks; chunk++) ChunkSum.Add(_width, _dw + first, _scratch + chunk * _weights.Length + first, length);
    }
}
