using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// The gradient of a convolution within small groups (<see cref="WeightLayout.HasSmallGroups"/>) to its weights. The batch is cut into
/// chunks of images, whose number follows from the sizes and the number of images; within a chunk sums are taken over parts of some rows,
/// which are added up in order. A second phase adds the chunks in order and exchanges inputs and outputs, since sums have inputs as their
/// lanes and weights outputs.
/// </summary>
internal sealed unsafe class GroupWeightGradient : Kernel
{
    /// <summary>Floats from the sums of a step to those of the next.</summary>
    public const int StepStride = GroupTranspose.Positions * Lanes.Block;

    // Enough pieces to share out evenly among a few threads.
    const int WantedPieces = 16;

    // Pixels of a part, of x and dy together: enough to make little of loading and storing the sums, few enough for the first-level cache.
    const int PixelsInPart = 320;

    readonly ConvShape _shape;
    readonly Layout _x, _dy;
    readonly float* _xStart, _dyStart, _dw, _scratch;
    readonly WeightLayout _weights;
    readonly int _width, _channels, _rowParts;
    readonly GroupProducts _first, _other;

    public GroupWeightGradient(ConvShape shape, Layout x, Layout dy, Address xStart, Address dyStart, Address dw, Address scratch,
        int width)
    {
        (_shape, _x, _dy, _width, _weights) = (shape, x, dy, width, shape.Weights());
        _xStart = xStart.Pointer + x.Interior - shape.PadTop * x.RowStride - shape.PadLeft * Lanes.Block;
        _dyStart = dyStart.Pointer + dy.Interior;
        _dw = dw.Pointer;
        _scratch = scratch.Pointer;
        _channels = _weights.InputChannels;
        var pixels = dy.Height * dy.Width * (1 + shape.StrideHeight * shape.StrideWidth);
        _rowParts = Math.Clamp((pixels + PixelsInPart / 2) / PixelsInPart, 1, dy.Height);
        (_first, _other) = (GroupProducts.Create(width, _channels, 0), GroupProducts.Create(width, _channels, 2));
        Name = $"conv-weight-gradient grouped 9x{_first.Together} f32x{width}";
    }

    public override string Name { get; }

    public override int Phases => 2;

    /// <summary>Floats of working memory for up to so many images.</summary>
    public static long ScratchLength(ConvShape shape, int maximumImages) =>
        Chunks(shape, maximumImages) * shape.Weights().Length;

    public override int Pieces(int phase, int images) => _dy.Blocks * (phase == 0 ? Chunks(_shape, images) : 1);

    public override IEnumerable<Delegate> Compiled => [.. base.Compiled, _first.Compiled, _other.Compiled];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        var chunks = Chunks(_shape, images);
        if (phase == 0) AddImages(piece % _dy.Blocks, piece / _dy.Blocks, chunks, images);
        else AddChunks(piece, chunks);
    }

    static int Chunks(ConvShape shape, int images)
    {
        var blocks = shape.Weights().OutputBlocks;
        return Math.Max(1, Math.Min(images, (WantedPieces + blocks - 1) / blocks));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddImages(int block, int chunk, int chunks, int images)
    {
        var first = (int)((long)images * chunk / chunks);
        var end = (int)((long)images * (chunk + 1) / chunks);
        var sums = _scratch + chunk * _weights.Length + (long)block * _weights.OutputBlockStride;
        var order = stackalloc float[GroupOrder.Length];
        GroupOrder.Write(order, _channels, _width);
        GroupProductArguments a = default;
        a.Order = order;
        (a.XRow, a.XPixel, a.KernelRow) = (_shape.StrideHeight * _x.RowStride, _shape.StrideWidth * Lanes.Block, _x.RowStride);
        (a.DyRow, a.Columns) = (_dy.RowStride, _dy.Width);
        for (var image = first; image < end; image++)
            for (var part = 0; part < _rowParts; part++)
            {
                var (firstRow, endRow) = PieceCut.Part(_dy.Height, 1, part, _rowParts);
                var x = _xStart + (long)image * _x.ImageStride + (long)block * _x.BlockStride + firstRow * a.XRow;
                var dy = _dyStart + (long)image * _dy.ImageStride + (long)block * _dy.BlockStride + firstRow * a.DyRow;
                (a.Rows, a.Fresh) = (endRow - firstRow, image == first && part == 0);
                a.Dy = dy;
                for (var step = 0; step < _channels; step += _first.Together)
                    for (var lane = 0; lane < Lanes.Block; lane += _width)
                    {
                        (a.Step, a.Lane) = (step, lane);
                        a.X = x + lane;
                        a.Sums = sums + step * StepStride + lane;
                        (step == 0 ? _first : _other).Run(&a);
                    }
            }
    }

    // The chunks are added up in the first one's place.
    void AddChunks(int block, int chunks)
    {
        var (first, length) = ((long)block * _weights.OutputBlockStride, _weights.OutputBlockStride);
        for (var chunk = 1; chunk < chunks; chunk++)
            ChunkSum.Add(_width, _scratch + first, _scratch + chunk * _weights.Length + first, length);
        GroupTranspose.Write(_scratch + first, _dw + first, _channels, flip: false);
    }
}
