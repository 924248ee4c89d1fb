using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>
/// y[n,c,i,j] = x[n,c,i,j] s[n,c]: how squeeze-and-excitation (Hu et al. 2018, equation 4) scales the channels of each image.
/// Inputs: x (N x C x H x W), s (N x C). Output: y.
/// </summary>
public sealed record ScaleChannels : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "image");
        ExpectShape(inputs[1], new Shape(inputs[0].Shape[0], inputs[0].Shape[1]), "scale");
        return [inputs[0]];
    }
}

/// <summary>
/// The gradient of <see cref="ScaleChannels"/> with respect to the scales: ds[n,c] = sum over pixels of x dy. Inputs: x, dy. Output: N x C.
/// </summary>
public sealed record ScaleChannelsGradient : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, 2);
        ExpectRank(inputs[0], 4, "image");
        ExpectShape(inputs[1], inputs[0].Shape, "gradient");
        return [inputs[0].With(inputs[0].Shape[0], inputs[0].Shape[1])];
    }
}

/// <summary>The channels of all inputs in order. Inputs: two or more maps of one size. Output: N x (sum of channels) x H x W.</summary>
public sealed record Concat : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 2, int.MaxValue);
        ExpectRank(inputs[0], 4, "image");
        var shape = inputs[0].Shape;
        var channels = shape[1];
        foreach (var input in inputs[1..])
        {
            ExpectRank(input, 4, "image");
            ExpectShape(input, new Shape(shape[0], input.Shape[1], shape[2], shape[3]), "further image");
            channels = checked(channels + input.Shape[1]);
        }
        return [inputs[0].With(shape[0], channels, shape[2], shape[3])];
    }
}
