using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's convolutions. A bias that an exporter adds behind one becomes its own; zeros padded before one become its
/// padding.</summary>
static class OnnxConvolutions
{
    public static OnnxValue Convolution(OnnxStep step)
    {
        step.Expect(2, 3);
        var (node, x) = (step.Node, step.Activation(0));
        var weight = step.Weight(1, 4);
        var groups = Groups(step);
        var outputs = weight.Dimensions[0];
        var bias = step.Has(2) ? step.Weight(2, 1)
            : OnnxLinear.BiasBehind(step, outputs, channelAxis: x.Form == OnnxForm.Pixel ? 1 : x.Form == OnnxForm.Map ? 1 : -1);
        if (x.Form == OnnxForm.Pixel && weight.Dimensions[2] == 1 && weight.Dimensions[3] == 1 && groups == 1)
        {
            var one = OnnxWindows.Read(node, 1, 1, 1, 1);
            if (one.Padding.IsNone) return OnnxLinear.Apply(
                step, x, weight.Reshaped(weight.Name, [outputs, weight.Dimensions[1]]), bias, OnnxForm.Pixel);
        }
        if (x.Form is not (OnnxForm.Map or OnnxForm.Pixel))
            throw node.Refuse("its input is not a map with channels before rows and columns");
        var sides = step.Import.Sides(x);
        var window = OnnxWindows.Read(node, weight.Dimensions[2], weight.Dimensions[3], (int)sides[1], (int)sides[2]);
        var padding = window.Padding.Plus(x.Padding);
        Value map;
        if (x.Form == OnnxForm.Map && window.Takes(padding)) map = x.Value;
        else (map, padding) = Padded(step, x, window);
        var op = new Conv2d(window.With(padding), groups);
        var kernel = step.Import.Weight(weight, ParameterRole.ConvWeight);
        return step.As(bias is null
            ? step.Emit(op, map, kernel)
            : step.Emit(op, map, kernel, step.Import.Weight(bias, ParameterRole.ConvBias)), OnnxForm.Map);
    }

    public static OnnxValue Transposed(OnnxStep step)
    {
        step.Expect(2, 3);
        var (node, x) = (step.Node, step.Activation(0));
        var weight = step.Weight(1, 4);
        var groups = Groups(step);
        var outputs = checked(weight.Dimensions[1] * groups);
        var bias = step.Has(2) ? step.Weight(2, 1) : OnnxLinear.BiasBehind(step, outputs, channelAxis: 1);
        if (x.Form is not (OnnxForm.Map or OnnxForm.Pixel))
            throw node.Refuse("its input is not a map with channels before rows and columns");
        if (node.Has("output_shape")) throw node.Refuse("its attribute output_shape is not supported; give pads and output_padding");
        if (node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID" or ""))
            throw node.Refuse("its attribute auto_pad is not supported; give pads and output_padding");
        var extra = node.Ints("output_padding") ?? [0, 0];
        if (extra.Length != 2 || extra.Any(number => number is < 0 or > 1 << 16))
            throw node.Refuse("its output_padding is not two numbers of 0 or more");
        var window = OnnxWindows.Read(node, weight.Dimensions[2], weight.Dimensions[3], 1, 1);
        var op = new ConvTranspose2d(window.With(window.Padding), (int)extra[0], (int)extra[1], groups);
        var (map, kernel) = (step.Import.Map(x), step.Import.Weight(weight, ParameterRole.ConvWeight));
        return step.As(bias is null
            ? step.Emit(op, map, kernel)
            : step.Emit(op, map, kernel, step.Import.Weight(bias, ParameterRole.ConvBias)), OnnxForm.Map);
    }

    // More zeros than the kernel is wide: they are added before.
    static (Value Map, OnnxPadding Left) Padded(OnnxStep step, OnnxActivation x, OnnxWindow window)
    {
        var map = step.Import.Map(x);
        if (window.Takes(window.Padding)) return (map, window.Padding);
        var (top, left, bottom, right) = window.Padding;
        return (step.Import.Emit($"{step.Node.Name}/pad", new PadPixels(top, left, bottom, right), map), default);
    }

    static int Groups(OnnxStep step)
    {
        var groups = step.Node.Int("group", 1);
        return groups is >= 1 and <= 1 << 20 ? (int)groups : throw step.Node.Refuse($"its attribute group is {groups}");
    }
}
