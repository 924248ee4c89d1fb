namespace Residuum.Kernels;

/// <summary>The tiles that cover a row of positions, and, where the row is short, those that cover two rows at a time.</summary>
internal sealed class TileRow
{
    TileRow(Tile[] tiles, Tile[]? pair)
    {
        Tiles = tiles;
        Pair = pair;
    }

    /// <summary>From left to right, without overlap.</summary>
    public Tile[] Tiles { get; }

    /// <summary>
    /// Covers this row and the next, in the order of positions, or null where that gains nothing. One tile has its first half at the end
    /// of the first row and its second half at the beginning of the second; the others lie within a row.
    /// </summary>
    public Tile[]? Pair { get; }

    /// <summary>What running all of them compiles.</summary>
    public IEnumerable<Delegate> Compiled => (Pair is null ? Tiles : Pair.Concat(Tiles)).Distinct().Select(tile => tile.Compiled);

    /// <summary>The largest tile, for names: positions x vectors.</summary>
    public string Name => (Pair ?? Tiles).MaxBy(tile => tile.Pixels) is { } most ? $"{most.Pixels}x{most.Vectors}" : "0";

    /// <summary>The cheapest tiles for so many positions; pairs only where the caller can use them.</summary>
    public static TileRow Create(int width, int positions, int vectors, int stride, bool pairs = false)
    {
        var sizes = Tile.Sizes(width, vectors, stride);
        var (cut, cost) = Tiling.Cover(positions, sizes, vectors);
        var made = new Dictionary<int, Tile>();
        Tile OfSize(int size) => made.TryGetValue(size, out var tile) ? tile : made[size] = Tile.Create(width, size, vectors, stride);
        Tile[] Made(int[] cut) => [.. cut.Select(OfSize)];
        // Large tiles take both rows or none; several small ones are worth their turn where they keep clearly more accumulators busy.
        var large = sizes.Contains(2 * positions);
        var (pair, pairCost) = pairs && (large || width < 16) ? Tiling.CoverPair(positions, sizes, vectors) : (null, 0);
        return new TileRow(Made(cut), pair is not null && pairCost < (large ? 2 : 1.96) * cost ? Made(pair) : null);
    }
}
