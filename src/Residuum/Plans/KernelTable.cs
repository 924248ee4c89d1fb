using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>How one operation is planned.</summary>
/// <param name="Make">The kernels that compute a node, in order.</param>
/// <param name="Halo">The zero pixels that the node wants around an input's map; none where absent.</param>
/// <param name="Scratch">Floats of memory that its kernels need while they run.</param>
/// <param name="InPlace">Which inputs an output may be written over, element by element.</param>
sealed record KernelEntry(
    Func<PlanContext, Node, IEnumerable<Kernel>> Make,
    Func<Graph, Node, int, int>? Halo = null,
    Func<Graph, Node, IReadOnlyDictionary<Value, Storage>, PlanScale, long>? Scratch = null,
    Func<Node, int, int[]>? InPlace = null);

/// <summary>
/// Which kernels compute each operation. Every operation stands either here or among <see cref="HostOps"/>; a test sees to it.
/// </summary>
static partial class KernelTable
{
    /// <summary>Operations without a kernel: known before a run, or handed in by the caller.</summary>
    public static readonly IReadOnlySet<Type> HostOps = new HashSet<Type>
    {
        typeof(Input), typeof(Parameter), typeof(State), typeof(Constant), typeof(FoldedWeight), typeof(FoldedBias),
    };

    static readonly KernelEntry Host = new((_, _) => []);

    static readonly Dictionary<Type, KernelEntry> Entries = new()
    {
        [typeof(Conv2d)] = new(MakeConv, ConvHalo, ConvScratch),
        [typeof(FusedConv2d)] = new(MakeFusedConv, ConvHalo, ConvScratch,
            InPlace: (node, output) => output == 0 && ((FusedConv2d)node.Op).HasResidual ? [node.Inputs.Length - 1] : []),
        [typeof(ConvInputGradient)] = new(MakeConvInputGradient, ConvInputGradientHalo, ConvInputGradientScratch),
        [typeof(FusedConvInputGradient)] = new(MakeConvInputGradient, ConvInputGradientHalo, ConvInputGradientScratch,
            InPlace: (node, output) => output == 0 && ((FusedConvInputGradient)node.Op).HasResidual ? [2] : []),
        [typeof(ConvWeightGradient)] = new(MakeConvWeightGradient, ConvWeightGradientHalo, ConvWeightGradientScratch),
        [typeof(BatchNorm)] = new(MakeBatchNorm, Scratch: BatchNormScratch, InPlace: NormInPlace),
        [typeof(FusedBatchNorm)] = new(MakeBatchNorm, Scratch: BatchNormScratch, InPlace: NormInPlace),
        [typeof(ScaleShift)] = new(MakeScaleShift, InPlace: (_, _) => [0]),
        [typeof(FusedScaleShift)] = new(MakeScaleShift, InPlace: (node, _) => ((FusedScaleShift)node.Op).HasResidual ? [3, 0] : [0]),
        [typeof(BatchNormGradient)] = new(
            MakeBatchNormGradient, Scratch: BatchNormGradientScratch, InPlace: (_, output) => output == 0 ? [1] : []),
        [typeof(FusedBatchNormGradient)] = new(MakeBatchNormGradient, Scratch: BatchNormGradientScratch,
            InPlace: (_, output) => output is 0 or FusedBatchNormGradient.Masked ? [1] : []),
        [typeof(SummedBatchNormGradient)] = new(MakeBatchNormGradient, Scratch: BatchNormGradientScratch,
            InPlace: (_, output) => output == 0 ? [1] : []),
        [typeof(Relu)] = new(MakeRelu, InPlace: (_, _) => [0]),
        [typeof(ReluGradient)] = new(MakeReluGradient, InPlace: (_, _) => [1]),
        [typeof(Add)] = new(MakeAdd, InPlace: (_, _) => [0, 1]),
        [typeof(MaxPool)] = new(MakeMaxPool),
        [typeof(MaxPoolGradient)] = new(MakeMaxPoolGradient),
        [typeof(GlobalAveragePool)] = new(MakeGlobalAveragePool),
        [typeof(GlobalAveragePoolGradient)] = new(MakeGlobalAveragePoolGradient),
        [typeof(Subsample)] = new(MakeSubsample),
        [typeof(SubsampleGradient)] = new(MakeSubsampleGradient),
        [typeof(PadChannels)] = new(MakePadChannels),
        [typeof(SliceChannels)] = new(MakeSliceChannels),
        [typeof(ChannelSum)] = new(MakeChannelSum, Scratch: ChannelSumScratch),
        [typeof(Linear)] = new(MakeLinear),
        [typeof(LinearInputGradient)] = new(MakeLinearInputGradient),
        [typeof(LinearWeightGradient)] = new(MakeLinearWeightGradient),
        [typeof(Flatten)] = new(MakeFlatten),
        [typeof(Unflatten)] = new(MakeUnflatten),
        [typeof(SoftmaxCrossEntropy)] = new(MakeSoftmaxCrossEntropy),
        [typeof(SoftmaxCrossEntropyGradient)] = new(MakeSoftmaxCrossEntropyGradient),
        [typeof(AveragePool)] = new(MakeAveragePool),
        [typeof(AveragePoolGradient)] = new(MakeAveragePoolGradient),
        [typeof(Multiply)] = new(MakeMultiply, InPlace: (_, _) => [0, 1]),
        [typeof(Affine)] = new(MakeAffine, InPlace: (_, _) => [0]),
        [typeof(Sigmoid)] = new(MakeSigmoid, InPlace: (_, _) => [0]),
        [typeof(SigmoidGradient)] = new(MakeSigmoidGradient, InPlace: (_, _) => [1, 0]),
        [typeof(Clip)] = new(MakeClip, InPlace: (_, _) => [0]),
        [typeof(ClipGradient)] = new(MakeClipGradient, InPlace: (_, _) => [1, 0]),
        [typeof(Softmax)] = new(MakeSoftmax, InPlace: (_, _) => [0]),
        [typeof(SoftmaxGradient)] = new(MakeSoftmaxGradient, InPlace: (_, _) => [1]),
        [typeof(ScaleChannels)] = new(MakeScaleChannels, InPlace: (_, _) => [0]),
        [typeof(FusedScaleChannels)] = new(MakeScaleChannels, InPlace: (_, _) => [2, 0]),
        [typeof(ScaleChannelsGradient)] = new(MakeScaleChannelsGradient),
        [typeof(Concat)] = new(MakeConcat),
        [typeof(PadPixels)] = new(MakePadPixels),
        [typeof(CropPixels)] = new(MakeCropPixels),
        [typeof(Upsample)] = new(MakeUpsample),
        [typeof(UpsampleGradient)] = new(MakeUpsampleGradient),
        [typeof(ConvTranspose2d)] = new(MakeConvTranspose, ConvInputGradientHalo, ConvInputGradientScratch),
        [typeof(Dropout)] = new(MakeDropout, InPlace: (_, _) => [0]),
        [typeof(StochasticDepth)] = new(MakeStochasticDepth, InPlace: (_, _) => [0]),
        [typeof(MeanSquaredError)] = new(MakeMeanSquaredError),
        [typeof(MeanSquaredErrorGradient)] = new(MakeMeanSquaredErrorGradient),
    };

    /// <summary>The entry of an operation.</summary>
    /// <exception cref="ResiduumException">No kernel computes it.</exception>
    public static KernelEntry Find(Op op) =>
        Entries.TryGetValue(op.GetType(), out var entry) ? entry
        : HostOps.Contains(op.GetType()) ? Host
        : throw new ResiduumException($"No kernel computes the operation {op.Kind} yet.");

    /// <summary>Whether an operation has an entry with kernels.</summary>
    public static bool Has(Type op) => Entries.ContainsKey(op);
}
