using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's arithmetic with broadcasting, as far as residual networks need it.</summary>
static class OnnxArithmetic
{
    public static OnnxValue Add(OnnxStep step)
    {
        step.Expect(2, 2);
        return (step.Inputs[0], step.Inputs[1]) switch
        {
            (OnnxActivation x, OnnxActivation y) => Added(step, x, y),
            (OnnxActivation x, OnnxConstant c) => Shifted(step, x, c, 1),
            (OnnxConstant c, OnnxActivation x) => Shifted(step, x, c, 1),
            _ => throw step.Node.Refuse("both of its inputs are constants"),
        };
    }

    public static OnnxValue Sum(OnnxStep step)
    {
        step.Expect(1, 1024);
        var sum = step.Activation(0);
        for (var i = 1; i < step.Inputs.Length; i++) sum = Added(step, sum, step.Activation(i));
        return step.Same(sum);
    }

    public static OnnxValue Subtract(OnnxStep step)
    {
        step.Expect(2, 2);
        switch (step.Inputs[0], step.Inputs[1])
        {
            case (OnnxActivation x, OnnxConstant c):
                return Shifted(step, x, c, -1);
            case (OnnxConstant c, OnnxActivation x) when c.Uniform() is { } number && Fits(step, x, c):
                x = step.Settled(x);
                return step.Emit(x.Form, new Affine(-1, number), x.Value);
            default:
                throw step.Node.Refuse("only the difference of a value and a constant is supported");
        }
    }

    public static OnnxValue Multiply(OnnxStep step)
    {
        step.Expect(2, 2);
        switch (step.Inputs[0], step.Inputs[1])
        {
            case (OnnxActivation x, OnnxActivation y):
                return Multiplied(step, x, y);
            case (OnnxActivation x, OnnxConstant c):
                return Scaled(step, x, c, inverse: false);
            case (OnnxConstant c, OnnxActivation x):
                return Scaled(step, x, c, inverse: false);
            default:
                throw step.Node.Refuse("both of its inputs are constants");
        }
    }

    public static OnnxValue Divide(OnnxStep step)
    {
        step.Expect(2, 2);
        return step.Inputs[0] is OnnxActivation x && step.Inputs[1] is OnnxConstant c ? Scaled(step, x, c, inverse: true)
            : throw step.Node.Refuse("only the quotient of a value and a constant is supported");
    }

    static OnnxActivation Added(OnnxStep step, OnnxActivation x, OnnxActivation y)
    {
        (x, y) = Alike(step, x, y);
        return step.Emit(x.Form, new Add(), x.Value, y.Value);
    }

    static OnnxActivation Multiplied(OnnxStep step, OnnxActivation x, OnnxActivation y)
    {
        var import = step.Import;
        if (IsPixel(import, x) && !IsPixel(import, y)) (x, y) = (y, x);
        var squeezed = (x.Form, y.Form) is (OnnxForm.Map, OnnxForm.Map or OnnxForm.Pixel) or (
            OnnxForm.LastMap, OnnxForm.LastMap or OnnxForm.LastPixel);
        if (squeezed && IsPixel(import, y) && !IsPixel(import, x) && import.ShapeOf(x.Value)[1] == import.ShapeOf(y.Value)[1])
        {
            var scales = import.ShapeOf(y.Value).Rank == 2 ? y.Value : import.Emit($"{y.Name}/rows", new Flatten(), y.Value);
            return step.Emit(x.Form, new ScaleChannels(), import.Map(x), scales);
        }
        (x, y) = Alike(step, x, y);
        return step.Emit(x.Form, new Multiply(), x.Value, y.Value);
    }

    // The same form and the same shape, or a refusal.
    static (OnnxActivation, OnnxActivation) Alike(OnnxStep step, OnnxActivation x, OnnxActivation y)
    {
        (x, y) = (step.Settled(x), step.Settled(y));
        if (x.Form == OnnxForm.Pixel && y.Form == OnnxForm.Map) x = new(x.Name, step.Import.Map(x), OnnxForm.Map);
        if (y.Form == OnnxForm.Pixel && x.Form == OnnxForm.Map) y = new(y.Name, step.Import.Map(y), OnnxForm.Map);
        if (x.Form != y.Form || step.Import.ShapeOf(x.Value) != step.Import.ShapeOf(y.Value))
            throw step.Node.Refuse($"its inputs are {Text(step, x)} and {Text(step, y)}, and values of different shapes are not supported");
        return (x, y);
    }

    static bool IsPixel(OnnxImport import, OnnxActivation x) =>
        x.Form is OnnxForm.Pixel or OnnxForm.LastPixel
        || x.Form is OnnxForm.Map or OnnxForm.LastMap && x.Padding.IsNone && import.ShapeOf(x.Value) is var shape && shape[2] == 1
        && shape[3] == 1;

    static OnnxActivation Shifted(OnnxStep step, OnnxActivation x, OnnxConstant c, float sign)
    {
        Check(step, x, c);
        x = step.Settled(x);
        if (c.Uniform() is { } number) return number == 0 ? step.Same(x) : step.Emit(x.Form, new Affine(1, sign * number), x.Value);
        return OnnxNormalizations.Channels(step, x, null, Changed(step, x, c, value => sign * value));
    }

    static OnnxActivation Scaled(OnnxStep step, OnnxActivation x, OnnxConstant c, bool inverse)
    {
        Check(step, x, c);
        x = step.Settled(x);
        if (c.Uniform() is { } number)
        {
            if (inverse) number = 1 / number;
            return number == 1 ? step.Same(x) : step.Emit(x.Form, new Affine(number, ShiftBehind(step)), x.Value);
        }
        return OnnxNormalizations.Channels(step, x, Changed(step, x, c, value => inverse ? 1 / value : value), null);
    }

    // A scale and the shift right behind it are one operation of ours.
    static float ShiftBehind(OnnxStep step)
    {
        var import = step.Import;
        if (import.OnlyReader(step.Result) is not { Kind: "Add" } add || add.Proto.Input.Count != 2 || add.Proto.Output.Count != 1)
            return 0;
        var other = add.Proto.Input[add.Proto.Input[0] == step.Result ? 1 : 0];
        if (import.Find(other) is not OnnxConstant { IsInteger: false, Count: 1 } constant || constant.Dimensions.Length > 2) return 0;
        step.Finish(add);
        return constant.Uniform()!.Value;
    }

    static OnnxConstant Changed(OnnxStep step, OnnxActivation x, OnnxConstant c, Func<float, float> change)
    {
        var channels = step.Import.ShapeOf(x.Value)[1];
        step.Import.Charge(c.Count);
        var values = Array.ConvertAll(c.ToFloats(), value => change(value));
        return OnnxConstant.Of(c.Name, Tensors.Tensor.Of(new Tensors.Shape(channels), values));
    }

    static void Check(OnnxStep step, OnnxActivation x, OnnxConstant c)
    {
        if (!Fits(step, x, c))
            throw step.Node.Refuse($"its constant is {c.ShapeText}{(c.IsInteger ? " whole numbers" : "")}, and only one number, or one "
                + $"for each channel of {Text(step, x)}, is supported");
    }

    // One number that does not add dimensions, or one for each channel.
    static bool Fits(OnnxStep step, OnnxActivation x, OnnxConstant c)
    {
        var sides = step.Import.Sides(x);
        if (c.IsInteger || c.Dimensions.Length > sides.Length + 1) return false;
        if (c.Count == 1) return true;
        var channelsBack = x.Form is OnnxForm.Map or OnnxForm.Pixel ? 3 : 1;
        var channels = x.Form == OnnxForm.LastRows ? -1 : step.Import.ShapeOf(x.Value)[1];
        return c.Dimensions.Length >= channelsBack && c.Dimensions[^channelsBack] == channels && c.Count == channels;
    }

    static string Text(OnnxStep step, OnnxActivation x) => $"Nx{string.Join('x', step.Import.Sides(x))}";
}
