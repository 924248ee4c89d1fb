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
        [typeof(Subsample)] = new(1, Subsampling),
        [typeof(PadChannels)] = new(1, context =>
            [context.Append("dx", new SliceChannels(((PadChannels)context.Node.Op).Before, context.Dimension(0, 1)), context.Dy)]),
        [typeof(SoftmaxCrossEntropy)] = new(1, CrossEntropy),
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
        [typeof(ChannelSum)] = SecondOrder,
        [typeof(ReluGradient)] = SecondOrder,
        [typeof(MaxPoolGradient)] = SecondOrder,
        [typeof(GlobalAveragePoolGradient)] = SecondOrder,
        [typeof(LinearInputGradient)] = SecondOrder,
        [typeof(LinearWeightGradient)] = SecondOrder,
        [typeof(Unflatten)] = SecondOrder,
        [typeof(SubsampleGradient)] = SecondOrder,
        [typeof(SliceChannels)] = SecondOrder,
        [typeof(SoftmaxCrossEntropyGradient)] = SecondOrder,
        [typeof(FusedConv2d)] = AfterGradients,
        [typeof(FusedBatchNorm)] = AfterGradients,
        [typeof(FusedBatchNormGradient)] = AfterGradients,
        [typeof(FusedConvInputGradient)] = AfterGradients,
        [typeof(SummedBatchNormGradient)] = AfterGradients,
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
                    "dx", new ConvInputGradient(window, context.Dimension(0, 2), context.Dimension(0, 3), groups), context.Dy, context.Input(1))
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
}
