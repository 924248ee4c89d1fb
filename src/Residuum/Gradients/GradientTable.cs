using System.Collections.Frozen;
using Residuum.Graphs;

namespace Residuum.Gradients;

/// <summary>Appends what makes the gradients of a node's inputs; returns one for each of those that have one, or null.</summary>
delegate Value?[] GradientRule(GradientContext context);

/// <summary>How an operation is differentiated.</summary>
/// <param name="Inputs">How many of its inputs, from the first, have a gradient. The others are labels and running statistics.</param>
/// <param name="Rule">Makes the gradients of those inputs.</param>
sealed record GradientEntry(int Inputs, GradientRule Rule);

/// <summary>
/// How each operation is differentiated, and why some are not. Every operation is differentiated through its first output only: the
/// further ones (positions, statistics, the loss of each image) are by-products of the forward pass.
/// A test fails when an operation is in neither of the two tables.
/// </summary>
static class GradientTable
{
    const string Source = "it has no inputs";
    const string SecondOrder = "it is a gradient itself, and second derivatives are not built";
    const string AfterGradients = "passes make it after gradients are appended";

    /// <summary>The rules of the differentiable operations.</summary>
    public static FrozenDictionary<Type, GradientEntry> Entries { get; } = new Dictionary<Type, GradientEntry>
    {
        [typeof(Conv2d)] = new(3, Convolution),
        [typeof(BatchNorm)] = new(3, Normalization),
        [typeof(Relu)] = new(1, context => [context.Append("dx", new ReluGradient(), context.Node.Output(), context.Dy)]),
        [typeof(Add)] = new(2, context => [context.Wants[0] ? context.Dy : null, context.Wants[1] ? context.Dy : null]),
        [typeof(MaxPool)] = new(1, MaximumPooling),
        [typeof(GlobalAveragePool)] = new(1, context =>
            [context.Append("dx", new GlobalAveragePoolGradient(context.Dimension(0, 2), context.Dimension(0, 3)), context.Dy)]),
        [typeof(Linear)] = new(3, LinearLayer),
        [typeof(Flatten)] = new(1, context =>
            [context.Append("dx", new Unflatten(context.Dimension(0, 1), context.Dimension(0, 2), context.Dimension(0, 3)), context.Dy)]),
        [typeof(Unflatten)] = new(1, context => [context.Append("dx", new Flatten(), context.Dy)]),
        [typeof(Subsample)] = new(1, Subsampling),
        [typeof(PadChannels)] = new(1, context =>
            [context.Append("dx", new SliceChannels(((PadChannels)context.Node.Op).Before, context.Dimension(0, 1)), context.Dy)]),
        [typeof(SoftmaxCrossEntropy)] = new(1, CrossEntropy),
        [typeof(AveragePool)] = new(1, AveragePooling),
        [typeof(Multiply)] = new(2, context =>
            [context.AppendFor(0, "dx", new Multiply(), context.Dy, context.Input(1)),
                context.AppendFor(1, "dx", new Multiply(), context.Dy, context.Input(0))]),
        [typeof(Affine)] = new(1, context => [context.Append("dx", (Affine)context.Node.Op with { Shift = 0 }, context.Dy)]),
        [typeof(Sigmoid)] = new(1, context => [context.Append("dx", new SigmoidGradient(), context.Node.Output(), context.Dy)]),
        [typeof(Clip)] = new(1, Clipping),
        [typeof(Softmax)] = new(1, context => [context.Append("dx", new SoftmaxGradient(), context.Node.Output(), context.Dy)]),
        [typeof(ScaleChannels)] = new(2, context =>
            [context.AppendFor(0, "dx", new ScaleChannels(), context.Dy, context.Input(1)),
                context.AppendFor(1, "ds", new ScaleChannelsGradient(), context.Input(0), context.Dy)]),
        [typeof(Concat)] = new(int.MaxValue, Concatenation),
        [typeof(PadPixels)] = new(1, PixelPadding),
        [typeof(CropPixels)] = new(1, PixelCropping),
        [typeof(Upsample)] = new(1, Upsampling),
        [typeof(ConvTranspose2d)] = new(3, TransposedConvolution),
        [typeof(Dropout)] = new(1, RandomDropping),
        [typeof(StochasticDepth)] = new(1, RandomDropping),
        [typeof(MeanSquaredError)] = new(1, context =>
            [context.Append("dx", new MeanSquaredErrorGradient(), context.Input(0), context.Input(1), context.Dy)]),
    }.ToFrozenDictionary();

    /// <summary>The operations without a rule, with the reason.</summary>
    public static FrozenDictionary<Type, string> Exemptions { get; } = new Dictionary<Type, string>
    {
        [typeof(Input)] = Source,
        [typeof(Parameter)] = Source,
        [typeof(State)] = Source,
        [typeof(Constant)] = Source,
        [typeof(ConvInputGradient)] = SecondOrder,
        [typeof(ConvWeightGradient)] = SecondOrder,
        [typeof(BatchNormGradient)] = SecondOrder,
        [typeof(ScaleShift)] = AfterGradients,
        [typeof(ChannelSum)] = SecondOrder,
        [typeof(ReluGradient)] = SecondOrder,
        [typeof(MaxPoolGradient)] = SecondOrder,
        [typeof(GlobalAveragePoolGradient)] = SecondOrder,
        [typeof(LinearInputGradient)] = SecondOrder,
        [typeof(LinearWeightGradient)] = SecondOrder,
        [typeof(SubsampleGradient)] = SecondOrder,
        [typeof(SliceChannels)] = SecondOrder,
        [typeof(SoftmaxCrossEntropyGradient)] = SecondOrder,
        [typeof(AveragePoolGradient)] = SecondOrder,
        [typeof(SigmoidGradient)] = SecondOrder,
        [typeof(ClipGradient)] = SecondOrder,
        [typeof(SoftmaxGradient)] = SecondOrder,
        [typeof(ScaleChannelsGradient)] = SecondOrder,
        [typeof(UpsampleGradient)] = SecondOrder,
        [typeof(MeanSquaredErrorGradient)] = SecondOrder,
        [typeof(FusedConv2d)] = AfterGradients,
        [typeof(FusedBatchNorm)] = AfterGradients,
        [typeof(FusedScaleShift)] = AfterGradients,
        [typeof(FusedBatchNormGradient)] = AfterGradients,
        [typeof(FusedConvInputGradient)] = AfterGradients,
        [typeof(SummedBatchNormGradient)] = AfterGradients,
        [typeof(FusedScaleChannels)] = AfterGradients,
        [typeof(FoldedWeight)] = AfterGradients,
        [typeof(FoldedBias)] = AfterGradients,
    }.ToFrozenDictionary();

    static Value?[] Convolution(GradientContext context)
    {
        var (window, groups) = (Conv2d)context.Node.Op;
        return
        [
            context.Wants[0]
                ? context.Append(
                    "dx", new ConvInputGradient(window, context.Dimension(0, 2), context.Dimension(0, 3), groups), context.Dy,
                        context.Input(1))
                : null,
            context.AppendFor(1, "dw", new ConvWeightGradient(window, groups), context.Input(0), context.Dy),
            context.AppendFor(2, "db", new ChannelSum(), context.Dy),
        ];
    }

    // One node makes all three: dx needs the sums that dgamma and dbeta are.
    static Value?[] Normalization(GradientContext context)
    {
        var node = context.Node;
        var three = context.Append("dx", new BatchNormGradient(((BatchNorm)node.Op).Statistics),
            context.Input(0), context.Dy, context.Input(1), node.Output(BatchNorm.Mean), node.Output(BatchNorm.InverseDeviation));
        return [.. Enumerable.Range(0, 3).Select(i => context.Wants[i] ? three with { Output = i } : (Value?)null)];
    }

    static Value?[] MaximumPooling(GradientContext context)
    {
        var window = ((MaxPool)context.Node.Op).Window;
        var op = new MaxPoolGradient(window, context.Dimension(0, 2), context.Dimension(0, 3));
        return [context.Append("dx", op, context.Dy, context.Node.Output(1))];
    }

    static Value?[] LinearLayer(GradientContext context) =>
    [
        context.AppendFor(0, "dx", new LinearInputGradient(), context.Dy, context.Input(1)),
        context.AppendFor(1, "dw", new LinearWeightGradient(), context.Input(0), context.Dy),
        context.AppendFor(2, "db", new ChannelSum(), context.Dy),
    ];

    static Value?[] Subsampling(GradientContext context)
    {
        var (strideHeight, strideWidth) = (Subsample)context.Node.Op;
        var op = new SubsampleGradient(strideHeight, strideWidth, context.Dimension(0, 2), context.Dimension(0, 3));
        return [context.Append("dx", op, context.Dy)];
    }

    static Value?[] CrossEntropy(GradientContext context)
    {
        var op = new SoftmaxCrossEntropyGradient(((SoftmaxCrossEntropy)context.Node.Op).LabelSmoothing);
        return [context.Append("dx", op, context.Input(0), context.Input(1), context.Dy)];
    }

    static Value?[] AveragePooling(GradientContext context)
    {
        var (window, countPadding) = (AveragePool)context.Node.Op;
        var op = new AveragePoolGradient(window, countPadding, context.Dimension(0, 2), context.Dimension(0, 3));
        return [context.Append("dx", op, context.Dy)];
    }

    static Value?[] Clipping(GradientContext context)
    {
        var (least, greatest) = (Clip)context.Node.Op;
        return [context.Append("dx", new ClipGradient(least, greatest), context.Node.Output(), context.Dy)];
    }

    static Value?[] Concatenation(GradientContext context)
    {
        var gradients = new Value?[context.Node.Inputs.Length];
        for (var (i, start) = (0, 0); i < gradients.Length; start += context.Dimension(i, 1), i++)
            gradients[i] = context.AppendFor(i, "dx", new SliceChannels(start, context.Dimension(i, 1)), context.Dy);
        return gradients;
    }

    static Value?[] PixelPadding(GradientContext context)
    {
        var (top, left, bottom, right) = (PadPixels)context.Node.Op;
        return [context.Append("dx", new CropPixels(top, left, bottom, right), context.Dy)];
    }

    static Value?[] PixelCropping(GradientContext context)
    {
        var (top, left, bottom, right) = (CropPixels)context.Node.Op;
        return [context.Append("dx", new PadPixels(top, left, bottom, right), context.Dy)];
    }

    static Value?[] Upsampling(GradientContext context)
    {
        var (factorHeight, factorWidth, mode) = (Upsample)context.Node.Op;
        return [context.Append("dx", new UpsampleGradient(factorHeight, factorWidth, mode), context.Dy)];
    }

    // The transposed convolution is a convolution's gradient to its image; so its own gradient is that convolution.
    static Value?[] TransposedConvolution(GradientContext context)
    {
        var op = (ConvTranspose2d)context.Node.Op;
        return
        [
            context.AppendFor(0, "dx", new Conv2d(op.Window, op.Groups), context.Dy, context.Input(1)),
            context.AppendFor(1, "dw", new ConvWeightGradient(op.Window, op.Groups), context.Dy, context.Input(0)),
            context.AppendFor(2, "db", new ChannelSum(), context.Dy),
        ];
    }

    // The same elements, scaled alike, by the same key; without a key x goes through, and so does dy.
    static Value?[] RandomDropping(GradientContext context) =>
        [context.Node.Inputs.Length > 1 ? context.Append("dx", context.Node.Op, context.Dy, context.Input(1)) : context.Dy];
}
