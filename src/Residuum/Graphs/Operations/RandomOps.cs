using System.Collections.Immutable;
using Residuum.Tensors;

namespace Residuum.Graphs;

/// <summary>
/// An operation that is random in training and does nothing otherwise. With x alone it hands x on (inference). In training it also reads
/// a key of each image, N x 2 32-bit integers that the trainer draws from seed, step and the image's place in the batch; all of its random
/// numbers are functions of that key and its <see cref="Stream"/>, so that a run that was interrupted and resumed draws the same, and so
/// does the gradient, which is the same operation on dy. Random words: Philox4x32-10 under the key, at the counter (block, stream).
/// Inputs: x, optionally keys. Output: y.
/// </summary>
/// <param name="Rate">The share that is dropped, at least 0 and below 1.</param>
/// <param name="Stream">Which numbers it draws; each random operation of a network has its own.</param>
public abstract record RandomOp(float Rate, int Stream) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 2);
        if (!(Rate is >= 0 and < 1)) throw Mismatch($"a rate of {Rate} must be at least 0 and below 1");
        if (inputs[0].Shape.Rank is not (2 or 4))
            throw Mismatch($"its input must have 2 or 4 dimensions and has the shape {inputs[0].Shape}");
        if (inputs.Length > 1 && (inputs[1].Shape != new Shape(inputs[0].Shape[0], 2) || inputs[1].ElementType != ElementType.Int32))
            throw Mismatch($"its keys must be N x 2 32-bit integers and are {inputs[1]}");
        return [inputs[0]];
    }
}

/// <summary>
/// Dropout (Srivastava et al. 2014), scaled in training as every framework does: each element is 0 with probability rate and else
/// x / (1 - rate). Channel c of pixel (i, j) is dropped if word c mod 4 of block (floor(c / 4) H + i) W + j is below rate 2^32; rows are
/// maps of one pixel. Inputs: x (N x C x H x W, or N x F), optionally keys. Output: y.
/// </summary>
public sealed record Dropout(float Rate, int Stream) : RandomOp(Rate, Stream);

/// <summary>
/// Stochastic depth (Huang et al. 2016), scaled in training as in timm's drop path: all of an image is 0 with probability rate, which
/// is if the first word of block 0 is below rate 2^32, and else x / (1 - rate). Stands at the end of a residual branch.
/// Inputs: x (N x C x H x W, or N x F), optionally keys. Output: y.
/// </summary>
public sealed record StochasticDepth(float Rate, int Stream) : RandomOp(Rate, Stream);
