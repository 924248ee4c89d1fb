using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's poolings.</summary>
static class OnnxPooling
{
    public static OnnxValue Maximum(OnnxStep step)
    {
        step.Expect(1, 1);
        var node = step.Node;
        node.Expect("storage_order", node.Int("storage_order", 0), 0, "export it with the usual order");
        var (map, window) = Read(step);
        // Padding never wins, so what ceil_mode adds is just more of it.
        var padding = window.Padding.Plus(window.Excess);
        if (!window.Takes(padding)) throw node.Refuse("its padding is not smaller than its kernel");
        return step.Emit(OnnxForm.Map, new MaxPool(window.With(padding)), map);
    }

    public static OnnxValue Average(OnnxStep step)
    {
        step.Expect(1, 1);
        var node = step.Node;
        var countPadding = node.Int("count_include_pad", 0) != 0;
        var x = step.Activation(0);
        var (map, window) = Read(step);
        var (shape, padding) = (step.Import.ShapeOf(map), window.Padding);
        if (padding.IsNone && window.KernelHeight == shape[2] && window.KernelWidth == shape[3])
            return step.Emit(OnnxForm.Pixel, new GlobalAveragePool(), map);
        if (window is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1 } && padding.IsNone) return step.Same(x);
        if (padding.IsNone || window.Excess.IsNone) countPadding &= !padding.IsNone;
        else if (countPadding)
        {
            // Zeros count, but not what ceil_mode adds beyond them.
            map = step.Import.Emit($"{node.Name}/pad", new PadPixels(padding.Top, padding.Left, padding.Bottom, padding.Right), map);
            (padding, countPadding) = (default, false);
        }
        padding = padding.Plus(window.Excess);
        if (!window.Takes(padding)) throw node.Refuse("its padding is not smaller than its kernel");
        return step.Emit(OnnxForm.Map, new AveragePool(window.With(padding), countPadding), map);
    }

    public static OnnxValue GlobalAverage(OnnxStep step)
    {
        step.Expect(1, 1);
        var x = step.Activation(0);
        if (x.Form == OnnxForm.Pixel) return step.Same(x);
        if (x.Form != OnnxForm.Map) throw step.Node.Refuse("its input is not a map with channels before rows and columns");
        return step.Emit(OnnxForm.Pixel, new GlobalAveragePool(), step.Import.Map(x));
    }

    public static OnnxValue ReduceMean(OnnxStep step)
    {
        step.Expect(1, 2);
        var (node, x) = (step.Node, step.Activation(0));
        var axes = step.Has(1) ? step.Integers(1) : node.Ints("axes") ?? [];
        var keep = node.Int("keepdims", 1) != 0;
        node.Int("noop_with_empty_axes", 0);
        axes = [.. axes.Select(axis => axis < 0 ? axis + 4 : axis).Order()];
        var form = (x.Form, axes) switch
        {
            (OnnxForm.Map or OnnxForm.Pixel, [2, 3]) => OnnxForm.Pixel,
            (OnnxForm.LastMap or OnnxForm.LastPixel, [1, 2]) => OnnxForm.LastPixel,
            _ => throw node.Refuse($"it takes the mean over the axes {string.Join(", ", axes)}, and only that over rows and "
                + "columns is supported"),
        };
        if (!keep) form = OnnxForm.Rows;
        return x.Form is OnnxForm.Pixel or OnnxForm.LastPixel ? step.As(x.Value, form)
            : step.Emit(form, new GlobalAveragePool(), step.Import.Map(x));
    }

    static (Value Map, OnnxWindow Window) Read(OnnxStep step)
    {
        var x = step.Activation(0);
        if (x.Form is not (OnnxForm.Map or OnnxForm.Pixel))
            throw step.Node.Refuse("its input is not a map with channels before rows and columns");
        var map = step.Import.Map(x);
        var shape = step.Import.ShapeOf(map);
        return (map, OnnxWindows.Read(step.Node, 0, 0, shape[2], shape[3]));
    }
}
