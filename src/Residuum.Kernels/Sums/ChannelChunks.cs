namespace Residuum.Kernels;

/// <summary>
/// How a sum for each channel over a batch is cut: chunks of about 64 pixels, some rows of one block of channels of one image. A chunk is
/// summed in single precision, which for much longer ones would lose more than PyTorch does; chunks are added up in double precision
/// in a fixed order. The cut follows from the shape of one image alone, so whoever writes some rows of an image can sum their chunks.
/// </summary>
internal readonly struct ChannelChunks
{
    const int PixelsInChunk = 64;
    const int PixelsInPiece = 512;

    readonly int _height;
    readonly int _width;
    readonly int _chunksInPiece;

    public ChannelChunks(Layout layout)
    {
        (_height, _width, Blocks) = (layout.Height, layout.Width, layout.Blocks);
        RowsInChunk = Math.Clamp(PixelsInChunk / _width, 1, _height);
        InMap = (_height + RowsInChunk - 1) / RowsInChunk;
        _chunksInPiece = Math.Max(1, PixelsInPiece / (RowsInChunk * _width));
    }

    /// <summary>Blocks of channels.</summary>
    public int Blocks { get; }

    /// <summary>Rows of a chunk; the last of a map may have fewer.</summary>
    public int RowsInChunk { get; }

    /// <summary>Chunks of one block of one image.</summary>
    public int InMap { get; }

    /// <summary>Chunks of all blocks of so many images.</summary>
    public long Count(int images) => (long)images * Blocks * InMap;

    /// <summary>Pieces of work that all chunks are shared out in, where that is a pass of its own.</summary>
    public int Pieces(int images) => (int)((Count(images) + _chunksInPiece - 1) / _chunksInPiece);

    /// <summary>The numbers of a piece's chunks.</summary>
    public (long First, long End) Piece(int piece, int images) =>
        ((long)piece * _chunksInPiece, Math.Min((piece + 1L) * _chunksInPiece, Count(images)));

    /// <summary>The number of a block's chunk that begins with this row: images outermost, then blocks, then rows.</summary>
    public long Number(int image, int block, int row) => ((long)image * Blocks + block) * InMap + row / RowsInChunk;

    /// <summary>What a chunk covers.</summary>
    public (int Image, int Block, int FirstRow, int EndRow) this[long number]
    {
        get
        {
            var (map, chunk) = Math.DivRem(number, InMap);
            var row = (int)chunk * RowsInChunk;
            return ((int)(map / Blocks), (int)(map % Blocks), row, Math.Min(row + RowsInChunk, _height));
        }
    }

    /// <summary>How many pixels one of the chunks of a map has.</summary>
    public int Pixels(int chunkOfMap) => Math.Min(RowsInChunk, _height - chunkOfMap * RowsInChunk) * _width;
}
