using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// A convolution by a 3x3 window within groups of 1, 2, 4 or 8 channels (<see cref="WeightLayout.HasSmallGroups"/>). Every result is one
/// chain of multiply-adds that begins with the bias and runs over window rows, inputs of the group (in the order of <see
/// cref="GroupOrder"/>) and window columns.
/// </summary>
internal sealed unsafe class GroupPass : Pass
{
    // Rows that a tile goes through at once: its first and last two input rows serve fewer than three rows of results.
    const int MostRowsTogether = 14;

    const int WindowLength = 9 * Lanes.Block;

    readonly int _width, _rows, _stride, _inputs;
    readonly MapView _x, _y, _residual;
    readonly float* _weights, _bias;
    readonly float _least;
    readonly GroupTile[] _tiles;

    /// <param name="width">Floats in a vector.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="x">The input; its first number is that of the first window, its row the input's, its pixel the distance of
    /// windows.</param>
    /// <param name="weights">Packed as <see cref="WeightLayout"/> says.</param>
    /// <param name="bias">16 numbers for each output block, or none.</param>
    /// <param name="residual">What is added to the result, or <see cref="MapView.None"/>.</param>
    /// <param name="relu">Whether negative results become zero.</param>
    /// <param name="y">The result.</param>
    public GroupPass(int width, ConvShape shape, MapView x, Address weights, Address bias, MapView residual, bool relu, MapView y)
    {
        (_width, _x, _y, _residual, _stride) = (width, x, y, residual, shape.StrideHeight);
        (_rows, _inputs) = (shape.OutputHeight, shape.InputChannels / shape.Groups);
        _weights = weights.Pointer;
        _bias = bias.Pointer;
        _least = relu ? 0f : float.NegativeInfinity;
        var most = GroupTile.Most(width, shape.StrideWidth);
        var count = (shape.OutputWidth + most - 1) / most;
        // Tiles of two sizes at most, the larger first.
        var larger = GroupTile.Create(width, (shape.OutputWidth + count - 1) / count, shape.StrideWidth);
        var smaller = GroupTile.Create(width, shape.OutputWidth / count, shape.StrideWidth);
        _tiles = [.. Enumerable.Range(0, count).Select(i => i < shape.OutputWidth % count ? larger : smaller)];
    }

    public override int Rows => _rows;

    public override int BlocksTogether => 1;

    public override int RowsTogether => Math.Min(_rows, MostRowsTogether);

    public override IEnumerable<Delegate> Compiled => _tiles.Distinct().Select(tile => tile.Compiled);

    public override string TileName => $"grouped {3 * _tiles[0].Pixels}x1";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int image, int firstRow, int endRow, int firstBlock, int endBlock)
    {
        GroupArguments a = default;
        (a.FirstRow, a.EndRow, a.Stride, a.Inputs) = (firstRow, endRow, _stride, _inputs);
        (a.XRow, a.YRow, a.ResidualRow, a.Least) = (_x.Row, _y.Row, _residual.Row, _least);
        var order = stackalloc float[GroupOrder.Length];
        GroupOrder.Write(order, _inputs, _width);
        a.Order = order;
        for (var block = firstBlock; block < endBlock; block++)
            for (var lane = 0; lane < Lanes.Block; lane += _width)
            {
                a.X = _x.At(image, block, 0);
                a.Lane = lane;
                a.W = _weights + (nint)block * _inputs * WindowLength + lane;
                a.Bias = _bias == null ? null : _bias + block * Lanes.Block + lane;
                a.Y = _y.At(image, block, 0) + lane;
                a.Residual = _residual.Start == 0 ? null : _residual.At(image, block, 0) + lane;
                foreach (var tile in _tiles)
                {
                    tile.Run(&a);
                    a.X += tile.Pixels * _x.Pixel;
                    a.Y += tile.Pixels * Lanes.Block;
                    if (a.Residual != null) a.Residual += tile.Pixels * Lanes.Block;
                }
            }
    }
}
