using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>The kernels of normalization, pooling, shortcuts and classification's loss.</summary>
static partial class KernelTable
{
    static IEnumerable<Kernel> MakeBatchNorm(PlanContext context, Node node)
    {
        var (norm, residual, relu) = node.Op is FusedBatchNorm fused
            ? (fused.Norm, fused.HasResidual ? context.Map(node.Inputs[5]) : Map.None, fused.HasRelu)
            : ((BatchNorm)node.Op, Map.None, false);
        var fromRunning = norm.Statistics == Statistics.Running;
        var vectors = new BatchNormVectors
        {
            Gamma = context.Address(node.Inputs[1]),
            Beta = context.Address(node.Inputs[2]),
            Mean = context.Address(node.Output(BatchNorm.Mean)),
            InverseDeviation = context.Address(node.Output(BatchNorm.InverseDeviation)),
            RunningMean = context.Address(fromRunning ? node.Inputs[3] : node.Output(BatchNorm.NewMean)),
            RunningVariance = context.Address(fromRunning ? node.Inputs[4] : node.Output(BatchNorm.NewVariance)),
            Scale = context.Address(node.Output(BatchNorm.Scale)),
            Shift = context.Address(node.Output(BatchNorm.Shift)),
        };
        var (x, y) = (context.Map(node.Inputs[0]), context.Map(node.Output()));
        yield return fromRunning
            ? BatchNormRunning.Create(x, residual, y, vectors, context.Scratch, norm.Epsilon, relu)
            : BatchNormForwardKernel.Create(x, residual, y, HasMoments(node) ? context.Address(node.Inputs[^1]) : Address.None,
                vectors, context.Scratch, norm.Epsilon, norm.Momentum, relu);
    }

    static IEnumerable<Kernel> MakeScaleShift(PlanContext context, Node node)
    {
        var fused = node.Op as FusedScaleShift;
        yield return ScaleShiftKernel.Create(
            context.Map(node.Inputs[0]), fused is { HasResidual: true } ? context.Map(node.Inputs[3]) : Map.None,
            context.Map(node.Output()), context.Address(node.Inputs[1]), context.Address(node.Inputs[2]), fused is { HasRelu: true });
    }

    static IEnumerable<Kernel> MakeBatchNormGradient(PlanContext context, Node node)
    {
        var vectors = new BatchNormGradientVectors
        {
            Gamma = context.Address(node.Inputs[2]),
            Mean = context.Address(node.Inputs[3]),
            InverseDeviation = context.Address(node.Inputs[4]),
            GammaGradient = context.Address(node.Output(1)),
            BetaGradient = context.Address(node.Output(2)),
        };
        var (x, dy, dx) = (context.Map(node.Inputs[0]), context.Map(node.Inputs[1]), context.Map(node.Output()));
        yield return node.Op switch
        {
            SummedBatchNormGradient summed => BatchNormBackwardKernel.Create(x, dy, dx, context.Address(node.Inputs[5]), vectors,
                context.Scratch, summed.Statistics == Statistics.Batch),
            FusedBatchNormGradient fused => BatchNormBackwardKernel.Create(x, dy, context.Map(node.Inputs[5]),
                context.Map(node.Output(FusedBatchNormGradient.Masked)), dx, vectors, context.Scratch,
                fused.Statistics == Statistics.Batch),
            _ => BatchNormBackwardKernel.Create(x, dy, Map.None, Map.None, dx, vectors, context.Scratch,
                ((BatchNormGradient)node.Op).Statistics == Statistics.Batch),
        };
    }

    static bool HasMoments(Node node) => node.Op is FusedBatchNorm { HasMoments: true };

    static long BatchNormScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale) =>
        BatchNormForwardKernel.ScratchLength(((MapStorage)storage[node.Inputs[0]]).Layout, scale.Images, HasMoments(node));

    static long BatchNormGradientScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale) =>
        BatchNormBackwardKernel.ScratchLength(
            ((MapStorage)storage[node.Inputs[0]]).Layout, scale.Images, node.Op is SummedBatchNormGradient);

    // The residual may be overwritten by the sum, and the input by its normalization once the statistics are taken.
    static int[] NormInPlace(Node node, int output) =>
        output != 0 ? [] : node.Op is FusedBatchNorm { HasResidual: true } ? [5, 0] : [0];

    static IEnumerable<Kernel> MakeMaxPool(PlanContext context, Node node) =>
        [
            MaxPoolKernel.Create(context.Map(node.Inputs[0]), context.Map(node.Output()), context.Map(node.Output(1)),
                Pool(((MaxPool)node.Op).Window)),
        ];

    static IEnumerable<Kernel> MakeMaxPoolGradient(PlanContext context, Node node) =>
        [
            MaxPoolGradientKernel.Create(context.Map(node.Inputs[0]), context.Map(node.Inputs[1]), context.Map(node.Output()),
                Pool(((MaxPoolGradient)node.Op).Window)),
        ];

    static PoolWindow Pool(Window window) =>
        new(new PoolSide(window.KernelHeight, window.StrideHeight, window.PadTop),
            new PoolSide(window.KernelWidth, window.StrideWidth, window.PadLeft));

    static IEnumerable<Kernel> MakeGlobalAveragePool(PlanContext context, Node node) =>
        [GlobalAveragePoolKernel.Create(context.Map(node.Inputs[0]), context.Address(node.Output()))];

    static IEnumerable<Kernel> MakeGlobalAveragePoolGradient(PlanContext context, Node node) =>
        [GlobalAveragePoolGradientKernel.Create(context.Address(node.Inputs[0]), context.Map(node.Output()))];

    static IEnumerable<Kernel> MakeAveragePool(PlanContext context, Node node)
    {
        var (window, countPadding) = (AveragePool)node.Op;
        return [AveragePoolKernel.Create(context.Map(node.Inputs[0]), context.Map(node.Output()), Pool(window), countPadding)];
    }

    static IEnumerable<Kernel> MakeAveragePoolGradient(PlanContext context, Node node)
    {
        var op = (AveragePoolGradient)node.Op;
        return [AveragePoolGradientKernel.Create(
            context.Map(node.Inputs[0]), context.Map(node.Output()), Pool(op.Window), op.CountPadding)];
    }

    static IEnumerable<Kernel> MakeSubsample(PlanContext context, Node node)
    {
        var op = (Subsample)node.Op;
        return [new SubsampleKernel(context.Map(node.Inputs[0]), context.Map(node.Output()), op.StrideHeight, op.StrideWidth)];
    }

    static IEnumerable<Kernel> MakeSubsampleGradient(PlanContext context, Node node)
    {
        var op = (SubsampleGradient)node.Op;
        return [new SubsampleGradientKernel(context.Map(node.Inputs[0]), context.Map(node.Output()), op.StrideHeight, op.StrideWidth)];
    }

    // Padding and slicing channels are moves of channels with a stride of one.
    static IEnumerable<Kernel> MakePadChannels(PlanContext context, Node node) =>
        [new SubsampleKernel(context.Map(node.Inputs[0]), context.Map(node.Output()), 1, 1, ((PadChannels)node.Op).Before)];

    static IEnumerable<Kernel> MakeSliceChannels(PlanContext context, Node node) =>
        [new SubsampleKernel(context.Map(node.Inputs[0]), context.Map(node.Output()), 1, 1, -((SliceChannels)node.Op).Start)];

    static IEnumerable<Kernel> MakeChannelSum(PlanContext context, Node node) => context.IsMap(node.Inputs[0])
        ? [ChannelSumKernel.Create(context.Map(node.Inputs[0]), context.Address(node.Output()), context.Scratch)]
        : [new RowSum(context.Address(node.Inputs[0]), context.Features(node.Inputs[0]), context.Address(node.Output()))];

    static long ChannelSumScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale) =>
        storage[node.Inputs[0]] is MapStorage map ? ChannelSumKernel.ScratchLength(map.Layout, scale.Images) : 0;

    static IEnumerable<Kernel> MakeFlatten(PlanContext context, Node node) =>
        [new LayoutToNchw(context.Map(node.Inputs[0]), context.Address(node.Output()))];

    static IEnumerable<Kernel> MakeUnflatten(PlanContext context, Node node) =>
        [new NchwToLayout(context.Address(node.Inputs[0]), context.Map(node.Output()))];

    static IEnumerable<Kernel> MakeSoftmaxCrossEntropy(PlanContext context, Node node) =>
        [new SoftmaxCrossEntropyKernel(context.Address(node.Inputs[0]), context.Address(node.Inputs[1]), context.Features(node.Inputs[0]),
            ((SoftmaxCrossEntropy)node.Op).LabelSmoothing, context.Address(node.Output(1)), context.Address(node.Output()))];

    static IEnumerable<Kernel> MakeSoftmaxCrossEntropyGradient(PlanContext context, Node node) =>
        [new SoftmaxCrossEntropyGradientKernel(
            context.Address(node.Inputs[0]), context.Address(node.Inputs[1]), context.Features(node.Inputs[0]),
            ((SoftmaxCrossEntropyGradient)node.Op).LabelSmoothing, context.Address(node.Inputs[2]), context.Address(node.Output()))];
}
