using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>The kernels of operations on one element at a time, of maps or of rows, and of softmax and the squared error.</summary>
static partial class KernelTable
{
    static IEnumerable<Kernel> MakeRelu(PlanContext context, Node node) =>
        [ReluKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Output()))];

    static IEnumerable<Kernel> MakeReluGradient(PlanContext context, Node node) =>
        [
            ReluGradientKernel.Create(
                Elements(context, node.Inputs[1]), Elements(context, node.Inputs[0]), Elements(context, node.Output())),
        ];

    static IEnumerable<Kernel> MakeAdd(PlanContext context, Node node) =>
        [AddKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Inputs[1]), Elements(context, node.Output()))];

    static IEnumerable<Kernel> MakeMultiply(PlanContext context, Node node) =>
        [MultiplyKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Inputs[1]), Elements(context, node.Output()))];

    static IEnumerable<Kernel> MakeAffine(PlanContext context, Node node)
    {
        var (scale, shift) = (Affine)node.Op;
        return [AffineKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Output()), scale, shift)];
    }

    static IEnumerable<Kernel> MakeSigmoid(PlanContext context, Node node) =>
        [SigmoidKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Output()))];

    static IEnumerable<Kernel> MakeSigmoidGradient(PlanContext context, Node node) =>
        [
            SigmoidGradientKernel.Create(
                Elements(context, node.Inputs[1]), Elements(context, node.Inputs[0]), Elements(context, node.Output())),
        ];

    static IEnumerable<Kernel> MakeClip(PlanContext context, Node node)
    {
        var (least, greatest) = (Clip)node.Op;
        return [ClipKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Output()), least, greatest)];
    }

    static IEnumerable<Kernel> MakeClipGradient(PlanContext context, Node node)
    {
        var (least, greatest) = (ClipGradient)node.Op;
        return
        [
            ClipGradientKernel.Create(
                Elements(context, node.Inputs[1]), Elements(context, node.Inputs[0]), Elements(context, node.Output()), least, greatest),
        ];
    }

    // To an element-wise kernel a row of features is a map of one line of single numbers.
    static Map Elements(PlanContext context, Value value) => context.IsMap(value)
        ? context.Map(value)
        : new Map(new Layout(1, 1, context.Features(value), 0, 1), context.Address(value));

    static IEnumerable<Kernel> MakeDropout(PlanContext context, Node node)
    {
        // To dropout a row of features is one pixel.
        Map Pixels(Value value) => context.IsMap(value)
            ? context.Map(value)
            : new Map(new Layout(context.Features(value), 1, 1, 0, context.Features(value)), context.Address(value));
        var (x, y) = (node.Inputs[0], node.Output());
        return [IsIdle(node) ? Copy(context, node)
            : new DropoutKernel(Pixels(x), context.Address(node.Inputs[1]), Pixels(y), DropOf(node))];
    }

    static IEnumerable<Kernel> MakeStochasticDepth(PlanContext context, Node node) =>
        [
            IsIdle(node)
                ? Copy(context, node)
                : StochasticDepthKernel.Create(
                    Elements(context, node.Inputs[0]), context.Address(node.Inputs[1]), Elements(context, node.Output()), DropOf(node)),
        ];

    // Passes remove what does nothing; a graph that did not go through them is computed all the same.
    static bool IsIdle(Node node) => node.Inputs.Length == 1;

    static Kernel Copy(PlanContext context, Node node) =>
        CopyMap.Create(Elements(context, node.Inputs[0]), Elements(context, node.Output()));

    static RandomDrop DropOf(Node node) => new(((RandomOp)node.Op).Rate, ((RandomOp)node.Op).Stream);

    static IEnumerable<Kernel> MakeSoftmax(PlanContext context, Node node) =>
        [new SoftmaxKernel(context.Address(node.Inputs[0]), context.Address(node.Output()), context.Features(node.Output()))];

    static IEnumerable<Kernel> MakeSoftmaxGradient(PlanContext context, Node node) =>
        [
            new SoftmaxGradientKernel(context.Address(node.Inputs[1]), context.Address(node.Inputs[0]), context.Address(node.Output()),
                context.Features(node.Output())),
        ];

    static IEnumerable<Kernel> MakeMeanSquaredError(PlanContext context, Node node) =>
        [
            MeanSquaredErrorKernel.Create(
                Elements(context, node.Inputs[0]), Elements(context, node.Inputs[1]), context.Address(node.Output(1)),
                context.Address(node.Output())),
        ];

    static IEnumerable<Kernel> MakeMeanSquaredErrorGradient(PlanContext context, Node node) =>
        [
            MeanSquaredErrorGradientKernel.Create(Elements(context, node.Inputs[0]), Elements(context, node.Inputs[1]),
                context.Address(node.Inputs[2]), Elements(context, node.Output())),
        ];
}
