namespace Residuum.Kernels;

/// <summary>
/// How the work of a convolution by Winograd's filtering is cut, and what memory it takes. With few weights a group of tiles goes
/// through all three steps at once, in the second-level cache and in its thread's own memory ("fused"). Many weights are better read
/// seldom: the steps are phases over rounds of some 256 tiles, and the products are shared out by product and output blocks. With few
/// tiles in all, reading transformed weights would take longer than the rest, so packed weights, a quarter of them, are transformed by
/// the piece that multiplies with them ("inline"), a part at a time. Nothing of this changes a result.
/// </summary>
internal readonly struct WinogradCut
{
    const int TilesOfGroup = 28;
    const int TilesOfRound = 256;

    // Pairs of blocks whose transformed weights (36 KB a pair) leave room for tiles in the second-level cache.
    const int BlocksOfFused = 64;
    const int BlocksOfOnePiece = 4;
    const int TilesOfInline = 16;

    /// <summary>Input blocks whose products are summed in one chain; the sums of the chains are added in order.</summary>
    public const int BlocksOfChain = 8;

    public WinogradCut(WinogradSize size, Layout input, Layout output, int maximumImages, int threads, bool packed)
    {
        // Groups are whole chunks, so that sums can be taken of what they write.
        Tiles = new WinogradTiles(output.Height, output.Width, (int)size, TilesOfGroup, new ChannelChunks(output).RowsInChunk);
        var weights = input.Blocks * output.Blocks;
        Pairs = (output.Blocks + 1) / 2;
        Inline = packed && weights >= BlocksOfFused && maximumImages * Tiles.InImage <= TilesOfInline && Pairs >= threads;
        Fused = !Inline && weights <= (Tiles.Groups(maximumImages) > 1 ? BlocksOfFused : BlocksOfOnePiece);
        ImagesOfRound = Math.Clamp(TilesOfRound / Tiles.InImage, 1, maximumImages);
        Rounds = Fused ? 0 : (maximumImages + ImagesOfRound - 1) / ImagesOfRound;
        Together = Fused ? Tiles.InGroup : ImagesOfRound * Tiles.InImage;
        // A line beyond what is needed: otherwise the products of a tile would compete for the same places in the cache.
        VProduct = input.Blocks * Together * Lanes.Block + Lanes.Block;
        MProduct = Together * 2 * Lanes.Block + Lanes.Block;
        VLength = (long)size.Products() * VProduct;
        MLength = (long)size.Products() * MProduct;
        ChainProduct = WinogradWeights.Product(2 * Lanes.Block, Math.Min(BlocksOfChain, input.Blocks));
        ChainLength = Inline ? (long)size.Products() * ChainProduct : 0;
        ScratchLength = Fused ? threads * (VLength + MLength) : Inline ? VLength + threads * (ChainLength + MLength)
            : VLength + Pairs * MLength;
    }

    public WinogradTiles Tiles { get; }

    /// <summary>Whether a piece takes a group of tiles through all steps.</summary>
    public bool Fused { get; }

    /// <summary>Whether a piece transforms the weights that it multiplies with.</summary>
    public bool Inline { get; }

    /// <summary>Floats from a product to the next in the weights of a chain.</summary>
    public int ChainProduct { get; }

    /// <summary>Floats of the transformed weights of a pair of output blocks and of the input blocks of a chain; 0 if not inline.</summary>
    public long ChainLength { get; }

    /// <summary>Images whose tiles go through the phases together.</summary>
    public int ImagesOfRound { get; }

    /// <summary>How many times the phases are gone through; none where they are fused.</summary>
    public int Rounds { get; }

    /// <summary>Pairs of output blocks.</summary>
    public int Pairs { get; }

    /// <summary>Tiles that V and M have room for.</summary>
    public int Together { get; }

    /// <summary>Floats from a product to the next in V.</summary>
    public int VProduct { get; }

    /// <summary>Floats from a product to the next in M.</summary>
    public int MProduct { get; }

    /// <summary>Floats of V: [product][input block][tile][16].</summary>
    public long VLength { get; }

    /// <summary>Floats of M for a pair of output blocks: [product][tile][2 x 16].</summary>
    public long MLength { get; }

    /// <summary>Floats in all.</summary>
    public long ScratchLength { get; }

    /// <summary>Images of a round: the first, and the one after the last.</summary>
    public (int First, int End) Round(int round, int images) =>
        (Math.Min(images, round * ImagesOfRound), Math.Min(images, (round + 1) * ImagesOfRound));
}
