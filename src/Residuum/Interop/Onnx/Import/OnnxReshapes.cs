using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's operators that move no numbers, or only between the orders of TensorFlow and PyTorch: most become nothing.</summary>
static class OnnxReshapes
{
    public static OnnxValue Flatten(OnnxStep step)
    {
        step.Expect(1, 1);
        var x = step.Activation(0);
        var axis = step.Node.Int("axis", 1);
        var rank = step.Import.Sides(x).Length + 1;
        if (axis != 1 && axis != 1 - rank)
            throw step.Node.Refuse($"its axis is {axis}, and only 1, which keeps images apart, is supported");
        return To(step, x, [step.Import.Sides(x).Aggregate(1L, (product, side) => checked(product * side))]);
    }

    public static OnnxValue Reshape(OnnxStep step)
    {
        step.Expect(2, 2);
        var (node, x) = (step.Node, step.Activation(0));
        var target = (long[])(step.Constant(1).Integers ?? throw node.Refuse("its shape holds no whole numbers")).Clone();
        var (sides, batch) = (step.Import.Sides(x), step.Import.Batch);
        var one = sides.Aggregate(1L, (product, side) => checked(product * side));
        if (target.Length == 0) throw node.Refuse("its shape is that of a scalar");
        if (node.Int("allowzero", 0) == 0)
            for (var i = 1; i < target.Length; i++)
                if (target[i] == 0) target[i] =
                    i <= sides.Length ? sides[i - 1] : throw node.Refuse("its shape copies a dimension that is not there");
        if (target.Skip(1).Any(side => side is < -1 or 0)) throw node.Refuse($"its shape {Text(target)} is not supported");
        var known = target.Skip(1).Where(side => side > 0).Aggregate(1L, (product, side) => checked(product * side));
        var open = target.Skip(1).Count(side => side == -1);
        // Images stay apart: the first dimension is their number, said in one of several ways.
        var first = target[0];
        var apart = first is 0 or OnnxConstant.FreeBatch || first == batch || (first == -1 && open == 0 && known == one);
        if (first == -1 && open > 0 || open > 1 || !apart || (open == 1 ? one % known != 0 : known != one))
            throw node.Refuse($"it makes {Text(target)} of "
                + $"{(batch == OnnxConstant.FreeBatch ? "N" : $"{batch}")}x{string.Join('x', sides)}, which does not keep images apart");
        for (var i = 1; i < target.Length; i++)
            if (target[i] == -1) target[i] = one / known;
        return To(step, x, target[1..]);
    }

    public static OnnxValue Squeeze(OnnxStep step)
    {
        step.Expect(1, 2);
        var x = step.Activation(0);
        var sides = step.Import.Sides(x).ToList();
        var axes = Axes(step, sides.Count + 1)
            ?? [.. Enumerable.Range(1, sides.Count).Where(axis => sides[axis - 1] == 1).Select(axis => (long)axis)];
        foreach (var axis in axes.OrderDescending())
        {
            if (axis < 1 || axis > sides.Count || sides[(int)axis - 1] != 1)
                throw step.Node.Refuse($"its axis {axis} is not one of size 1 of an image");
            sides.RemoveAt((int)axis - 1);
        }
        return To(step, x, [.. sides]);
    }

    public static OnnxValue Unsqueeze(OnnxStep step)
    {
        step.Expect(1, 2);
        var x = step.Activation(0);
        var sides = step.Import.Sides(x).ToList();
        var raw = step.Has(1) ? step.Integers(1) : step.Node.Ints("axes") ?? throw step.Node.Refuse("its axes are missing");
        foreach (var axis in raw.Select(axis => axis < 0 ? axis + sides.Count + 1 + raw.Length : axis).Order())
        {
            if (axis < 1 || axis > sides.Count + 1) throw step.Node.Refuse($"its axis {axis} is out of range");
            sides.Insert((int)axis - 1, 1);
        }
        return To(step, x, [.. sides]);
    }

    public static OnnxValue Transpose(OnnxStep step)
    {
        step.Expect(1, 1);
        var (node, x) = (step.Node, step.Settled(step.Activation(0)));
        var order = node.Ints("perm");
        OnnxForm? form = (x.Form, order) switch
        {
            (_, [0, 1]) or (_, [0, 1, 2, 3]) => x.Form,
            (OnnxForm.LastMap, [0, 3, 1, 2]) => OnnxForm.Map,
            (OnnxForm.LastPixel, [0, 3, 1, 2]) => OnnxForm.Pixel,
            (OnnxForm.Map, [0, 2, 3, 1]) => OnnxForm.LastMap,
            (OnnxForm.Pixel, [0, 2, 3, 1]) => OnnxForm.LastPixel,
            _ => null,
        };
        return form is { } known ? step.As(x.Value, known)
            : throw node.Refuse($"it reorders dimensions as {(order is null ? "reversed" : string.Join(", ", order))}, and only channels "
            + "may change between first and last");
    }

    public static OnnxValue Shape(OnnxStep step)
    {
        step.Expect(1, 1);
        long[] all = [step.Import.Batch, .. step.Import.Sides(step.Activation(0))];
        return OnnxConstant.List(step.Result, OnnxFolding.Part(step.Node, all));
    }

    /// <summary>The same numbers of each image with these dimensions.</summary>
    static OnnxActivation To(OnnxStep step, OnnxActivation x, long[] sides)
    {
        var import = step.Import;
        if (import.Sides(x).SequenceEqual(sides)) return step.Same(x);
        x = step.Settled(x);
        var shape = import.ShapeOf(x.Value);
        if (sides is [var features])
        {
            if (shape.Rank == 2) return step.As(x.Value, OnnxForm.Rows);
            var inOrder = x.Form == OnnxForm.Map || shape[1] == 1 || (shape[2] == 1 && shape[3] == 1);
            return inOrder ? step.Emit(OnnxForm.Rows, new Flatten(), x.Value) : step.As(x.Value, OnnxForm.LastRows);
        }
        if (sides is [var channels, var height, var width] && x.Form is OnnxForm.Rows or OnnxForm.Pixel or OnnxForm.LastPixel)
        {
            if (height == 1 && width == 1) return step.As(x.Value, OnnxForm.Pixel);
            if (channels == 1 && height == 1) return step.As(x.Value, OnnxForm.LastPixel);
            return step.Emit(OnnxForm.Map, new Unflatten(checked((int)channels), checked((int)height), checked((int)width)), x.Value);
        }
        throw step.Node.Refuse($"it makes Nx{Text(sides)} of Nx{Text(import.Sides(x))}, and only rows and maps are supported");
    }

    static long[]? Axes(OnnxStep step, int rank)
    {
        var axes = step.Has(1) ? step.Integers(1) : step.Node.Ints("axes");
        return axes is null ? null : [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Distinct()];
    }

    static string Text(IEnumerable<long> sides) =>
        string.Join('x', sides.Take(8).Select(side => side == OnnxConstant.FreeBatch ? "N" : $"{side}"));
}
