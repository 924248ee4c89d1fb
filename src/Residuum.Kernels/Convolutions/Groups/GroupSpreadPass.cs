using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// The gradient to the input of a convolution by a 3x3 window with a stride of two within small groups (<see
/// cref="WeightLayout.HasSmallGroups"/>). dy has a halo of at least one pixel.
/// </summary>
internal sealed unsafe class GroupSpreadPass : Pass
{
    // Rows that a tile goes through at once: its first row of dy serves one row only.
    const int MostRowsTogether = 28;

    readonly ConvShape _shape;
    readonly MapView _dy, _dx, _residual;
    readonly float* _weights;
    readonly int _width, _outputs;
    readonly GroupSpreadTile[] _tiles;

    /// <param name="width">Floats in a vector.</param>
    /// <param name="shape">The sizes of the forward convolution.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="weights">Packed as <see cref="WeightLayout"/> says, inputs and outputs exchanged.</param>
    /// <param name="residual">What is added to the gradient, or <see cref="MapView.None"/>.</param>
    /// <param name="dx">The gradient of the input.</param>
    public GroupSpreadPass(int width, ConvShape shape, MapView dy, Address weights, MapView residual, MapView dx)
    {
        (_width, _shape, _dy, _dx, _residual) = (width, shape, dy, dx, residual);
        _outputs = shape.OutputChannels / shape.Groups;
        _weights = weights.Pointer;
        var pairs = (shape.PadLeft + shape.InputWidth + 1) / 2 - shape.PadLeft / 2;
        var most = GroupSpreadTile.Most(width);
        var count = (pairs + most - 1) / most;
        // Tiles of two sizes at most, the larger first.
        var (larger, smaller) = (GroupSpreadTile.Create(width, (pairs + count - 1) / count), GroupSpreadTile.Create(width, pairs / count));
        _tiles = [.. Enumerable.Range(0, count).Select(i => i < pairs % count ? larger : smaller)];
    }

    public override int Rows => _shape.InputHeight;

    public override int BlocksTogether => 1;

    public override int RowsTogether => Math.Min(Rows, MostRowsTogether);

    public override IEnumerable<Delegate> Compiled => _tiles.Distinct().Select(tile => tile.Compiled);

    public override string TileName => $"grouped {6 * _tiles[0].Pairs}x1";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int image, int firstRow, int endRow, int firstBlock, int endBlock)
    {
        GroupSpreadArguments a = default;
        var order = stackalloc float[GroupOrder.Length];
        GroupOrder.Write(order, _outputs, _width);
        (a.Outputs, a.DyRow, a.DyRows) = (_outputs, _dy.Row, _shape.OutputHeight);
        a.Order = order;
        (a.FirstRow, a.EndRow) = (firstRow + _shape.PadTop, endRow + _shape.PadTop);
        (a.FirstColumn, a.EndColumn) = (_shape.PadLeft, _shape.PadLeft + _shape.InputWidth);
        (a.DxRow, a.ResidualRow) = (_dx.Row, _residual.Row);
        for (var block = firstBlock; block < endBlock; block++)
            for (var lane = 0; lane < Lanes.Block; lane += _width)
            {
                a.Lane = lane;
                a.Dy = _dy.At(image, block, 0);
                a.W = _weights + (nint)block * _outputs * GroupTranspose.Positions * Lanes.Block + lane;
                a.Dx = Origin(_dx, image, block) + lane;
                a.Residual = _residual.Start == 0 ? null : Origin(_residual, image, block) + lane;
                a.Half = a.FirstColumn / 2;
                foreach (var tile in _tiles)
                {
                    tile.Run(&a);
                    a.Half += tile.Pairs;
                }
            }
    }

    // Where the row and column would be that dy's first pixel reaches by the window's first.
    float* Origin(MapView map, int image, int block) => map.At(image, block, -_shape.PadTop) - _shape.PadLeft * map.Pixel;
}
