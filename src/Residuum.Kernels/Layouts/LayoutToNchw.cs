using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Copies maps out into dense NCHW images, which are also rows of channels x height x width numbers: what a linear layer after a
/// flattening reads.
/// </summary>
internal sealed unsafe class LayoutToNchw(Map source, Address target) : MapKernel(source.Layout)
{
    readonly Map _source = source;
    readonly Address _target = target;

    public override string Name => "layout_to_nchw_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var layout = _source.Layout;
        var plane = (long)layout.Height * layout.Width;
        var target = _target.Pointer + ((long)image * layout.Channels + (long)block * layout.Inner) * plane;
        var channels = Math.Min(layout.Inner, layout.Channels - block * layout.Inner);
        var (lines, pixels) = _source.IsContiguous ? (1, rows * layout.Width) : (rows, layout.Width);
        for (var line = 0; line < lines; line++)
            Copy(_source.Row(image, block, firstRow + line), layout.Inner, channels, target + (long)(firstRow + line) * layout.Width,
                plane, pixels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Copy(float* source, int inner, int channels, float* target, long plane, int pixels)
    {
        for (var channel = 0; channel < channels; channel += 4, source += 4, target += 4 * plane)
        {
            var pixel = 0;
            if (channels >= channel + 4)
                for (; pixel + 4 <= pixels; pixel += 4)
                {
                    var from = source + (long)pixel * inner;
                    var a = Vector128.Load(from);
                    var b = Vector128.Load(from + inner);
                    var c = Vector128.Load(from + 2 * inner);
                    var d = Vector128.Load(from + 3 * inner);
                    PixelTranspose.Transpose(ref a, ref b, ref c, ref d);
                    a.Store(target + pixel);
                    b.Store(target + plane + pixel);
                    c.Store(target + 2 * plane + pixel);
                    d.Store(target + 3 * plane + pixel);
                }
            var filled = Math.Min(channels - channel, 4);
            for (; pixel < pixels; pixel++)
                for (var i = 0; i < filled; i++) target[i * plane + pixel] = source[(long)pixel * inner + i];
        }
    }
}
