namespace Residuum.Kernels;

/// <summary>The tiles that cover a row of positions, and, where the row is short, one that covers two rows at a time.</summary>
internal sealed class TileRow
{
    TileRow(Tile[] tiles, Tile? pair)
    {
        Tiles = tiles;
        Pair = pair;
    }

    /// <summary>From left to right, without overlap.</summary>
    public Tile[] Tiles { get; }

    /// <summary>Covers this row and the next, or null where that gains nothing.</summary>
    public Tile? Pair { get; }

    /// <summary>What running all of them compiles.</summary>
    public IEnumerable<Delegate> Compiled => (Pair is null ? Tiles : [Pair, .. Tiles]).Select(tile => tile.Compiled);

    /// <summary>The largest tile, for names: positions x vectors.</summary>
    public string Name => Pair is { } pair ? $"{pair.Pixels}x{pair.Vectors}" : Tiles.Length > 0 ? $"{Tiles[0].Pixels}x{Tiles[0].Vectors}" : "0";

    /// <summary>The cheapest tiles for so many positions; pairs only where the caller can use them.</summary>
    public static TileRow Create(int width, int positions, int vectors, int stride, bool pairs = false)
    {
        var sizes = Tile.Sizes(width, vectors, stride);
        var (cut, cost) = Tiling.Cover(positions, sizes, vectors);
        var made = new Dictionary<int, Tile>();
        var tiles = new Tile[cut.Length];
        for (var i = 0; i < cut.Length; i++)
            tiles[i] = made.TryGetValue(cut[i], out var tile) ? tile : made[cut[i]] = Tile.Create(width, cut[i], vectors, stride);
        var twoRows = pairs && sizes.Contains(2 * positions) && Tiling.StepCost(2 * positions, vectors) < 2 * cost;
        return new TileRow(tiles, twoRows ? Tile.Create(width, 2 * positions, vectors, stride) : null);
    }
}
