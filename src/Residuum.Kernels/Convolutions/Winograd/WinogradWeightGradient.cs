using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// The gradient of a 3x3 convolution of stride 1 to its weights by Winograd's filtering: dg = Gᵀ [sum over tiles of (Bᵀ d B) ⊙ (A dY Aᵀ)]
/// G. Each product's sum is a product of matrices with tiles as the inner dimension.
/// <para>
/// With few weights, chunks of images keep sums of their own, tiles go through the cache in groups, and the last phase adds the chunks up.
/// With many, rounds of tiles are transformed by all threads and then multiplied, each product by one piece, onto one array of sums. Both
/// orders follow from the shape and the number of images alone.
/// </para>
/// </summary>
internal static class WinogradWeightGradient
{
    /// <summary>Floats of working memory for up to so many images on a team of so many threads.</summary>
    public static long ScratchLength(WinogradSize size, ConvShape shape, Layout x, Layout dy, int maximumImages, int threads) =>
        new WinogradGradientCut(size, shape, x, dy, maximumImages, threads).ScratchLength;

    /// <param name="size">The algorithm.</param>
    /// <param name="shape">The sizes of the forward convolution.</param>
    /// <param name="x">The convolution's input; its halo covers the padding.</param>
    /// <param name="dy">The gradient of its result, any halo.</param>
    /// <param name="dw">The gradient of its weights, written whole.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/>.</param>
    /// <param name="maximumImages">The most images of a run.</param>
    /// <param name="threads">Threads of the team that runs the kernel, at most.</param>
    /// <param name="width">Floats in a vector; the widest where it is 0.</param>
    public static Kernel Create(
        WinogradSize size, ConvShape shape, Map x, Map dy, Address dw, Address scratch, int maximumImages, int threads, int width = 0)
    {
        shape.Check(x.Layout, dy.Layout);
        if (!WinogradConv.Suits(shape)) throw new ArgumentException($"{shape} is not for Winograd's filtering.");
        if (x.Layout.Inner != Lanes.Block) throw new ArgumentException($"{x.Layout} is not in blocks of {Lanes.Block}.");
        if (x.Layout.Halo < shape.RequiredHalo)
            throw new ArgumentException($"The halo of {x.Layout} is smaller than the padding of {shape}.");
        var cut = new WinogradGradientCut(size, shape, x.Layout, dy.Layout, maximumImages, threads);
        if (width == 0) width = Lanes.Width;
        return size == WinogradSize.Four ? OfSize<Winograd4>(size, cut, shape, x, dy, dw, scratch, width)
            : OfSize<Winograd2>(size, cut, shape, x, dy, dw, scratch, width);
    }

    static Kernel OfSize<TWinograd>(
        WinogradSize size, WinogradGradientCut cut, ConvShape shape, Map x, Map dy, Address dw, Address scratch, int width)
        where TWinograd : struct, IWinograd => width switch
        {
            16 => new WinogradWeightGradient<Vector512<float>, Ops512, TWinograd>(size, cut, shape, x, dy, dw, scratch),
            8 => new WinogradWeightGradient<Vector256<float>, Ops256, TWinograd>(size, cut, shape, x, dy, dw, scratch),
            _ => new WinogradWeightGradient<Vector128<float>, Ops128, TWinograd>(size, cut, shape, x, dy, dw, scratch),
        };
}

/// <summary>How the work of <see cref="WinogradWeightGradient"/> is cut, and what memory it takes.</summary>
internal readonly struct WinogradGradientCut
{
    const int MostChunks = 16;
    const int LeastTilesOfChunk = 100;
    const int TilesOfRound = 512;

    // Blocks of inputs times blocks of outputs for which chunks of images keep their own sums.
    const int BlocksOfFused = 16;

    // Floats of transformed tiles that a group may have, to stay in the second-level cache.
    const int FloatsOfGroup = 200 * 1024;

    public WinogradGradientCut(WinogradSize size, ConvShape shape, Layout x, Layout dy, int maximumImages, int threads)
    {
        var products = size.Products();
        Pairs = (dy.Blocks + 1) / 2;
        Fused = x.Blocks * dy.Blocks <= BlocksOfFused &&
            (long)maximumImages * new WinogradTiles(dy.Height, dy.Width, (int)size, 1).InImage >= MostChunks * LeastTilesOfChunk;
        var tileFloats = products * Lanes.Block * (x.Blocks + 2 * Pairs);
        Tiles = new WinogradTiles(dy.Height, dy.Width, (int)size, Fused ? Math.Clamp(FloatsOfGroup / tileFloats, 16, 128) : 28);
        ImagesOfRound = Math.Clamp(TilesOfRound / Tiles.InImage, 1, maximumImages);
        Rounds = Fused ? 0 : (maximumImages + ImagesOfRound - 1) / ImagesOfRound;
        Together = Fused ? Tiles.InGroup : ImagesOfRound * Tiles.InImage;
        VProduct = x.Blocks * Together * Lanes.Block + Lanes.Block;
        ZProduct = Pairs * Together * 2 * Lanes.Block + Lanes.Block;
        GroupLength = (long)products * (VProduct + ZProduct);
        SumLength = new WinogradWeights(shape.Weights(), size, flipped: false).Length;
        Sums = Fused ? Math.Min(MostChunks, maximumImages) : 1;
        ScratchLength = Sums * SumLength + (Fused ? threads : 1) * GroupLength;
    }

    public WinogradTiles Tiles { get; }

    /// <summary>Whether chunks of images keep sums of their own.</summary>
    public bool Fused { get; }

    /// <summary>Images whose tiles go through the phases together.</summary>
    public int ImagesOfRound { get; }

    /// <summary>How many times the phases are gone through; none where they are fused.</summary>
    public int Rounds { get; }

    /// <summary>Pairs of output blocks.</summary>
    public int Pairs { get; }

    /// <summary>Tiles that V and Z have room for.</summary>
    public int Together { get; }

    /// <summary>Floats from a product to the next in V: [product][input block][tile][16].</summary>
    public int VProduct { get; }

    /// <summary>Floats from a product to the next in Z: [product][pair][tile][2 x 16].</summary>
    public int ZProduct { get; }

    /// <summary>Floats of V and Z.</summary>
    public long GroupLength { get; }

    /// <summary>Arrays of sums that there is room for.</summary>
    public int Sums { get; }

    /// <summary>Floats of an array of sums.</summary>
    public long SumLength { get; }

    /// <summary>Floats in all.</summary>
    public long ScratchLength { get; }

    /// <summary>Chunks of a batch.</summary>
    public int Chunks(int images) => Fused ? Math.Min(MostChunks, images) : 1;

    /// <summary>Images of a round: the first, and the one after the last.</summary>
    public (int First, int End) Round(int round, int images) =>
        (Math.Min(images, round * ImagesOfRound), Math.Min(images, (round + 1) * ImagesOfRound));
}

internal sealed unsafe class WinogradWeightGradient<TVector, TOps, TWinograd> : Kernel
    where TVector : struct where TOps : struct, IOps<TVector> where TWinograd : struct, IWinograd
{
    readonly WinogradGradientCut _cut;
    readonly WinogradTiles _tiles;
    readonly WinogradWeights _weights;
    readonly ConvShape _shape;
    readonly Map _x, _dy;
    readonly float* _dw, _sums, _groups;
    readonly TileRow _one;
    readonly TileRow? _two;

    static int Products => (TWinograd.Outputs + 2) * (TWinograd.Outputs + 2);

    public WinogradWeightGradient(WinogradSize size, WinogradGradientCut cut, ConvShape shape, Map x, Map dy, Address dw, Address scratch)
    {
        (_cut, _tiles, _shape, _x, _dy) = (cut, cut.Tiles, shape, x, dy);
        _dw = dw.Pointer;
        _weights = new WinogradWeights(shape.Weights(), size, flipped: false);
        _sums = scratch.Pointer;
        _groups = _sums + cut.Sums * cut.SumLength;
        _one = TileRow.Create(TOps.Width, Lanes.Block, TOps.Width == 16 ? 1 : 2, 1);
        if (TOps.Width == 16 && dy.Layout.Blocks > 1) _two = TileRow.Create(TOps.Width, Lanes.Block, 2, 1);
        Name = $"conv-weight-gradient winograd{TWinograd.Outputs} {(_two ?? _one).Name} f32x{TOps.Width}";
    }

    public override string Name { get; }

    // Chunks, or transforms and products of each round; then the sums are transformed back.
    public override int Phases => (_cut.Fused ? 1 : 2 * _cut.Rounds) + 1;

    public override int Pieces(int phase, int images)
    {
        if (phase == Phases - 1) return _weights.Pieces;
        if (_cut.Fused) return _cut.Chunks(images);
        var (first, end) = _cut.Round(phase / 2, images);
        return first == end ? 0 : phase % 2 == 0 ? _tiles.Groups(end - first) * (_x.Layout.Blocks + _dy.Layout.Blocks)
            : Products * _cut.Pairs;
    }

    public override void Run(int phase, int piece, int images)
    {
        if (phase == Phases - 1) _weights.WriteGradient<TVector, TOps>(piece, _sums, _cut.Chunks(images), _dw);
        else if (_cut.Fused) RunChunk(piece, images);
        else if (phase % 2 == 0) TransformPiece(piece, _cut.Round(phase / 2, images));
        else
        {
            var (product, pair) = Math.DivRem(piece, _cut.Pairs);
            var (first, end) = _cut.Round(phase / 2, images);
            Multiply(product, pair, (end - first) * _tiles.InImage, _groups, _sums, phase == 1);
        }
    }

    void RunChunk(int chunk, int images)
    {
        var chunks = _cut.Chunks(images);
        var (firstImage, endImage) = ((int)((long)images * chunk / chunks), (int)((long)images * (chunk + 1) / chunks));
        var v = _groups + ThreadTeam.Slot * _cut.GroupLength;
        var groups = _tiles.Groups(endImage - firstImage);
        for (var number = 0; number < groups; number++)
        {
            var group = _tiles[number, endImage - firstImage].After(firstImage);
            for (var block = 0; block < _x.Layout.Blocks; block++) TransformInput(group, block, v, 0);
            for (var block = 0; block < _dy.Layout.Blocks; block++) TransformGradient(group, block, v, 0);
            for (var pair = 0; pair < _cut.Pairs; pair++)
                for (var product = 0; product < Products; product++)
                    Multiply(product, pair, _tiles.Count(group), v, _sums + chunk * _cut.SumLength, number == 0);
        }
    }

    void TransformPiece(int piece, (int First, int End) round)
    {
        var blocks = _x.Layout.Blocks + _dy.Layout.Blocks;
        var (number, block) = Math.DivRem(piece, blocks);
        var group = _tiles[number, round.End - round.First];
        var before = _tiles.Before(group);
        if (block < _x.Layout.Blocks) TransformInput(group.After(round.First), block, _groups, before);
        else TransformGradient(group.After(round.First), block - _x.Layout.Blocks, _groups, before);
    }

    void TransformInput(in WinogradTiles.Group group, int block, float* v, int before) =>
        WinogradMaps<TVector, TOps, TWinograd>.Input(
            _x, _shape, _tiles, group, block, v + ((long)block * _cut.Together + before) * Lanes.Block, _cut.VProduct);

    void TransformGradient(in WinogradTiles.Group group, int block, float* v, int before) =>
        WinogradMaps<TVector, TOps, TWinograd>.Gradient(_dy, _tiles, group, block,
            Z(v) + ((long)(block / 2) * _cut.Together + before) * 2 * Lanes.Block + block % 2 * Lanes.Block, 2 * Lanes.Block,
                _cut.ZProduct);

    float* Z(float* v) => v + (long)Products * _cut.VProduct;

    // The sums of one product over tiles, for all inputs and a pair of output blocks: added to those of the tiles before, or fresh.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Multiply(int product, int pair, int count, float* v, float* sums, bool fresh)
    {
        var two = 2 * pair + 1 < _dy.Layout.Blocks;
        var row = two && _two is not null ? _two : _one;
        var (offset, line, next) = _weights.Place(2 * pair, 0);
        var step = TOps.Width == 16 ? line : 2 * TOps.Width;
        var inputs = _x.Layout.Blocks;
        TileArguments a = default;
        (a.OuterCount, a.MiddleCount, a.InnerCount) = (1, 1, count);
        (a.XInner, a.Stride, a.WInner, a.WVector) = (Lanes.Block, 1, 2 * Lanes.Block, TOps.Width);
        (a.YStride, a.YVector, a.ResidualStride, a.ResidualVector) = (line, TOps.Width, line, TOps.Width);
        a.Least = float.NegativeInfinity;
        var z = Z(v) + (long)product * _cut.ZProduct + (long)pair * _cut.Together * 2 * Lanes.Block;
        var target = sums + offset + (long)product * next;
        for (var block = 0; block < inputs; block++, target += Lanes.Block * line)
            for (var lane = 0; lane < line; lane += step)
            {
                a.X = v + (long)product * _cut.VProduct + (long)block * _cut.Together * Lanes.Block;
                a.W = z + lane;
                a.Y = target + lane;
                foreach (var tile in row.Tiles)
                {
                    nint half = tile.Pixels / 2;
                    a.XSecond = half;
                    a.YSecond = a.ResidualSecond = half * line;
                    a.Residual = fresh ? null : a.Y;
                    tile.Run(&a);
                    a.X += tile.Pixels;
                    a.Y += tile.Pixels * line;
                }
            }
    }
}
