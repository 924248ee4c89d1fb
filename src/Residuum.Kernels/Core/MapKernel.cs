namespace Residuum.Kernels;

/// <summary>
/// A kernel of one phase that writes a batch of maps row by row. Its pieces are of about the same number of floats for every shape: some
/// rows of a block, or several whole blocks where they are small. Rows of all blocks of an image follow one another, as in convolutions,
/// so that a thread finds in its own cache what it wrote before.
/// </summary>
internal abstract class MapKernel : Kernel
{
    const int FloatsInPiece = 4096;

    readonly int _blocks;
    readonly int _height;
    readonly int _rowsInPiece;
    readonly int _parts;
    readonly int _mapsInPiece;

    /// <summary>Cuts the rows of maps of this layout into pieces.</summary>
    protected MapKernel(Layout written)
    {
        _blocks = written.Blocks;
        _height = written.Height;
        _rowsInPiece = Math.Clamp(FloatsInPiece / (written.Width * written.Inner), 1, _height);
        _parts = (_height + _rowsInPiece - 1) / _rowsInPiece;
        _mapsInPiece = (int)Math.Max(1, FloatsInPiece / ((long)written.Width * written.Inner * _height));
    }

    public sealed override int Pieces(int phase, int images) => _mapsInPiece > 1
        ? (images * _blocks + _mapsInPiece - 1) / _mapsInPiece
        : images * _blocks * _parts;

    public sealed override void Run(int phase, int piece, int images)
    {
        if (_mapsInPiece > 1)
        {
            for (var map = piece * _mapsInPiece; map < Math.Min((piece + 1) * _mapsInPiece, images * _blocks); map++)
                Rows(map / _blocks, map % _blocks, 0, _height);
            return;
        }
        var (rest, block) = Math.DivRem(piece, _blocks);
        var (image, part) = Math.DivRem(rest, _parts);
        var first = part * _rowsInPiece;
        Rows(image, block, first, Math.Min(_rowsInPiece, _height - first));
    }

    /// <summary>Writes these rows of one block of one image, with the halo that belongs to them.</summary>
    protected abstract void Rows(int image, int block, int firstRow, int rows);
}
