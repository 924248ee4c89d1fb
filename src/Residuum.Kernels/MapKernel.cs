namespace Residuum.Kernels;

/// <summary>
/// A kernel of one phase that writes a batch of maps row by row. Its pieces are runs of rows, counted through all images and
/// blocks, of about the same number of floats for every shape: there are several even for a single small image, and a batch of tiny
/// maps does not drown in pieces.
/// </summary>
internal abstract class MapKernel : Kernel
{
    const int FloatsInPiece = 4096;

    readonly int _blocks;
    readonly int _height;
    readonly int _rowsInPiece;

    /// <summary>Cuts the rows of maps of this layout into pieces.</summary>
    protected MapKernel(Layout written)
    {
        _blocks = written.Blocks;
        _height = written.Height;
        _rowsInPiece = Math.Max(1, FloatsInPiece / (written.Width * written.Inner));
    }

    public sealed override int Pieces(int phase, int images) =>
        (int)(((long)images * _blocks * _height + _rowsInPiece - 1) / _rowsInPiece);

    public sealed override void Run(int phase, int piece, int images)
    {
        var row = (long)piece * _rowsInPiece;
        var end = Math.Min(row + _rowsInPiece, (long)images * _blocks * _height);
        while (row < end)
        {
            var (map, first) = Math.DivRem(row, _height);
            var rows = (int)Math.Min(_height - first, end - row);
            Rows((int)(map / _blocks), (int)(map % _blocks), (int)first, rows);
            row += rows;
        }
    }

    /// <summary>Writes these rows of one block of one image, with the halo that belongs to them.</summary>
    protected abstract void Rows(int image, int block, int firstRow, int rows);
}
