namespace Residuum.Kernels;

/// <summary>
/// Sums of each channel over chunks of a map (see <see cref="ChannelChunks"/>). They are either a pass over the map of their own
/// (<see cref="ChunkPass"/>), or are taken by the kernel that writes the map, rows by rows while these are in the cache. The sums are
/// the same to the bit either way.
/// <para>
/// A kernel that is given one calls <see cref="Gather"/> once for every row of every block of every image, after it has written the
/// rows, from any thread.
/// </para>
/// </summary>
/// <param name="map">How the map is cut.</param>
/// <param name="sums">Sums for each channel of a chunk.</param>
/// <param name="partials">Where they are written: [image][block][chunk][sum][16], <see cref="Length"/> floats.</param>
internal abstract unsafe class ChunkGather(Layout map, int sums, Address partials)
{
    /// <summary>Floats of partial sums of so many images.</summary>
    public static long Length(Layout map, int sums, int images) => new ChannelChunks(map).Count(images) * sums * Lanes.Block;

    public abstract string Name { get; }

    public ChannelChunks Chunks { get; } = new(map);

    /// <summary>Ranges of rows begin and end at multiples of this, or at the end of the map.</summary>
    public int RowsTogether => Chunks.RowsInChunk;

    /// <summary>Sums the chunks of these rows.</summary>
    public void Gather(int image, int block, int firstRow, int endRow)
    {
        var partial = partials.Pointer + Chunks.Number(image, block, firstRow) * sums * Lanes.Block;
        for (var row = firstRow; row < endRow; row += RowsTogether, partial += sums * Lanes.Block)
            Sum(image, block, row, Math.Min(RowsTogether, endRow - row), partial);
    }

    /// <summary>
    /// Groups of rows in which a kernel may write the map: the least multiple of both, or the whole map. A kernel's row may be
    /// several of the map's.
    /// </summary>
    /// <param name="gather">What is gathered, or null.</param>
    /// <param name="rows">The kernel's rows.</param>
    /// <param name="together">How many of them the kernel itself does not separate.</param>
    /// <param name="mapRows">The map's rows in one of them.</param>
    public static int RowUnit(ChunkGather? gather, int rows, int together, int mapRows = 1)
    {
        if (gather is null) return together;
        var unit = together;
        while (unit < rows && unit * mapRows % gather.RowsTogether != 0) unit += together;
        return Math.Min(unit, rows);
    }

    /// <summary>Writes the sums of one chunk.</summary>
    protected abstract void Sum(int image, int block, int firstRow, int rows, float* partial);
}

/// <summary>Gathers in a pass of its own.</summary>
internal sealed class ChunkPass(ChunkGather gather) : Kernel
{
    public override string Name => gather.Name;

    public override int Pieces(int phase, int images) => gather.Chunks.Pieces(images);

    public override void Run(int phase, int piece, int images)
    {
        var (first, end) = gather.Chunks.Piece(piece, images);
        for (var number = first; number < end; number++)
        {
            var (image, block, firstRow, endRow) = gather.Chunks[number];
            gather.Gather(image, block, firstRow, endRow);
        }
    }
}
