using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// Dropout by counter-based random words: y = 0 or x / (1 - rate). Four neighbouring channels of a pixel share a block of words; its number
/// is (channel / 4 x height + row) x width + column. The gradient is the same on dy.
/// </summary>
internal sealed unsafe class DropoutKernel : MapKernel
{
    readonly Map _x;
    readonly Map _y;
    readonly Address _keys;
    readonly RandomDrop _drop;

    /// <summary>
    /// Keys are two 32-bit integers an image. The maps may differ in their halo, or be the same; rows of features are maps of one pixel
    /// whose one block holds them all.
    /// </summary>
    public DropoutKernel(Map x, Address keys, Map y, RandomDrop drop) : base(y.Layout) =>
        (_x, _y, _keys, _drop) = (x, y.Like(x, nameof(y)), keys, drop);

    public override string Name => "dropout_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var layout = _y.Layout;
        for (var row = firstRow; row < firstRow + rows; row++)
            for (var lane = 0; lane < layout.Inner; lane += 4)
            {
                var group = (ulong)((long)block * layout.Inner + lane) / 4;
                var number = (group * (ulong)layout.Height + (ulong)row) * (ulong)layout.Width;
                Line(image, number, _x.Row(image, block, row) + lane, _y.Row(image, block, row) + lane, Math.Min(4, layout.Inner - lane));
            }
        _y.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Line(int image, ulong number, float* x, float* y, int lanes)
    {
        var (pixels, step) = (_y.Layout.Width, _y.Layout.Inner);
        for (var pixel = 0; pixel < pixels; pixel++, x += step, y += step)
        {
            var (first, second, third, fourth) = _drop.Words(_keys, image, number + (ulong)pixel);
            Drop(first, x, y, 0);
            if (lanes > 1) Drop(second, x, y, 1);
            if (lanes > 2) Drop(third, x, y, 2);
            if (lanes > 3) Drop(fourth, x, y, 3);
        }
    }

    // Not a product, which would be NaN where an infinity is dropped.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Drop(uint word, float* x, float* y, int lane) => y[lane] = _drop.Factor(word) is var factor && factor == 0 ? 0 : x[lane] * factor;
}
