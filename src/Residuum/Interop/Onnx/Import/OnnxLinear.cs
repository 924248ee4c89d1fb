using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>ONNX's matrix products as linear layers: x w^T + b, with w as outputs x features.</summary>
static class OnnxLinear
{
    public static OnnxValue Gemm(OnnxStep step)
    {
        step.Expect(2, 3);
        var node = step.Node;
        node.Expect("transA", node.Int("transA", 0), 0, "rows of features must come first");
        var weight = step.Weight(1, 2);
        if (node.Int("transB", 0) == 0) weight = Transposed(step, weight);
        // The factor belongs to the node's own bias, not to one that a node behind it adds.
        var beta = node.Float("beta", 1);
        var bias = step.Has(2) ? Scaled(step, Vector(step, step.Constant(2), weight.Dimensions[0]), beta)
            : BiasBehind(step, weight.Dimensions[0], channelAxis: -1);
        weight = Scaled(step, weight, node.Float("alpha", 1));
        return Apply(step, step.Activation(0), weight, bias, OnnxForm.Rows);
    }

    public static OnnxValue MatMul(OnnxStep step)
    {
        step.Expect(2, 2);
        if (step.Inputs[1] is OnnxActivation)
            throw step.Node.Refuse("it multiplies two values that follow from the image (attention?), and only products with a constant "
                + "matrix are supported");
        var weight = Transposed(step, step.Weight(1, 2));
        return Apply(step, step.Activation(0), weight, BiasBehind(step, weight.Dimensions[0], channelAxis: -1), OnnxForm.Rows);
    }

    /// <summary>The linear layer.</summary>
    /// <param name="step">The node.</param>
    /// <param name="x">What it reads.</param>
    /// <param name="weight">Outputs x features.</param>
    /// <param name="bias">Outputs, or null.</param>
    /// <param name="form">What the result stands for.</param>
    public static OnnxActivation Apply(OnnxStep step, OnnxActivation x, OnnxConstant weight, OnnxConstant? bias, OnnxForm form)
    {
        var import = step.Import;
        var rows = x.Value;
        switch (x.Form)
        {
            case OnnxForm.Rows or OnnxForm.Pixel:
                break;
            case OnnxForm.LastRows:
                weight = Reordered(step, weight, import.ShapeOf(x.Value));
                rows = import.Emit($"{x.Name}/rows", new Flatten(), x.Value);
                break;
            default:
                throw step.Node.Refuse("its input is a map; flatten it before, or export the network for images");
        }
        var matrix = import.Weight(weight, ParameterRole.LinearWeight);
        return step.As(bias is null
            ? step.Emit(new Linear(), rows, matrix)
            : step.Emit(new Linear(), rows, matrix, import.Weight(bias, ParameterRole.LinearBias)), form);
    }

    /// <summary>The vector that the only reader of this node's result adds to its channels, or null; that reader is then done,
    /// too.</summary>
    /// <param name="step">The node.</param>
    /// <param name="outputs">Its channels.</param>
    /// <param name="channelAxis">Where channels stand among four dimensions (1), or -1 where they come last.</param>
    public static OnnxConstant? BiasBehind(OnnxStep step, int outputs, int channelAxis)
    {
        var import = step.Import;
        if (import.OnlyReader(step.Result) is not { Kind: "Add" } add || add.Proto.Input.Count != 2 || add.Proto.Output.Count != 1)
            return null;
        var other = add.Proto.Input[add.Proto.Input[0] == step.Result ? 1 : 0];
        if (import.Find(other) is not OnnxConstant { IsInteger: false } constant || constant.Count != outputs) return null;
        var axis = channelAxis == 1 ? constant.Dimensions.Length - 3 : constant.Dimensions.Length - 1;
        if (axis < 0 || constant.Dimensions[axis] != outputs) return null;
        step.Finish(add);
        return constant.Reshaped(constant.Name, [outputs]);
    }

    static OnnxConstant Vector(OnnxStep step, OnnxConstant constant, int outputs)
    {
        if (constant.IsInteger) throw step.Node.Refuse("its bias holds whole numbers");
        if (constant.Count == 1 && outputs > 1) return OnnxConstant.Filled(constant.Name, [outputs], constant.Uniform()!.Value);
        if (constant.Count != outputs || outputs > 1 && constant.Dimensions[^1] != outputs)
            throw step.Node.Refuse($"its bias is {constant.ShapeText} and must be one number for each of {outputs} outputs");
        return constant.Reshaped(constant.Name, [outputs]);
    }

    static OnnxConstant Transposed(OnnxStep step, OnnxConstant matrix)
    {
        var (rows, columns) = (matrix.Dimensions[0], matrix.Dimensions[1]);
        if (matrix.Everywhere is { } value) return OnnxConstant.Filled(matrix.Name, [columns, rows], value);
        step.Import.Charge(matrix.Count);
        var source = matrix.Numbers!.Span<float>();
        var target = new float[matrix.Count];
        for (var column = 0; column < columns; column++)
            for (var row = 0; row < rows; row++)
                target[column * rows + row] = source[row * columns + column];
        return OnnxConstant.Of(matrix.Name, Tensor.Of(new Shape(columns, rows), target));
    }

    static OnnxConstant Scaled(OnnxStep step, OnnxConstant constant, float factor)
    {
        if (factor == 1) return constant;
        if (!float.IsFinite(factor)) throw step.Node.Refuse($"its factor is {factor}");
        if (constant.Everywhere is { } value) return OnnxConstant.Filled(constant.Name, constant.Dimensions, value * factor);
        step.Import.Charge(constant.Count);
        return OnnxConstant.Of(constant.Name,
            Tensor.Of(constant.Numbers!.Shape, Array.ConvertAll(constant.ToFloats(), number => number * factor)));
    }

    // The columns of a matrix for features in the order H x W x C, put into ours, C x H x W.
    static OnnxConstant Reordered(OnnxStep step, OnnxConstant matrix, Shape map)
    {
        var (channels, pixels) = (map[1], map[2] * map[3]);
        var (outputs, features) = (matrix.Dimensions[0], matrix.Dimensions[1]);
        if ((long)channels * pixels != features)
            throw step.Node.Refuse($"its matrix is for {features} features, and it is given {(long)channels * pixels}");
        if (matrix.Everywhere is not null) return matrix;
        step.Import.Charge(matrix.Count);
        var source = matrix.Numbers!.Span<float>();
        var target = new float[matrix.Count];
        for (var output = 0; output < outputs; output++)
            for (var channel = 0; channel < channels; channel++)
                for (var pixel = 0; pixel < pixels; pixel++)
                    target[output * features + channel * pixels + pixel] = source[output * features + pixel * channels + channel];
        return OnnxConstant.Of(matrix.Name, Tensor.Of(new Shape(outputs, features), target));
    }
}
