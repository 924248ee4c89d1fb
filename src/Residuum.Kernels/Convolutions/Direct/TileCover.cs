namespace Residuum.Kernels;

/// <summary>Tiles for any number of positions, known only when a piece runs: the largest tile, and a cover of what is left.</summary>
internal sealed unsafe class TileCover
{
    readonly TileRow[] _rest;
    readonly Tile _most;

    public TileCover(int width, int vectors, int stride, int positions)
    {
        var most = 1;
        foreach (var size in Tile.Sizes(width, vectors, stride))
            if (size <= positions) most = size;
        _most = Tile.Create(width, most, vectors, stride);
        _rest = new TileRow[2 * most];
        for (var i = 1; i < _rest.Length; i++) _rest[i] = TileRow.Create(width, i, vectors, stride);
    }

    /// <summary>What running tiles over so many positions compiles.</summary>
    public IEnumerable<Delegate> Compiled(int positions)
    {
        if (positions < _rest.Length) return _rest[positions].Compiled;
        while (positions >= _rest.Length) positions -= _most.Pixels;
        return [_most.Compiled, .. _rest[positions].Compiled];
    }

    /// <summary>The largest tile, for names.</summary>
    public string Name => $"{_most.Pixels}x{_most.Vectors}";

    /// <summary>Runs tiles over so many positions; what changes from tile to tile is where X, Y and Residual begin.</summary>
    public void Run(TileArguments* a, int positions, nint xPosition)
    {
        while (positions >= _rest.Length)
        {
            Run(a, _most, xPosition);
            positions -= _most.Pixels;
        }
        foreach (var tile in _rest[positions].Tiles) Run(a, tile, xPosition);
    }

    static void Run(TileArguments* a, Tile tile, nint xPosition)
    {
        nint half = tile.Pixels / 2;
        (a->XSecond, a->YSecond, a->ResidualSecond) = (half * xPosition, half * a->YStride, half * a->ResidualStride);
        tile.Run(a);
        if (a->Residual != null) a->Residual += tile.Pixels * a->ResidualStride;
        a->X += tile.Pixels * xPosition;
        a->Y += tile.Pixels * a->YStride;
    }
}
