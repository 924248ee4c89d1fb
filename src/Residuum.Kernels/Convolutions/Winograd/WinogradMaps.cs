using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>Winograd's transforms of a group of tiles of a map. What lies beyond a map and its halo is zero.</summary>
internal static unsafe class WinogradMaps<TVector, TOps, TWinograd>
    where TVector : struct where TOps : struct, IOps<TVector> where TWinograd : struct, IWinograd
{
    static int Side => TWinograd.Outputs + 2;

    /// <summary><see cref="Input"/> as an object.</summary>
    public static Delegate Compiled => new InputOf(Input);

    delegate void InputOf(in Map x, ConvShape shape, in WinogradTiles tiles, in WinogradTiles.Group group, int block, float* v,
        nint product);

    /// <summary>V = Bᵀ d B of one block of channels; a tile's numbers are a product apart, tiles 16 floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(in Map x, ConvShape shape, in WinogradTiles tiles, in WinogradTiles.Group group, int block, float* v,
        nint product)
    {
        var edge = stackalloc float[Side * Side * Lanes.Block];
        var layout = x.Layout;
        var (endRow, endColumn) = (layout.Height + layout.Halo, layout.Width + layout.Halo);
        for (var image = group.FirstImage; image < group.EndImage; image++)
            for (var row = group.FirstRow; row < group.EndRow; row++)
            {
                var top = row * TWinograd.Outputs - shape.PadTop;
                for (var column = 0; column < tiles.Columns; column++, v += Lanes.Block)
                {
                    var left = column * TWinograd.Outputs - shape.PadLeft;
                    var source = x.Row(image, block, 0) + (nint)top * layout.RowStride + left * Lanes.Block;
                    nint stride = layout.RowStride;
                    if (top + Side > endRow || left + Side > endColumn)
                    {
                        CopyEdge(source, stride, Math.Min(Side, endRow - top), Math.Min(Side, endColumn - left), Side, edge);
                        source = edge;
                        stride = Side * Lanes.Block;
                    }
                    for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
                        TWinograd.Input<TVector, TOps>(source + lane, stride, v + lane, product);
                }
            }
    }

    /// <summary>Z = A dY Aᵀ of one block of channels; a tile's numbers are a product apart, tiles <paramref name="tileStep"/>
    /// floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(in Map dy, in WinogradTiles tiles, in WinogradTiles.Group group, int block, float* z, int tileStep,
        nint product)
    {
        var edge = stackalloc float[TWinograd.Outputs * TWinograd.Outputs * Lanes.Block];
        for (var image = group.FirstImage; image < group.EndImage; image++)
            for (var row = group.FirstRow; row < group.EndRow; row++)
            {
                var rows = tiles.ValidRows(row);
                var line = dy.Row(image, block, row * TWinograd.Outputs);
                for (var column = 0; column < tiles.Columns; column++, z += tileStep)
                {
                    var source = line + column * TWinograd.Outputs * Lanes.Block;
                    nint stride = dy.Layout.RowStride;
                    var columns = tiles.ValidColumns(column);
                    if (rows < TWinograd.Outputs || columns < TWinograd.Outputs)
                    {
                        CopyEdge(source, stride, rows, columns, TWinograd.Outputs, edge);
                        source = edge;
                        stride = TWinograd.Outputs * Lanes.Block;
                    }
                    for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
                        TWinograd.Gradient<TVector, TOps>(source + lane, stride, z + lane, product);
                }
            }
    }

    static void CopyEdge(float* source, nint stride, int rows, int columns, int side, float* target)
    {
        new Span<float>(target, side * side * Lanes.Block).Clear();
        for (var row = 0; row < rows; row++)
            new ReadOnlySpan<float>(source + row * stride, columns * Lanes.Block)
                .CopyTo(new Span<float>(target + row * side * Lanes.Block, columns * Lanes.Block));
    }
}
