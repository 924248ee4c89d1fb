namespace Residuum.Kernels;

/// <summary>
/// How a sum for each channel over a batch is cut: chunks of about 64 pixels of one block of channels, some rows of an image or a few
/// small images. A chunk is summed in single precision, which for much longer ones would lose more than PyTorch does; chunks are added
/// up in double precision in a fixed order. A piece of work is a few chunks. The cut follows from the shape and the number of images.
/// </summary>
internal readonly struct ChannelChunks
{
    const int PixelsInChunk = 64;
    const int ChunksInPiece = 8;

    readonly int _imagesInChunk;
    readonly int _chunksInImage;
    readonly int _height;
    readonly int _width;

    public ChannelChunks(Layout layout)
    {
        (_height, _width, Blocks) = (layout.Height, layout.Width, layout.Blocks);
        _imagesInChunk = Math.Max(1, PixelsInChunk / (_height * _width));
        RowsInChunk = Math.Clamp(PixelsInChunk / _width, 1, _height);
        _chunksInImage = (_height + RowsInChunk - 1) / RowsInChunk;
    }

    public int Blocks { get; }

    public int RowsInChunk { get; }

    /// <summary>Chunks of each block of channels.</summary>
    public int Count(int images) => (images + _imagesInChunk - 1) / _imagesInChunk * _chunksInImage;

    /// <summary>Pieces of work that all chunks of all blocks are shared out in.</summary>
    public int Pieces(int images) => (Blocks * Count(images) + ChunksInPiece - 1) / ChunksInPiece;

    /// <summary>The numbers of a piece's chunks, among those of all blocks.</summary>
    public (int First, int End) Piece(int piece, int images) =>
        (piece * ChunksInPiece, Math.Min((piece + 1) * ChunksInPiece, Blocks * Count(images)));

    /// <summary>The part of the batch that a chunk covers. Neighbouring chunks are neighbours in memory.</summary>
    public Part this[int number, int images]
    {
        get
        {
            var (group, within) = Math.DivRem(number, _chunksInImage * Blocks);
            var (block, chunk) = Math.DivRem(within, _chunksInImage);
            var (image, row) = (group * _imagesInChunk, chunk * RowsInChunk);
            return new Part(block, group * _chunksInImage + chunk, image, Math.Min(_imagesInChunk, images - image), row,
                Math.Min(RowsInChunk, _height - row));
        }
    }

    /// <summary>How many pixels a chunk has.</summary>
    public int Pixels(int chunk, int images)
    {
        var (group, within) = Math.DivRem(chunk, _chunksInImage);
        return Math.Min(_imagesInChunk, images - group * _imagesInChunk) * Math.Min(RowsInChunk, _height - within * RowsInChunk) * _width;
    }

    /// <summary>Images and rows of one block, and the number of the chunk in that block.</summary>
    public readonly record struct Part(int Block, int Chunk, int Image, int Images, int Row, int Rows);
}
