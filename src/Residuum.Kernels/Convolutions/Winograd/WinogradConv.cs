using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>What a convolution by Winograd's filtering works on; see <see cref="WinogradConv.Create"/>.</summary>
internal sealed record WinogradArguments(ConvShape Shape, Map X, Map Y)
{
    /// <summary>The weights in Winograd's form (<see cref="WinogradWeights"/>); none where they come packed.</summary>
    public Address Weights { get; init; }

    /// <summary>A number for each output channel, padded to whole blocks; or none.</summary>
    public Address Bias { get; init; }

    /// <summary>Added before the activation; or none. May be y itself.</summary>
    public Map Residual { get; init; }

    /// <summary>Whether negative results become zero.</summary>
    public bool Relu { get; init; }

    /// <summary>Sums that are taken of y as it is written, or null.</summary>
    public ChunkGather? Gather { get; init; }

    /// <summary>Packed weights, which each run transforms; none where <see cref="Weights"/> are there already.</summary>
    public Address Packed { get; init; }

    /// <summary>Whether this is the gradient to the input: the packed weights are turned around.</summary>
    public bool Flipped { get; init; }

    /// <summary>How packed weights lie.</summary>
    public WeightLayout PackedLayout => (Flipped ? Shape.Reverse() : Shape).Weights();
}

/// <summary>
/// Convolution with a 3x3 window and stride 1 by Winograd's filtering, y = relu?(x * w + bias + residual), in both directions. A run
/// transforms tiles of x (V), multiplies (M = U V, a product of matrices for each of the tile's 16 or 36 numbers, on the tiles of
/// direct convolution), and transforms back. Each number is a sum of chains over 128 input channels, the same for any batch and thread
/// count.
/// How the work is cut and when weights are transformed: <see cref="WinogradCut"/>.
/// </summary>
internal static class WinogradConv
{
    /// <summary>Whether the algorithm is defined for this shape.</summary>
    public static bool Suits(ConvShape shape) =>
        shape is { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, Groups: 1 } && shape.RequiredHalo <= 2;

    /// <summary>Floats of working memory for up to so many images on a team of so many threads, with packed or transformed
    /// weights.</summary>
    public static long ScratchLength(
        WinogradSize size, ConvShape shape, Layout input, Layout output, int maximumImages, int threads, bool packed)
    {
        var cut = new WinogradCut(size, input, output, maximumImages, threads, packed);
        return cut.ScratchLength + (packed && !cut.Inline ? new WinogradWeights(shape.Weights(), size, flipped: false).Length : 0);
    }

    /// <summary>
    /// Whether weights that do not change should come packed all the same, because there are too few tiles for transformed ones to pay.
    /// </summary>
    public static bool TakesPacked(WinogradSize size, Layout input, Layout output, int maximumImages, int threads) =>
        new WinogradCut(size, input, output, maximumImages, threads, packed: true).Inline;

    /// <param name="size">The algorithm.</param>
    /// <param name="arguments">What it works on.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/>.</param>
    /// <param name="maximumImages">The most images of a run.</param>
    /// <param name="threads">Threads of the team that runs the kernel, at most.</param>
    /// <param name="width">Floats in a vector; the widest where it is 0.</param>
    public static Kernel Create(
        WinogradSize size, WinogradArguments arguments, Address scratch, int maximumImages, int threads, int width = 0)
    {
        var (shape, x, y) = (arguments.Shape, arguments.X.Layout, arguments.Y.Layout);
        shape.Check(x, y);
        if (!Suits(shape)) throw new ArgumentException($"{shape} is not for Winograd's filtering.");
        if (x.Inner != Lanes.Block) throw new ArgumentException($"{x} is not in blocks of {Lanes.Block}.");
        if (x.Halo < shape.RequiredHalo) throw new ArgumentException($"The halo of {x} is smaller than the padding of {shape}.");
        if (!arguments.Residual.IsNone && arguments.Residual.Layout with { Halo = y.Halo } != y)
            throw new ArgumentException($"{arguments.Residual.Layout} cannot be added to {y}.");
        if (width == 0) width = Lanes.Width;
        return size == WinogradSize.Four ? OfSize<Winograd4>(size, arguments, scratch, maximumImages, threads, width)
            : OfSize<Winograd2>(size, arguments, scratch, maximumImages, threads, width);
    }

    static Kernel OfSize<TWinograd>(WinogradSize size, WinogradArguments a, Address scratch, int images, int threads, int width)
        where TWinograd : struct, IWinograd => width switch
        {
            16 => new WinogradConv<Vector512<float>, Ops512, TWinograd>(size, a, scratch, images, threads),
            8 => new WinogradConv<Vector256<float>, Ops256, TWinograd>(size, a, scratch, images, threads),
            _ => new WinogradConv<Vector128<float>, Ops128, TWinograd>(size, a, scratch, images, threads),
        };
}

internal sealed unsafe class WinogradConv<TVector, TOps, TWinograd> : Kernel
    where TVector : struct where TOps : struct, IOps<TVector> where TWinograd : struct, IWinograd
{
    const int InputStep = 0, ProductStep = 1;

    readonly WinogradArguments _a;
    readonly WinogradWeights _weights;
    readonly bool _packed;
    readonly WinogradCut _cut;
    readonly WinogradTiles _tiles;
    readonly Layout _x, _y;
    readonly float* _u, _scratch;
    readonly int _images;
    readonly TileCover _one;
    readonly TileCover? _two;

    static int Side => TWinograd.Outputs + 2;

    static int Products => Side * Side;

    public WinogradConv(WinogradSize size, WinogradArguments a, Address scratch, int images, int threads)
    {
        (_a, _images) = (a, images);
        (_x, _y) = (a.X.Layout, a.Y.Layout);
        _packed = !a.Packed.IsNone;
        _cut = new WinogradCut(size, _x, _y, images, threads, _packed);
        _tiles = _cut.Tiles;
        _weights = new WinogradWeights(a.PackedLayout, size, a.Flipped);
        _u = _packed ? scratch.Pointer : a.Weights.Pointer;
        _scratch = scratch.Pointer + (_packed && !_cut.Inline ? _weights.Length : 0);
        var together = _cut.Together;
        _one = new TileCover(TOps.Width, TOps.Width == 16 ? 1 : 2, Lanes.Block, together);
        if (TOps.Width == 16 && _y.Blocks > 1) _two = new TileCover(TOps.Width, 2, Lanes.Block, together);
        Name = $"conv-{(a.Flipped ? "input-gradient" : "forward")} winograd{TWinograd.Outputs} {(_two ?? _one).Name} "
            + $"f32x{TOps.Width}{(a.Gather is null ? "" : $" + {a.Gather.Name}")}";
    }

    public override string Name { get; }

    public override IEnumerable<Delegate> Compiled =>
    [
        .. base.Compiled, (Output)TransformOutput, WinogradMaps<TVector, TOps, TWinograd>.Compiled,
        .. Counts().Distinct().SelectMany((_two ?? _one).Compiled),
    ];

    delegate void Output(in WinogradTiles.Group group, int pair, float* m);

    // First the weights; then all at once, or three phases for each round. Where the weights are inline: transform, and all the rest.
    public override int Phases => _cut.Fused ? 2 : _cut.Inline ? 3 : 1 + 3 * _cut.Rounds;

    public override int Pieces(int phase, int images)
    {
        if (phase == 0) return _packed && !_cut.Inline ? _weights.Pieces : 0;
        if (_cut.Fused) return _tiles.Groups(images);
        if (_cut.Inline && phase == 2) return _cut.Pairs;
        var (round, step) = Math.DivRem(phase - 1, 3);
        var (first, end) = _cut.Round(round, images);
        if (first == end) return 0;
        return step switch
        {
            InputStep => _tiles.Groups(end - first) * _x.Blocks,
            ProductStep => Products * _cut.Pairs,
            _ => _tiles.Groups(end - first) * _cut.Pairs,
        };
    }

    public override void Run(int phase, int piece, int images)
    {
        if (phase == 0) _weights.Write(piece, _a.Packed.Pointer, _u);
        else if (_cut.Fused) RunGroup(_tiles[piece, images]);
        else if (_cut.Inline && phase == 2) RunPair(piece, images);
        else RunStep((phase - 1) % 3, piece, _cut.Round((phase - 1) / 3, images));
    }

    void RunStep(int step, int piece, (int First, int End) round)
    {
        var images = round.End - round.First;
        switch (step)
        {
            case InputStep:
                {
                    var (number, block) = Math.DivRem(piece, _x.Blocks);
                    var group = _tiles[number, images];
                    TransformInput(group.After(round.First), block, _scratch + _tiles.Before(group) * Lanes.Block);
                    break;
                }
            case ProductStep:
                {
                    // V of a product stays in the cache.
                    var (product, pair) = Math.DivRem(piece, _cut.Pairs);
                    Multiply((product, product + 1), pair, images * _tiles.InImage, _scratch, M(pair));
                    break;
                }
            default:
                {
                    var (pair, number) = Math.DivRem(piece, _tiles.Groups(images));
                    var group = _tiles[number, images];
                    TransformOutput(group.After(round.First), pair, M(pair) + _tiles.Before(group) * 2 * Lanes.Block);
                    break;
                }
        }
    }

    // The tiles that products of a full batch are run over.
    IEnumerable<int> Counts()
    {
        if (!_cut.Fused) yield return _cut.Together;
        else for (var group = 0; group < _tiles.Groups(_images); group++) yield return _tiles.Count(_tiles[group, _images]);
    }

    float* M(int pair) => _scratch + _cut.VLength + pair * _cut.MLength;

    void RunGroup(in WinogradTiles.Group group)
    {
        var v = _scratch + ThreadTeam.Slot * (_cut.VLength + _cut.MLength);
        var m = v + _cut.VLength;
        var count = _tiles.Count(group);
        for (var block = 0; block < _x.Blocks; block++) TransformInput(group, block, v);
        for (var pair = 0; pair < _cut.Pairs; pair++)
        {
            Multiply((0, Products), pair, count, v, m);
            TransformOutput(group, pair, m);
        }
    }

    // Transforms weights a chain at a time, in memory of the thread.
    void RunPair(int pair, int images)
    {
        var u = _scratch + _cut.VLength + ThreadTeam.Slot * (_cut.ChainLength + _cut.MLength);
        var m = u + _cut.ChainLength;
        for (var first = 0; first < _x.Blocks; first += WinogradCut.BlocksOfChain)
        {
            var end = Math.Min(_x.Blocks, first + WinogradCut.BlocksOfChain);
            for (var input = first; input < end; input++)
                for (var output = 2 * pair; output < Math.Min(2 * pair + 2, _y.Blocks); output++)
                    _weights.Write(output, input, _a.Packed.Pointer,
                        u + ((input - first) * 2 * Lanes.Block + output % 2) * Lanes.Block, 2 * Lanes.Block, _cut.ChainProduct);
            MultiplyChain((0, Products), pair, (first, end), images * _tiles.InImage, _scratch, u, 2 * Lanes.Block, _cut.ChainProduct, m);
        }
        for (var number = 0; number < _tiles.Groups(images); number++)
        {
            var group = _tiles[number, images];
            TransformOutput(group, pair, m + _tiles.Before(group) * 2 * Lanes.Block);
        }
    }

    void TransformInput(in WinogradTiles.Group group, int block, float* v) =>
        WinogradMaps<TVector, TOps, TWinograd>.Input(
            _a.X, _a.Shape, _tiles, group, block, v + (long)block * _cut.Together * Lanes.Block, _cut.VProduct);

    void Multiply((int First, int End) products, int pair, int count, float* v, float* m)
    {
        var (offset, line, next) = _weights.Place(2 * pair, 0);
        for (var first = 0; first < _x.Blocks; first += WinogradCut.BlocksOfChain)
            MultiplyChain(products, pair, (first, Math.Min(_x.Blocks, first + WinogradCut.BlocksOfChain)), count, v,
                _u + offset + (nint)first * Lanes.Block * line, line, next, m);
    }

    // M[product][tile][2 x 16] = U V over some input blocks, added to what the blocks before gave.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void MultiplyChain((int First, int End) products, int pair, (int First, int End) blocks, int count, float* v, float* u, int line,
        nint next, float* m)
    {
        var two = 2 * pair + 1 < _y.Blocks;
        var cover = two && _two is not null ? _two : _one;
        TileArguments a = default;
        (a.OuterCount, a.MiddleCount, a.InnerCount) = (blocks.End - blocks.First, 1, Lanes.Block);
        (a.XOuter, a.XInner, a.Stride) = (_cut.Together * Lanes.Block, 1, Lanes.Block);
        (a.WOuter, a.WInner, a.WVector) = (Lanes.Block * line, line, TOps.Width);
        (a.YStride, a.YVector, a.ResidualStride, a.ResidualVector) = (2 * Lanes.Block, TOps.Width, 2 * Lanes.Block, TOps.Width);
        a.Least = float.NegativeInfinity;
        v += (nint)blocks.First * _cut.Together * Lanes.Block;
        var lanes = two ? 2 * Lanes.Block : Lanes.Block;
        var step = TOps.Width == 16 ? lanes : 2 * TOps.Width;
        for (var product = products.First; product < products.End; product++)
            for (var lane = 0; lane < lanes; lane += step)
            {
                a.X = v + (nint)product * _cut.VProduct;
                a.W = u + product * next + lane;
                a.Y = m + (nint)product * _cut.MProduct + lane;
                a.Residual = blocks.First == 0 ? null : a.Y;
                cover.Run(&a, count, Lanes.Block);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void TransformOutput(in WinogradTiles.Group group, int pair, float* m)
    {
        WinogradResult<TVector> result = default;
        result.Least = TOps.Broadcast(_a.Relu ? 0f : float.NegativeInfinity);
        var residual = !_a.Residual.IsNone;
        (result.YRow, result.ResidualRow) = (_y.RowStride, residual ? _a.Residual.Layout.RowStride : 0);
        for (var block = 2 * pair; block < Math.Min(2 * pair + 2, _y.Blocks); block++)
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                var source = m + block % 2 * Lanes.Block + lane;
                result.Bias = _a.Bias.IsNone ? TOps.Zero : TOps.Load(_a.Bias.Pointer + block * Lanes.Block + lane);
                for (var image = group.FirstImage; image < group.EndImage; image++)
                    for (var row = group.FirstRow; row < group.EndRow; row++)
                    {
                        result.Rows = _tiles.ValidRows(row);
                        result.Y = _a.Y.Row(image, block, row * TWinograd.Outputs) + lane;
                        result.Residual = residual ? _a.Residual.Row(image, block, row * TWinograd.Outputs) + lane : null;
                        for (var column = 0; column < _tiles.Columns; column++, source += 2 * Lanes.Block)
                        {
                            result.Columns = _tiles.ValidColumns(column);
                            TWinograd.Output<TVector, TOps>(source, _cut.MProduct, result);
                            result.Y += TWinograd.Outputs * Lanes.Block;
                            if (residual) result.Residual += TWinograd.Outputs * Lanes.Block;
                        }
                    }
            }
        var (first, end) = _tiles.ResultRows(group);
        for (var block = 2 * pair; block < Math.Min(2 * pair + 2, _y.Blocks); block++)
            for (var image = group.FirstImage; image < group.EndImage; image++)
            {
                Halo.Clear(_y, _a.Y.Address, image, block, first, end);
                _a.Gather?.Gather(image, block, first, end);
            }
    }
}
