using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// The gradient of a convolution to its weights, in the packing of the weights. Work is cut into (chunk of images) x (pair of output
/// blocks) x (input block); how many chunks there are follows from the sizes and the number of images. Within a chunk sums are
/// taken over small groups of images, which stay in the cache while all window positions pass over them, and added up in order; the
/// chunks' sums are added in order in a second phase. Padding lanes come out as zero, since both operands are zero there.
/// </summary>
internal sealed unsafe class ConvWeightGradient : Kernel
{
    // Enough pieces to share out evenly among a few threads.
    const int WantedPieces = 16;

    // Floats of both operands that stay in the second-level cache.
    const int CachedFloats = 80 * 1024;

    const int SumPiece = 16 * 1024;

    readonly ConvShape _shape;
    readonly Layout _x, _dy;
    readonly float* _xStart, _dyStart, _dw, _scratch;
    readonly WeightLayout _weights;
    readonly int _width, _pairs, _imagesTogether, _rows, _columns;
    readonly TileRow _one;
    readonly TileRow? _two;

    ConvWeightGradient(ConvShape shape, Layout x, Layout dy, Address xStart, Address dyStart, Address dw, Address scratch, int width)
    {
        (_shape, _x, _dy, _width) = (shape, x, dy, width);
        _xStart = xStart.Pointer + x.Interior - shape.PadTop * x.RowStride - shape.PadLeft * x.Inner;
        _dyStart = dyStart.Pointer + dy.Interior;
        _dw = dw.Pointer;
        _scratch = scratch.Pointer;
        _weights = shape.Weights(x.Inner);
        _pairs = Pairs(dy);
        _imagesTogether = Math.Max(1, CachedFloats / (x.BlockStride + 2 * dy.BlockStride));
        // Rows that follow each other without a gap, in both maps, are one long row.
        var contiguous = shape.StrideHeight * x.RowStride == dy.Width * shape.StrideWidth * x.Inner && dy.Halo == 0;
        (_rows, _columns) = contiguous ? (1, dy.Height * dy.Width) : (dy.Height, dy.Width);
        _one = TileRow.Create(width, _weights.RowSteps, width == 16 ? 1 : 2, 1);
        if (width == 16 && dy.Blocks > 1) _two = TileRow.Create(width, _weights.RowSteps, 2, 1);
        Name = $"conv-weight-gradient direct {(_two ?? _one).Name} f32x{width}";
    }

    public override string Name { get; }

    public override int Phases => 2;

    /// <summary>Floats of working memory for up to so many images.</summary>
    public static long ScratchLength(ConvShape shape, Layout xLayout, Layout dyLayout, int maximumImages)
    {
        var chunks = Chunks(xLayout, dyLayout, maximumImages);
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
    public static ConvWeightGradient Create(ConvShape shape, Layout xLayout, Layout dyLayout, Address x, Address dy, Address dw, Address scratch,
        int width = 0)
    {
        shape.Check(xLayout, dyLayout);
        if (xLayout.Halo < shape.RequiredHalo)
            throw new ArgumentException($"The halo of {xLayout} is smaller than the padding of {shape}.");
        return new ConvWeightGradient(shape, xLayout, dyLayout, x, dy, dw, scratch, width == 0 ? Lanes.Width : width);
    }

    public override int Pieces(int phase, int images)
    {
        var chunks = Chunks(_x, _dy, images);
        if (phase == 0) return chunks * _pairs * _x.Blocks;
        return chunks == 1 ? 0 : (int)((_weights.Length + SumPiece - 1) / SumPiece);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        var chunks = Chunks(_x, _dy, images);
        if (phase == 1)
        {
            AddChunks(piece, chunks);
            return;
        }
        var (rest, inputBlock) = (piece / _x.Blocks, piece % _x.Blocks);
        var (chunk, pair) = (rest / _pairs, rest % _pairs);
        var first = (int)((long)images * chunk / chunks);
        var end = (int)((long)images * (chunk + 1) / chunks);
        var target = (chunks == 1 ? _dw : _scratch + chunk * _weights.Length) + (long)inputBlock * _weights.InputBlockStride;
        for (var image = first; image < end; image += _imagesTogether)
            AddImages(image, Math.Min(end, image + _imagesTogether), 2 * pair, inputBlock, target, image == first);
    }

    static int Pairs(Layout dy) => (dy.Blocks + 1) / 2;

    static int Chunks(Layout x, Layout dy, int images)
    {
        var pieces = Pairs(dy) * x.Blocks;
        return Math.Max(1, Math.Min(images, (WantedPieces + pieces - 1) / pieces));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddImages(int firstImage, int endImage, int firstBlock, int inputBlock, float* target, bool fresh)
    {
        TileArguments a = default;
        (a.OuterCount, a.MiddleCount, a.InnerCount) = (endImage - firstImage, _rows, _columns);
        (a.XOuter, a.XMiddle, a.XInner, a.Stride) = (_x.ImageStride, _shape.StrideHeight * _x.RowStride, _shape.StrideWidth * _x.Inner, 1);
        (a.WOuter, a.WMiddle, a.WInner, a.WVector) = (_dy.ImageStride, _dy.RowStride, Lanes.Block, _width == 16 ? _dy.BlockStride : _width);
        (a.YStride, a.YVector) = (Lanes.Block, _width == 16 ? _weights.OutputBlockStride : _width);
        (a.ResidualStride, a.ResidualVector) = (a.YStride, a.YVector);
        a.Least = float.NegativeInfinity;
        var endBlock = Math.Min(_dy.Blocks, firstBlock + 2);
        var together = _two is not null && endBlock - firstBlock == 2 ? 2 : 1;
        var tiles = together == 2 ? _two! : _one;
        for (var block = firstBlock; block < endBlock; block += together)
            for (var row = 0; row < _shape.KernelHeight; row++)
                for (var lane = 0; lane < Lanes.Block; lane += Math.Min(Lanes.Block, 2 * _width))
                {
                    a.X = _xStart + (long)firstImage * _x.ImageStride + (long)inputBlock * _x.BlockStride + row * _x.RowStride;
                    a.W = _dyStart + (long)firstImage * _dy.ImageStride + (long)block * _dy.BlockStride + lane;
                    a.Y = target + (long)block * _weights.OutputBlockStride + row * _weights.RowStride + lane;
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
