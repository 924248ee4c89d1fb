using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// Convolution (cross-correlation, as every framework has it): y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c,i*s+u-p,j*s+v-p].
/// With groups, channels fall into that many equal parts in order, and the outputs of a part see only its inputs.
/// Inputs: x (N x C x H x W), w (O x C/groups x KH x KW), optionally b (O). Output: y.
/// </summary>
public sealed record Conv2d(Window Window, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 3);
        return [InferOutput(inputs[0], inputs[1], inputs.Length > 2 ? inputs[2] : null)];
    }

    internal TensorType InferOutput(TensorType x, TensorType w, TensorType? bias)
    {
        ExpectRank(x, 4, "image");
        var outputs = w.Shape.Rank > 0 ? w.Shape[0] : 0;
        if (GroupsComplaint(Groups, x.Shape[1], outputs) is { } wrong) throw Mismatch(wrong);
        ExpectShape(w, new Tensors.Shape(outputs, x.Shape[1] / Groups, Window.KernelHeight, Window.KernelWidth), "weight");
        if (Window.Complaint(x.Shape[2], x.Shape[3]) is { } complaint) throw Mismatch(complaint);
        if (bias is { } b) ExpectShape(b, new Tensors.Shape(w.Shape[0]), "bias");
        return x.With(x.Shape[0], w.Shape[0], Window.OutputHeight(x.Shape[2]), Window.OutputWidth(x.Shape[3]));
    }

    // Why so many channels cannot fall into groups, or null if they can.
    internal static string? GroupsComplaint(int groups, int inputs, int outputs) =>
        groups < 1 ? $"{groups} groups; there must be at least one"
        : inputs % groups != 0 || outputs % groups != 0 ? $"{inputs} input and {outputs} output channels do not divide into {groups} groups"
        : null;

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        inputs[1].Shape.Count * outputs[0].Shape[2] * outputs[0].Shape[3];
}

/// <summary>
/// The gradient of <see cref="Conv2d"/> with respect to its image of the given size. Inputs: dy, w. Output: dx.
/// </summary>
public sealed record ConvInputGradient(Window Window, int InputHeight, int InputWidth, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "gradient");
        ExpectRank(inputs[1], 4, "weight");
        var (height, width) = (Window.OutputHeight(InputHeight), Window.OutputWidth(InputWidth));
        ExpectShape(inputs[0], new Tensors.Shape(inputs[0].Shape[0], inputs[1].Shape[0], height, width), "gradient");
        if (Conv2d.GroupsComplaint(Groups, Groups, inputs[1].Shape[0]) is { } wrong) throw Mismatch(wrong);
        return [inputs[0].With(inputs[0].Shape[0], inputs[1].Shape[1] * Groups, InputHeight, InputWidth)];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        inputs[1].Shape.Count * inputs[0].Shape[2] * inputs[0].Shape[3];
}

/// <summary>
/// The gradient of <see cref="Conv2d"/> with respect to its weight, summed over the batch. Inputs: x, dy. Output: dw.
/// </summary>
public sealed record ConvWeightGradient(Window Window, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "image");
        ExpectRank(inputs[1], 4, "gradient");
        var (x, dy) = (inputs[0].Shape, inputs[1].Shape);
        ExpectShape(inputs[1], new Tensors.Shape(x[0], dy[1], Window.OutputHeight(x[2]), Window.OutputWidth(x[3])), "gradient");
        if (Conv2d.GroupsComplaint(Groups, x[1], dy[1]) is { } wrong) throw Mismatch(wrong);
        return [inputs[0].With(dy[1], x[1] / Groups, Window.KernelHeight, Window.KernelWidth)];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) =>
        outputs[0].Shape.Count * inputs[1].Shape[2] * inputs[1].Shape[3];
}
