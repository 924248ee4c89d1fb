using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>The kernels that scale and join channels, and that move and enlarge maps.</summary>
static partial class KernelTable
{
    static IEnumerable<Kernel> MakeScaleChannels(PlanContext context, Node node)
    {
        var fused = node.Op as FusedScaleChannels;
        var residual = fused is null ? Map.None : context.Map(node.Inputs[2]);
        return
        [
            ScaleChannelsKernel.Create(context.Map(node.Inputs[0]), context.Address(node.Inputs[1]), residual, context.Map(node.Output()),
                fused is { HasRelu: true }),
        ];
    }

    static IEnumerable<Kernel> MakeScaleChannelsGradient(PlanContext context, Node node) =>
        [ScaleChannelsGradientKernel.Create(context.Map(node.Inputs[0]), context.Map(node.Inputs[1]), context.Address(node.Output()))];

    static IEnumerable<Kernel> MakeConcat(PlanContext context, Node node) =>
        [new ConcatKernel([.. node.Inputs.Select(context.Map)], context.Map(node.Output()))];

    static IEnumerable<Kernel> MakePadPixels(PlanContext context, Node node)
    {
        var op = (PadPixels)node.Op;
        return [new ShiftPixels(context.Map(node.Inputs[0]), context.Map(node.Output()), op.Top, op.Left)];
    }

    static IEnumerable<Kernel> MakeCropPixels(PlanContext context, Node node)
    {
        var op = (CropPixels)node.Op;
        return [new ShiftPixels(context.Map(node.Inputs[0]), context.Map(node.Output()), -op.Top, -op.Left)];
    }

    static IEnumerable<Kernel> MakeUpsample(PlanContext context, Node node) =>
        [
            UpsampleKernel.Create(context.Map(node.Inputs[0]), context.Map(node.Output()),
                ((Upsample)node.Op).Mode == UpsampleMode.Bilinear),
        ];

    static IEnumerable<Kernel> MakeUpsampleGradient(PlanContext context, Node node) =>
        [
            UpsampleGradientKernel.Create(
                context.Map(node.Inputs[0]), context.Map(node.Output()), ((UpsampleGradient)node.Op).Mode == UpsampleMode.Bilinear),
        ];
}
