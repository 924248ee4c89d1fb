using Residuum.Foundation;
using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>Reads the window of a convolution or a pooling: kernel, strides, and one of ONNX's several ways to say padding.</summary>
static class OnnxWindows
{
    const long LargestKernel = 1 << 16;

    /// <summary>The window of a node for maps of this size, the padding apart; what <c>ceil_mode</c> adds below and on the right is
    /// <see cref="OnnxWindow.Excess"/>.</summary>
    public static OnnxWindow Read(OnnxNode node, long kernelHeight, long kernelWidth, int height, int width)
    {
        var kernel = Pair(node, "kernel_shape", [kernelHeight, kernelWidth], 1, LargestKernel);
        if (kernelHeight > 0 && (kernel[0] != kernelHeight || kernel[1] != kernelWidth))
            throw node.Refuse($"its kernel_shape is {kernel[0]}x{kernel[1]}, and its weight's is {kernelHeight}x{kernelWidth}");
        if (kernel[0] < 1 || kernel[1] < 1 || kernel[0] > LargestKernel || kernel[1] > LargestKernel)
            throw node.Refuse("its kernel_shape is missing or out of range");
        var strides = Pair(node, "strides", [1, 1], 1, LargestKernel);
        var dilations = Pair(node, "dilations", [1, 1], 1, LargestKernel);
        if (dilations[0] != 1 || dilations[1] != 1)
            throw node.Refuse($"its dilations are {dilations[0]}x{dilations[1]}, and only 1 is supported; choose a network without "
                + "dilated convolutions");
        var pads = node.Ints("pads") ?? [0, 0, 0, 0];
        if (pads.Length != 4 || pads.Any(pad => pad is < 0 or > LargestKernel))
            throw node.Refuse("its pads are not four numbers of 0 or more");
        switch (node.Text("auto_pad", "NOTSET"))
        {
            case "NOTSET" or "":
                break;
            case "VALID":
                pads = [0, 0, 0, 0];
                break;
            case "SAME_UPPER":
                pads = Same(kernel, strides, height, width, upper: true);
                break;
            case "SAME_LOWER":
                pads = Same(kernel, strides, height, width, upper: false);
                break;
            case var other:
                throw node.Refuse($"its auto_pad is {Printable.Quote(other)}; NOTSET, VALID, SAME_UPPER and SAME_LOWER are supported");
        }
        var padding = new OnnxPadding((int)pads[0], (int)pads[1], (int)pads[2], (int)pads[3]);
        var excess = default(OnnxPadding);
        if (node.Int("ceil_mode", 0) != 0)
            excess = new OnnxPadding(0, 0, Excess(kernel[0], strides[0], pads[0], pads[2], height),
                Excess(kernel[1], strides[1], pads[1], pads[3], width));
        return new OnnxWindow((int)kernel[0], (int)kernel[1], (int)strides[0], (int)strides[1], padding, excess);
    }

    static long[] Pair(OnnxNode node, string name, long[] otherwise, long least, long most)
    {
        var pair = node.Ints(name) ?? otherwise;
        if (pair.Length != 2) throw node.Refuse($"its {name} has {pair.Length} numbers; only two-dimensional operators are supported");
        if (!ReferenceEquals(pair, otherwise) && pair.Any(number => number < least || number > most))
            throw node.Refuse($"its {name} is out of range");
        return pair;
    }

    // So that there are ceil(size / stride) outputs; the odd row goes to the end (upper) or the beginning (lower).
    static long[] Same(long[] kernel, long[] strides, int height, int width, bool upper)
    {
        var pads = new long[4];
        for (var i = 0; i < 2; i++)
        {
            long size = i == 0 ? height : width;
            var all = Math.Max(((size + strides[i] - 1) / strides[i] - 1) * strides[i] + kernel[i] - size, 0);
            (pads[i], pads[i + 2]) = upper ? (all / 2, all - all / 2) : (all - all / 2, all / 2);
        }
        return pads;
    }

    // One more window where the last step does not come out even, unless it would begin beyond the map and its padding before.
    static int Excess(long kernel, long stride, long before, long after, long size)
    {
        var free = size + before + after - kernel;
        if (free < 0 || free % stride == 0) return 0;
        var more = free / stride + 1;
        return more * stride >= size + before ? 0 : (int)(stride - free % stride);
    }
}

/// <summary>A window as a file has it.</summary>
readonly record struct OnnxWindow(
    int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, OnnxPadding Padding, OnnxPadding Excess)
{
    /// <summary>Our window with this padding.</summary>
    public Window With(OnnxPadding padding) => new(
        KernelHeight, KernelWidth, StrideHeight, StrideWidth, padding.Top, padding.Left, padding.Bottom, padding.Right);

    /// <summary>Whether our windows may have this padding, which must be smaller than the kernel.</summary>
    public bool Takes(OnnxPadding padding) =>
        Math.Max(padding.Top, padding.Bottom) < KernelHeight && Math.Max(padding.Left, padding.Right) < KernelWidth;
}
