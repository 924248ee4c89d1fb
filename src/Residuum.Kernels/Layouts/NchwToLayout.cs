using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// Copies dense NCHW images (or rows of channels x height x width numbers) into maps, the halo and the lanes past the last channel
/// zero. The vectors are of four floats whatever the processor: four by four is what transposes well, and memory is the limit.
/// </summary>
internal sealed unsafe class NchwToLayout(Address source, Map target) : MapKernel(target.Layout)
{
    readonly Address _source = source;
    readonly Map _target = target;

    public override string Name => "nchw_to_layout_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var layout = _target.Layout;
        var plane = (long)layout.Height * layout.Width;
        var source = _source.Pointer + ((long)image * layout.Channels + (long)block * layout.Inner) * plane;
        var channels = Math.Min(layout.Inner, layout.Channels - block * layout.Inner);
        var (lines, pixels) = _target.IsContiguous ? (1, rows * layout.Width) : (rows, layout.Width);
        for (var line = 0; line < lines; line++)
        {
            var from = source + (long)(firstRow + line) * layout.Width;
            var to = _target.Row(image, block, firstRow + line);
            if (layout.Inner == Lanes.Block) Blocked(from, plane, channels, to, pixels);
            else Interleaved(from, plane, channels, to, pixels);
        }
        _target.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Blocked(float* source, long plane, int channels, float* target, int pixels)
    {
        for (var lane = 0; lane < Lanes.Block; lane += 4, source += 4 * plane, target += 4)
        {
            var pixel = 0;
            if (channels >= lane + 4)
                for (; pixel + 4 <= pixels; pixel += 4)
                {
                    var a = Vector128.Load(source + pixel);
                    var b = Vector128.Load(source + plane + pixel);
                    var c = Vector128.Load(source + 2 * plane + pixel);
                    var d = Vector128.Load(source + 3 * plane + pixel);
                    PixelTranspose.Transpose(ref a, ref b, ref c, ref d);
                    var to = target + pixel * Lanes.Block;
                    a.Store(to);
                    b.Store(to + Lanes.Block);
                    c.Store(to + 2 * Lanes.Block);
                    d.Store(to + 3 * Lanes.Block);
                }
            var filled = Math.Clamp(channels - lane, 0, 4);
            for (; pixel < pixels; pixel++)
            {
                var to = target + pixel * Lanes.Block;
                for (var i = 0; i < filled; i++) to[i] = source[i * plane + pixel];
                for (var i = filled; i < 4; i++) to[i] = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Interleaved(float* source, long plane, int channels, float* target, int pixels)
    {
        if (channels == 3)
        {
            var green = source + plane;
            var blue = green + plane;
            for (var pixel = 0; pixel < pixels; pixel++, target += 3)
            {
                target[0] = source[pixel];
                target[1] = green[pixel];
                target[2] = blue[pixel];
            }
        }
        else
        {
            for (var channel = 0; channel < channels; channel++)
                for (var pixel = 0; pixel < pixels; pixel++) target[(long)pixel * channels + channel] = source[channel * plane + pixel];
        }
    }
}
