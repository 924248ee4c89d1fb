using Residuum.Foundation;
using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's operators that make maps larger or smaller without computing on their numbers, but for interpolation.</summary>
static class OnnxLayouts
{
    public static OnnxValue Pad(OnnxStep step)
    {
        step.Expect(1, 4);
        var (node, x) = (step.Node, step.Activation(0));
        var mode = node.Text("mode", "constant");
        if (mode != "constant") throw node.Refuse($"its mode is {Printable.Quote(mode)}, and only padding with zeros is supported");
        var value = node.Opset < 11 ? node.Float("value", 0) : step.Number(2, 0);
        if (value != 0) throw node.Refuse($"it pads with {value}, and only zeros are supported");
        var given = (node.Opset < 11 ? node.Ints("pads") : step.Has(1) ? step.Integers(1) : null)
            ?? throw node.Refuse("its pads are missing");
        var axes = step.Has(3) ? [.. step.Integers(3).Select(axis => axis < 0 ? axis + 4 : axis)]
            : Enumerable.Range(0, given.Length / 2).Select(axis => (long)axis).ToArray();
        if (given.Length != 2 * axes.Length || axes.Any(axis => axis is < 0 or > 3) || given.Any(pad => Math.Abs(pad) > 1 << 20))
            throw node.Refuse("its pads are not two numbers for each dimension");
        if (x.Form is not (OnnxForm.Map or OnnxForm.LastMap or OnnxForm.Pixel))
            return given.All(pad => pad == 0) ? step.Same(x) : throw node.Refuse("its input is not a map");
        var pads = new int[8];
        for (var i = 0; i < axes.Length; i++) (pads[axes[i]], pads[4 + axes[i]]) = ((int)given[i], (int)given[axes.Length + i]);
        var (c, h, w) = x.Form == OnnxForm.LastMap ? (3, 1, 2) : (1, 2, 3);
        if (pads[0] != 0 || pads[4] != 0) throw node.Refuse("it pads the images of a batch");
        var form = x.Form == OnnxForm.LastMap ? OnnxForm.LastMap : OnnxForm.Map;
        if (pads.All(pad => pad == 0)) return step.Same(x);
        var onlyZeros = pads[c] == 0 && pads[4 + c] == 0 && pads.Min() >= 0;
        if (onlyZeros && x.Form == OnnxForm.Map)
            return new OnnxActivation(step.Result, x.Value, OnnxForm.Map,
                x.Padding.Plus(new OnnxPadding(pads[h], pads[w], pads[4 + h], pads[4 + w])));
        var map = step.Import.Map(x);
        if (Math.Min(Math.Min(pads[h], pads[w]), Math.Min(pads[4 + h], pads[4 + w])) < 0)
            map = step.Emit(new CropPixels(Cut(pads[h]), Cut(pads[w]), Cut(pads[4 + h]), Cut(pads[4 + w])), map);
        if (pads[c] < 0 || pads[4 + c] < 0) throw node.Refuse("it takes channels away; use a slice");
        if (Math.Max(Math.Max(pads[h], pads[w]), Math.Max(pads[4 + h], pads[4 + w])) > 0)
            map = step.Emit(new PadPixels(Grown(pads[h]), Grown(pads[w]), Grown(pads[4 + h]), Grown(pads[4 + w])), map);
        if (pads[c] != 0 || pads[4 + c] != 0) map = step.Emit(new PadChannels(pads[c], pads[4 + c]), map);
        return step.As(map, form);

        static int Cut(int pad) => Math.Max(-pad, 0);
        static int Grown(int pad) => Math.Max(pad, 0);
    }

    public static OnnxValue Slice(OnnxStep step)
    {
        step.Expect(1, 5);
        var (node, x) = (step.Node, step.Activation(0));
        if (x.Form is not (OnnxForm.Map or OnnxForm.LastMap)) throw node.Refuse("only slices of maps are supported");
        long[] sides = [1, .. step.Import.Sides(x)];
        var ranges = OnnxFolding.Ranges(step, sides, batchAt: 0);
        var (c, h, w) = x.Form == OnnxForm.LastMap ? (3, 1, 2) : (1, 2, 3);
        if (ranges.Any(range => range.Step < 1)) throw node.Refuse("it runs backwards or is empty");
        if (ranges[c].Step != 1) throw node.Refuse("it takes every few channels, and only neighbouring ones are supported");
        var map = step.Import.Map(x);
        if (ranges[c].Count < sides[c]) map = step.Emit(new SliceChannels((int)ranges[c].Start, (int)ranges[c].Count), map);
        // With steps, rows up to the end are kept: the last step decides what of them is taken.
        var (bottom, right) = (Rest(ranges[h], sides[h]), Rest(ranges[w], sides[w]));
        if (ranges[h].Start + ranges[w].Start + bottom + right > 0)
            map = step.Emit(new CropPixels((int)ranges[h].Start, (int)ranges[w].Start, bottom, right), map);
        if (ranges[h].Step > 1 || ranges[w].Step > 1) map = step.Emit(new Subsample((int)ranges[h].Step, (int)ranges[w].Step), map);
        return step.As(map, x.Form);

        static int Rest(OnnxRange range, long size)
        {
            var rest = size - range.Start - ((range.Count - 1) * range.Step + 1);
            return rest < range.Step ? 0 : (int)rest;
        }
    }

    public static OnnxValue Concat(OnnxStep step)
    {
        step.Expect(1, 4096);
        var node = step.Node;
        var first = step.Activation(0);
        var rank = step.Import.Sides(first).Length + 1;
        var axis = node.Int("axis", 1);
        if (axis < 0) axis += rank;
        if (step.Inputs.Length == 1) return step.Same(first);
        var last = first.Form is OnnxForm.LastMap or OnnxForm.LastPixel;
        if (axis != (last ? 3 : 1) || first.Form == OnnxForm.LastRows)
            throw node.Refuse($"it joins along the axis {axis}, and only channels can be joined");
        var inputs = Enumerable.Range(0, step.Inputs.Length).Select(step.Activation).ToArray();
        var rows = first.Form is OnnxForm.Rows;
        if (inputs.Any(input => (input.Form is OnnxForm.Rows) != rows || (input.Form is OnnxForm.LastMap or OnnxForm.LastPixel) != last))
            throw node.Refuse("its inputs are of different kinds");
        var maps = inputs.Select(input => rows
            ? step.Import.Emit($"{input.Name}/map", new Unflatten(step.Import.ShapeOf(input.Value)[1], 1, 1), input.Value)
            : step.Import.Map(input)).ToArray();
        var joined = step.Emit(new Concat(), maps);
        return rows ? step.As(step.Import.Emit($"{node.Name}/rows", new Flatten(), joined), OnnxForm.Rows)
            : step.As(joined, last ? OnnxForm.LastMap : OnnxForm.Map);
    }

    public static OnnxValue Resize(OnnxStep step)
    {
        step.Expect(1, 4);
        var (node, x) = (step.Node, step.Activation(0));
        var mode = node.Text("mode", "nearest");
        var coordinates = node.Opset < 11 ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        var rounding = node.Opset < 11 ? "floor" : node.Text("nearest_mode", "round_prefer_floor");
        node.Float("cubic_coeff_a", 0);
        node.Float("extrapolation_value", 0);
        node.Expect("exclude_outside", node.Int("exclude_outside", 0), 0, "resize by whole factors");
        node.Expect("antialias", node.Int("antialias", 0), 0, "resize by whole factors");
        var scalesAt = node.Opset < 11 ? 1 : 2;
        var (factorHeight, factorWidth) = step.Has(3) ? FactorsOfSizes(step, x) : Factors(step, x, Scales(step, scalesAt));
        var upsample = (mode, coordinates, rounding) switch
        {
            ("nearest", "asymmetric", "floor") or ("nearest", "half_pixel" or "pytorch_half_pixel",
                "round_prefer_floor" or "round_prefer_ceil") => UpsampleMode.Nearest,
            ("linear" or "bilinear", "half_pixel" or "pytorch_half_pixel", _) => UpsampleMode.Bilinear,
            _ => throw node.Refuse($"resizing by {mode} with {coordinates} coordinates{(mode == "nearest" ? $" and {rounding}" : "")} is "
                + "not supported; use nearest, or bilinear with align_corners=False"),
        };
        return Enlarged(step, x, factorHeight, factorWidth, upsample);
    }

    public static OnnxValue Upsample(OnnxStep step)
    {
        step.Expect(1, 2);
        var (node, x) = (step.Node, step.Activation(0));
        if (node.Text("mode", "nearest") != "nearest")
            throw node.Refuse("only nearest is supported for this operator; export it with opset 11 or later");
        var scales = node.Opset < 9 ? node.Floats("scales") ?? throw node.Refuse("its scales are missing") : Scales(step, 1);
        var (factorHeight, factorWidth) = Factors(step, x, scales);
        return Enlarged(step, x, factorHeight, factorWidth, UpsampleMode.Nearest);
    }

    static OnnxActivation Enlarged(OnnxStep step, OnnxActivation x, int factorHeight, int factorWidth, UpsampleMode mode) =>
        factorHeight == 1 && factorWidth == 1 ? step.Same(x)
        : step.Emit(x.Form == OnnxForm.LastMap ? OnnxForm.LastMap : OnnxForm.Map, new Upsample(factorHeight, factorWidth, mode),
        step.Import.Map(x));

    static float[] Scales(OnnxStep step, int index) =>
        step.Has(index) && !step.Constant(index).IsInteger ? step.Constant(index).ToFloats()
            : throw step.Node.Refuse("its scales are missing");

    static (int, int) Factors(OnnxStep step, OnnxActivation x, float[] scales)
    {
        var (c, h, w) = x.Form == OnnxForm.LastMap ? (3, 1, 2) : (1, 2, 3);
        if (scales.Length != 4 || scales[0] != 1 || scales[c] != 1) throw step.Node.Refuse("its scales are not those of rows and columns");
        return (Whole(scales[h]), Whole(scales[w]));

        int Whole(float scale) => scale is >= 1 and <= 1024 && scale == MathF.Floor(scale) ? (int)scale
            : throw step.Node.Refuse($"its scale is {scale}, and only whole factors are supported");
    }

    static (int, int) FactorsOfSizes(OnnxStep step, OnnxActivation x)
    {
        var sizes = step.Constant(3).Integers;
        var sides = step.Import.Sides(x);
        if (sizes is not { Length: 4 } || sides.Length != 3) throw step.Node.Refuse("its sizes are missing");
        var scales = new float[4];
        scales[0] = 1;
        for (var i = 1; i < 4; i++)
            scales[i] = sizes[i] % sides[i - 1] == 0 ? sizes[i] / sides[i - 1]
                : throw step.Node.Refuse($"it makes {sizes[i]} of {sides[i - 1]}, and only whole factors are supported");
        return Factors(step, x, scales);
    }
}
