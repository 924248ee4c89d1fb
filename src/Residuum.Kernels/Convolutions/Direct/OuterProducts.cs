using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// r[i, j] = sum over k of s[k, i] v[k, j], with v and r dense along j, added up in order of k in one accumulator for each result: what
/// both gradients of a linear layer are. <c>i</c> is cut into tiles of positions, <c>j</c> into vectors; what is left of j goes number by
/// number.
/// </summary>
internal sealed unsafe class OuterProducts
{
    const int ColumnsTogether = 256;

    readonly int _width, _rowsTogether;
    readonly nint _positionStride;

    // By tile size and, within it, by one vector or the most.
    readonly Tile[] _single, _several;
    readonly int[] _sizes;

    /// <param name="width">Floats in a vector.</param>
    /// <param name="positionStride">Floats from s[k, i] to s[k, i + 1].</param>
    public OuterProducts(int width, int positionStride)
    {
        _width = width;
        _positionStride = positionStride;
        var vectors = width == 16 ? 4 : 2;
        var most = Tile.Sizes(width, vectors, positionStride)[^1];
        _sizes = [most, 1];
        _several = [Tile.Create(width, most, vectors, positionStride), Tile.Create(width, 1, vectors, positionStride)];
        _single = [Tile.Create(width, most, 1, positionStride), Tile.Create(width, 1, 1, positionStride)];
        _rowsTogether = 4 * most;
    }

    public string TileName => $"{_several[0].Pixels}x{_several[0].Vectors}";

    public int Pieces(int rows, int columns) => Groups(rows, _rowsTogether) * Groups(columns, ColumnsTogether);

    /// <summary>One piece of so many rows i and columns j, over so many k; sK and vK are the distances from a k to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int piece, int rows, int columns, int count, float* s, nint sK, float* v, nint vK, float* r, nint rRow)
    {
        var groups = Groups(columns, ColumnsTogether);
        var (rowGroup, columnGroup) = (piece / groups, piece % groups);
        var endRow = Math.Min(rows, (rowGroup + 1) * _rowsTogether);
        var endColumn = Math.Min(columns, (columnGroup + 1) * ColumnsTogether);
        TileArguments a = default;
        (a.OuterCount, a.MiddleCount, a.InnerCount) = (1, 1, count);
        (a.XInner, a.Stride, a.WInner, a.WVector, a.YStride, a.YVector) = (sK, _positionStride, vK, _width, rRow, _width);
        a.Least = float.NegativeInfinity;
        for (var row = rowGroup * _rowsTogether; row < endRow;)
        {
            var size = endRow - row >= _sizes[0] ? 0 : 1;
            nint half = _sizes[size] / 2;
            (a.XSecond, a.YSecond) = (half * _positionStride, half * rRow);
            a.X = s + row * _positionStride;
            var column = columnGroup * ColumnsTogether;
            while (endColumn - column >= _width)
            {
                var tile = endColumn - column >= _several[size].Vectors * _width ? _several[size] : _single[size];
                a.W = v + column;
                a.Y = r + row * rRow + column;
                tile.Run(&a);
                column += tile.Vectors * _width;
            }
            for (; column < endColumn; column++)
                for (var i = row; i < row + _sizes[size]; i++)
                {
                    var sum = 0f;
                    for (var k = 0; k < count; k++) sum = Scalar.MultiplyAdd(s[k * sK + i * _positionStride], v[k * vK + column], sum);
                    r[i * rRow + column] = sum;
                }
            row += _sizes[size];
        }
    }

    static int Groups(int count, int together) => (count + together - 1) / together;
}
