using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>Which elements a slice takes along one dimension.</summary>
readonly record struct OnnxRange(long Start, long Step, long Count);

/// <summary>
/// What ONNX's operators make of constants: exporters write sizes, pads and the shapes of reshapes as long chains of these. What
/// they take in memory counts as that of the file does.
/// </summary>
static class OnnxFolding
{
    // Bytes for each element that moves: where it comes from, a copy, and itself.
    const int Strided = 2 * sizeof(int) + 2 * sizeof(long);

    public static OnnxValue Constant(OnnxStep step)
    {
        step.Expect(0, 0);
        var node = step.Node;
        if (node.Tensor("value") is { } tensor) return tensor.Named(step.Result);
        if (node.Has("value_int")) return OnnxConstant.Of(step.Result, [], [node.Int("value_int", 0)]);
        if (node.Ints("value_ints") is { } integers) return OnnxConstant.List(step.Result, integers);
        if (node.Has("value_float")) return OnnxConstant.Of(step.Result, Tensor.Of(new Shape(), [node.Float("value_float", 0)]));
        if (node.Floats("value_floats") is { } floats) return OnnxConstant.Of(step.Result, Tensor.Of(new Shape(floats.Length), floats));
        throw node.Refuse("it has no value of numbers");
    }

    public static OnnxValue ConstantOfShape(OnnxStep step)
    {
        step.Expect(1, 1);
        var sides = step.Integers(0);
        var value = step.Node.Tensor("value");
        if (value is { Count: not 1 }) throw step.Node.Refuse("its value is not one number");
        if (sides.Length > 8 || sides.Any(side => side is < 0 or > int.MaxValue) || !Elements.TryCount(sides, out var count)
            || count > 1L << 31)
            throw step.Node.Refuse($"its shape {string.Join('x', sides.Take(8))} is not one that a tensor can have");
        ImmutableArray<int> dimensions = [.. sides.Select(side => (int)side)];
        if (value is not { IsInteger: true }) return OnnxConstant.Filled(step.Result, dimensions, value?.Uniform() ?? 0);
        step.Import.Charge(count, sizeof(long));
        return OnnxConstant.Of(step.Result, dimensions, [.. Enumerable.Repeat(value.Integers![0], (int)count)]);
    }

    // The constant itself, so that readers of both names share one weight; named as the file's weight is.
    public static OnnxValue Identity(OnnxStep step)
    {
        step.Expect(1, 1);
        return step.Constant(0);
    }

    public static OnnxValue Cast(OnnxStep step)
    {
        step.Expect(1, 1);
        var constant = step.Constant(0);
        step.Node.Int("saturate", 1);
        step.Import.Charge(constant.Count, sizeof(long));
        switch (step.Node.Int("to", 0))
        {
            case 1 or 10 or 11 or 16 when !constant.IsInteger:
            case 6 or 7 when constant.IsInteger:
                return constant.Named(step.Result);
            case 1 or 10 or 11 or 16:
                return OnnxConstant.Of(step.Result,
                    Tensor.Of(new Shape(constant.Dimensions.AsSpan()), Array.ConvertAll(Whole(step, constant), number => (float)number)));
            case 6 or 7:
                return OnnxConstant.Of(step.Result, constant.Dimensions, Array.ConvertAll(constant.ToFloats(),
                    number => MathF.Abs(number) < 1e18f ? (long)number : throw step.Node.Refuse($"it makes a whole number of {number}")));
            default:
                throw step.Node.Refuse("the type that it makes is not supported");
        }
    }

    public static OnnxValue Shape(OnnxStep step)
    {
        step.Expect(1, 1);
        return OnnxConstant.List(step.Result, Part(step.Node, [.. step.Constant(0).Dimensions.Select(side => (long)side)]));
    }

    /// <summary>The dimensions that a node Shape asks for, all unless it has a start and an end.</summary>
    public static long[] Part(OnnxNode node, long[] all)
    {
        var start = Place(node.Int("start", 0), all.Length);
        var end = Place(node.Int("end", all.Length), all.Length);
        return start < end ? all[(int)start..(int)end] : [];
    }

    public static OnnxValue Gather(OnnxStep step)
    {
        step.Expect(2, 2);
        var (data, indices) = (step.Constant(0), step.Integers(1));
        var axis = step.Node.Int("axis", 0);
        if (data.Dimensions.Length != 1 || axis is not (0 or -1) || data.Integers is not { } integers)
            throw step.Node.Refuse("only elements of a list of whole numbers can be gathered");
        step.Import.Charge(indices.Length, sizeof(long));
        return OnnxConstant.Of(step.Result, step.Constant(1).Dimensions, Array.ConvertAll(indices, index =>
            index >= -integers.Length && index < integers.Length ? integers[index < 0 ? index + integers.Length : index]
            : throw step.Node.Refuse($"its index {index} is not within {integers.Length}")));
    }

    public static OnnxValue Concat(OnnxStep step)
    {
        step.Expect(1, 4096);
        var axis = step.Node.Int("axis", 0);
        OnnxConstant[] parts = [.. Enumerable.Range(0, step.Inputs.Length).Select(step.Constant)];
        if (axis is not (0 or -1) || parts.Any(part => part.Dimensions.Length != 1 || part.IsInteger != parts[0].IsInteger))
            throw step.Node.Refuse("only lists can be joined, of whole numbers or of others");
        foreach (var part in parts) step.Import.Charge(part.Count, 3 * sizeof(long));
        if (parts[0].IsInteger) return OnnxConstant.List(step.Result, [.. parts.SelectMany(part => part.Integers!)]);
        float[] numbers = [.. parts.SelectMany(part => part.ToFloats())];
        return OnnxConstant.Of(step.Result, Tensor.Of(new Shape(numbers.Length), numbers));
    }

    public static OnnxValue Slice(OnnxStep step)
    {
        step.Expect(1, 5);
        var constant = step.Constant(0);
        var ranges = Ranges(step, [.. constant.Dimensions.Select(side => (long)side)], batchAt: -1);
        var strides = constant.Strides();
        var offset = 0L;
        for (var d = 0; d < ranges.Length; d++)
        {
            offset += ranges[d].Start * strides[d];
            strides[d] *= ranges[d].Step;
        }
        step.Import.Charge(ranges.Aggregate(1L, (product, range) => product * range.Count), Strided);
        return constant.Strided(step.Result, [.. ranges.Select(range => (int)range.Count)], strides, offset);
    }

    public static OnnxValue Reshape(OnnxStep step)
    {
        step.Expect(2, 2);
        var constant = step.Constant(0);
        var target = (long[])step.Integers(1).Clone();
        if (step.Node.Int("allowzero", 0) == 0)
            for (var i = 0; i < target.Length; i++)
                if (target[i] == 0 && i < constant.Dimensions.Length) target[i] = constant.Dimensions[i];
        var known = target.Where(side => side != -1).Aggregate(1L, (product, side) => checked(product * side));
        if (target.Count(side => side == -1) > 1 || known < 0) throw step.Node.Refuse("its shape is not one");
        for (var i = 0; i < target.Length; i++)
            if (target[i] == -1) target[i] = known == 0 ? 0 : constant.Count / known;
        if (target.Aggregate(1L, (product, side) => checked(product * side)) != constant.Count
            || target.Any(side => side is < 0 or > int.MaxValue))
            throw step.Node.Refuse($"it makes {string.Join('x', target)} of {constant.ShapeText}");
        return constant.Reshaped(step.Result, [.. target.Select(side => (int)side)]);
    }

    public static OnnxValue Squeeze(OnnxStep step)
    {
        step.Expect(1, 2);
        var constant = step.Constant(0);
        var axes = (step.Has(1) ? step.Integers(1) : step.Node.Ints("axes"))?.Select(axis => Axis(step, axis, constant.Dimensions.Length))
            .ToHashSet();
        return constant.Reshaped(step.Result, [.. constant.Dimensions.Where((side, axis) =>
            !(axes is null ? side == 1 : axes.Contains(axis)
                && (side == 1 ? true : throw step.Node.Refuse($"its axis {axis} has the size {side}"))))]);
    }

    public static OnnxValue Unsqueeze(OnnxStep step)
    {
        step.Expect(1, 2);
        var constant = step.Constant(0);
        var axes = step.Has(1) ? step.Integers(1) : step.Node.Ints("axes") ?? throw step.Node.Refuse("its axes are missing");
        var sides = constant.Dimensions.ToList();
        foreach (var axis in axes.Select(axis => Axis(step, axis, constant.Dimensions.Length + axes.Length)).Order())
            sides.Insert(axis <= sides.Count ? axis : throw step.Node.Refuse($"its axis {axis} is out of range"), 1);
        return constant.Reshaped(step.Result, [.. sides]);
    }

    public static OnnxValue Transpose(OnnxStep step)
    {
        step.Expect(1, 1);
        var constant = step.Constant(0);
        var rank = constant.Dimensions.Length;
        var order = step.Node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        if (order.Length != rank || order.Distinct().Count() != rank || order.Any(axis => axis < 0 || axis >= rank))
            throw step.Node.Refuse("its perm is no order of the dimensions");
        var strides = constant.Strides();
        step.Import.Charge(constant.Count, Strided);
        return constant.Strided(step.Result, [.. order.Select(axis => constant.Dimensions[(int)axis])],
            Array.ConvertAll(order, axis => strides[axis]), 0);
    }

    public static OnnxValue ReduceProduct(OnnxStep step)
    {
        step.Expect(1, 2);
        step.Node.Ints("axes");
        var integers = step.Integers(0);
        var keep = step.Node.Int("keepdims", 1) != 0;
        if (step.Constant(0).Dimensions.Length != 1) throw step.Node.Refuse("only the product of a list is supported");
        return OnnxConstant.Of(step.Result, keep ? [1] : [], [integers.Aggregate(1L, (product, number) => checked(product * number))]);
    }

    public static OnnxValue Arithmetic(OnnxStep step)
    {
        step.Expect(2, 2);
        var (left, right) = (step.Constant(0), step.Constant(1));
        if (!left.IsInteger || !right.IsInteger)
            throw step.Node.Refuse("arithmetic on constants is supported for whole numbers; export with constant folding");
        var (a, b) = (step.Integers(0), step.Integers(1));
        if (a.Length != 1 && b.Length != 1 && !left.Dimensions.AsSpan().SequenceEqual(right.Dimensions.AsSpan()))
            throw step.Node.Refuse($"its inputs are {left.ShapeText} and {right.ShapeText}, and only equal shapes, or one number with "
                + "others, are supported");
        // One number takes the other's shape, which has as many dimensions as the one that has more.
        var (all, one) = b.Length == 1 ? (left, right) : (right, left);
        ImmutableArray<int> dimensions =
            [.. Enumerable.Repeat(1, Math.Max(0, one.Dimensions.Length - all.Dimensions.Length)), .. all.Dimensions];
        step.Import.Charge(all.Count, sizeof(long));
        var results = new long[all.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (x, y) = (a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
            results[i] = step.Node.Kind switch
            {
                "Add" => checked(x + y),
                "Sub" => checked(x - y),
                "Mul" => checked(x * y),
                _ => y != 0 ? checked(x / y) : throw step.Node.Refuse("it divides by zero"),
            };
        }
        return OnnxConstant.Of(step.Result, dimensions, results);
    }

    /// <summary>What a node Slice takes of each dimension.</summary>
    /// <param name="step">The node.</param>
    /// <param name="sides">The dimensions.</param>
    /// <param name="batchAt">The dimension that must stay whole, or -1.</param>
    public static OnnxRange[] Ranges(OnnxStep step, long[] sides, int batchAt)
    {
        var node = step.Node;
        var old = node.Opset < 10;
        var starts = (old ? node.Ints("starts") : step.Has(1) ? step.Integers(1) : null) ?? throw node.Refuse("its starts are missing");
        var ends = (old ? node.Ints("ends") : step.Has(2) ? step.Integers(2) : null) ?? throw node.Refuse("its ends are missing");
        var axes = (old ? node.Ints("axes") : step.Has(3) ? step.Integers(3) : null)
            ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        var steps = (!old && step.Has(4) ? step.Integers(4) : null) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw node.Refuse("its starts, ends, axes and steps have different lengths");
        var ranges = Array.ConvertAll(sides, side => new OnnxRange(0, 1, side));
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = Axis(step, axes[i], sides.Length);
            if (steps[i] == 0 || Math.Abs(steps[i]) > 1 << 20) throw node.Refuse($"its step is {steps[i]}");
            var range = Range(starts[i], ends[i], steps[i], sides[axis]);
            if (axis == batchAt)
            {
                if (starts[i] != 0 || ends[i] < int.MaxValue || steps[i] != 1) throw node.Refuse("it takes some images of a batch");
                continue;
            }
            if (range.Count < 1) throw node.Refuse("it takes nothing");
            ranges[axis] = range;
        }
        return ranges;
    }

    static OnnxRange Range(long start, long end, long step, long side)
    {
        var (least, most) = step > 0 ? (0L, side) : (-1L, side - 1);
        start = Math.Clamp(start < 0 ? start + side : start, step > 0 ? 0 : -1, most);
        end = Math.Clamp(end < 0 && end > long.MinValue + side ? end + side : end, least, most);
        var count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
        return new OnnxRange(start, step, Math.Max(count, 0));
    }

    static int Axis(OnnxStep step, long axis, int rank)
    {
        if (axis < 0) axis += rank;
        return axis >= 0 && axis < rank ? (int)axis : throw step.Node.Refuse($"its axis {axis} is not within {rank} dimensions");
    }

    static long Place(long place, int length) => Math.Clamp(place < 0 ? place + length : place, 0, length);

    static long[] Whole(OnnxStep step, OnnxConstant constant) =>
        constant.Integers ?? throw step.Node.Refuse("its input holds no whole numbers");
}
