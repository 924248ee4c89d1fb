using Residuum.Graphs;
using Residuum.Tensors;
using Address = Residuum.Kernels.Address;
using ConvShape = Residuum.Kernels.ConvShape;
using Kernel = Residuum.Kernels.Kernel;

namespace Residuum.Plans;

/// <summary>The kernels of convolutions and linear layers.</summary>
static partial class KernelTable
{
    static IEnumerable<Kernel> MakeConv(PlanContext context, Node node) =>
        ConvForwardOf(context, node, ((Conv2d)node.Op).Window, ((Conv2d)node.Op).Groups,
            node.Inputs.Length > 2 ? context.Address(node.Inputs[2]) : Address.None, residual: null, relu: false);

    static IEnumerable<Kernel> MakeFusedConv(PlanContext context, Node node)
    {
        var op = (FusedConv2d)node.Op;
        return ConvForwardOf(context, node, op.Window, op.Groups, op.HasBias ? context.Address(node.Inputs[2]) : Address.None,
            op.HasResidual ? node.Inputs[^1] : null, op.HasRelu);
    }

    static IEnumerable<Kernel> ConvForwardOf(PlanContext context, Node node, Window window, int groups, Address bias, Value? residual, bool relu)
    {
        var (x, y) = (node.Inputs[0], node.Output());
        var shape = ShapeOf(context.Graph.TypeOf(x).Shape, context.Graph.TypeOf(y).Shape[1], window, groups);
        yield return Kernels.ConvForward.Create(shape, context.Layout(x), context.Layout(y), context.Address(x),
            context.Address(node.Inputs[1]), bias,
            residual is { } value ? context.Address(value) : Address.None,
            residual is { } other ? context.Layout(other) : default, relu, context.Address(y));
    }

    static IEnumerable<Kernel> MakeConvInputGradient(PlanContext context, Node node)
    {
        var (dy, dx) = (node.Inputs[0], node.Output());
        yield return Kernels.ConvInputGradient.Create(InputGradientShape(context.Graph, node), context.Layout(dy), context.Layout(dx),
            context.Address(dy), context.Address(node.Inputs[1]), context.Address(dx), context.Scratch);
    }

    static IEnumerable<Kernel> MakeConvWeightGradient(PlanContext context, Node node)
    {
        var (x, dy) = (node.Inputs[0], node.Inputs[1]);
        yield return Kernels.ConvWeightGradient.Create(WeightGradientShape(context.Graph, node), context.Layout(x), context.Layout(dy),
            context.Address(x), context.Address(dy), context.Address(node.Output()), context.Scratch);
    }

    static int ConvHalo(Graph graph, Node node, int input) =>
        input == 0 ? (node.Op is Conv2d conv ? conv.Window : ((FusedConv2d)node.Op).Window).LargestPadding : 0;

    static int ConvInputGradientHalo(Graph graph, Node node, int input) =>
        input == 0 ? Kernels.ConvInputGradient.RequiredHalo(InputGradientShape(graph, node)) : 0;

    static int ConvWeightGradientHalo(Graph graph, Node node, int input) =>
        input == 0 ? ((ConvWeightGradient)node.Op).Window.LargestPadding : 0;

    static long ConvInputGradientScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, int images) =>
        Kernels.ConvInputGradient.ScratchLength(InputGradientShape(graph, node));

    static long ConvWeightGradientScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, int images) =>
        Kernels.ConvWeightGradient.ScratchLength(WeightGradientShape(graph, node), ((MapStorage)storage[node.Inputs[0]]).Layout,
            ((MapStorage)storage[node.Inputs[1]]).Layout, images);

    static ConvShape InputGradientShape(Graph graph, Node node) =>
        ShapeOf(node.Outputs[0].Shape, graph.TypeOf(node.Inputs[0]).Shape[1], ((ConvInputGradient)node.Op).Window,
            ((ConvInputGradient)node.Op).Groups);

    static ConvShape WeightGradientShape(Graph graph, Node node) =>
        ShapeOf(graph.TypeOf(node.Inputs[0]).Shape, node.Outputs[0].Shape[0], ((ConvWeightGradient)node.Op).Window,
            ((ConvWeightGradient)node.Op).Groups);

    static ConvShape ShapeOf(Shape image, int outputChannels, Window window, int groups) =>
        new(image[1], outputChannels, image[2], image[3], window.KernelHeight, window.KernelWidth,
            window.StrideHeight, window.StrideWidth, window.PadTop, window.PadLeft, window.PadBottom, window.PadRight, groups);

    static IEnumerable<Kernel> MakeLinear(PlanContext context, Node node)
    {
        var (x, y) = (node.Inputs[0], node.Output());
        yield return Kernels.LinearForward.Create(context.Features(x), context.Features(y), context.Address(x), context.Address(node.Inputs[1]),
            node.Inputs.Length > 2 ? context.Address(node.Inputs[2]) : Address.None, context.Address(y));
    }

    static IEnumerable<Kernel> MakeLinearInputGradient(PlanContext context, Node node)
    {
        var (dy, dx) = (node.Inputs[0], node.Output());
        yield return Kernels.LinearInputGradient.Create(context.Features(dx), context.Features(dy), context.Address(dy),
            context.Address(node.Inputs[1]), context.Address(dx));
    }

    static IEnumerable<Kernel> MakeLinearWeightGradient(PlanContext context, Node node)
    {
        var (x, dy) = (node.Inputs[0], node.Inputs[1]);
        yield return Kernels.LinearWeightGradient.Create(context.Features(x), context.Features(dy), context.Address(x),
            context.Address(dy), context.Address(node.Output()));
    }
}
