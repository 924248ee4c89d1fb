using Residuum.Graphs;
using Residuum.Kernels;
using Residuum.Tensors;

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
            op.HasResidual ? node.Inputs[^1] : null, op.HasRelu,
            op.HasMoments ? MomentsGather(context, node) : null);
    }

    static ChunkGather MomentsGather(PlanContext context, Node node) =>
        BatchNormMoments.Create(context.Map(node.Output()), context.Address(node.Output(FusedConv2d.Moments)));

    static IEnumerable<Kernel> ConvForwardOf(
        PlanContext context, Node node, Window window, int groups, Address bias, Value? residual, bool relu,
        ChunkGather? gather = null)
    {
        var (x, y) = (node.Inputs[0], node.Output());
        var shape = ShapeOf(context.Graph.TypeOf(x).Shape, context.Graph.TypeOf(y).Shape[1], window, groups);
        if (Algorithm(shape, context.Layout(x), context.Scale) is { } size)
        {
            var arguments = new WinogradArguments(shape, context.Map(x), context.Map(y))
            {
                Bias = bias,
                Residual = residual is { } added ? context.Map(added) : Map.None,
                Relu = relu,
                Gather = gather,
            };
            yield return MakeWinograd(context, size, arguments, node.Inputs[1]);
            yield break;
        }
        yield return ConvForwardKernel.Create(shape, context.Layout(x), context.Layout(y), context.Address(x),
            context.Address(node.Inputs[1]), bias,
            residual is { } value ? context.Address(value) : Address.None,
            residual is { } other ? context.Layout(other) : default, relu, context.Address(y), gather: gather);
    }

    static IEnumerable<Kernel> MakeConvInputGradient(PlanContext context, Node node)
    {
        var (dy, dx) = (node.Inputs[0], node.Output());
        var fused = node.Op as FusedConvInputGradient;
        var residual = fused is { HasResidual: true } ? context.Map(node.Inputs[2]) : Map.None;
        var gather = fused is { HasSums: true } ? GradientGather(context, node) : null;
        var shape = InputGradientShape(context.Graph, node);
        if (Algorithm(shape.Reverse(), context.Layout(dx), context.Scale) is { } size)
        {
            var arguments = new WinogradArguments(
                shape.Reverse(), context.Map(dy), context.Map(dx))
            { Flipped = true, Residual = residual, Gather = gather };
            yield return MakeWinograd(context, size, arguments, node.Inputs[1]);
            yield break;
        }
        yield return ConvInputGradientKernel.Create(shape, context.Layout(dy), context.Layout(dx),
            context.Address(dy), context.Address(node.Inputs[1]), context.Address(dx), context.Scratch,
            residual: residual.Address, residualLayout: residual.Layout, gather: gather);
    }

    // The gradient of a convolution to its image, with a bias.
    static IEnumerable<Kernel> MakeConvTranspose(PlanContext context, Node node)
    {
        foreach (var kernel in MakeConvInputGradient(context, node)) yield return kernel;
        if (node.Inputs.Length > 2) yield return AddBias.Create(context.Map(node.Output()), context.Address(node.Inputs[2]));
    }

    // The gradient is masked where it lies.
    static ChunkGather GradientGather(PlanContext context, Node node) => BatchNormGradientGather.Create(
        context.Map(node.Inputs[^3]), context.Map(node.Output()), context.Map(node.Inputs[^1]), context.Map(node.Output()),
        context.Address(node.Inputs[^2]), context.Address(node.Output(FusedConvInputGradient.Sums)));

    static IEnumerable<Kernel> MakeConvWeightGradient(PlanContext context, Node node)
    {
        var (x, dy) = (node.Inputs[0], node.Inputs[1]);
        var shape = WeightGradientShape(context.Graph, node);
        if (Algorithm(shape, context.Layout(x), context.Scale) is { } size)
        {
            yield return WinogradWeightGradient.Create(size, shape, context.Map(x), context.Map(dy), context.Address(node.Output()),
                context.Scratch, context.Scale.Images, context.Scale.Threads);
            yield break;
        }
        yield return ConvWeightGradientKernel.Create(shape, context.Layout(x), context.Layout(dy),
            context.Address(x), context.Address(dy), context.Address(node.Output()), context.Scratch);
    }

    static int ConvHalo(Graph graph, Node node, int input) =>
        input == 0 ? (node.Op is Conv2d conv ? conv.Window : ((FusedConv2d)node.Op).Window).LargestPadding : 0;

    static int ConvInputGradientHalo(Graph graph, Node node, int input) =>
        input == 0 ? ConvInputGradientKernel.RequiredHalo(InputGradientShape(graph, node)) : 0;

    static int ConvWeightGradientHalo(Graph graph, Node node, int input) =>
        input == 0 ? ((ConvWeightGradient)node.Op).Window.LargestPadding : 0;

    static long ConvInputGradientScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale) =>
        WinogradScratch(InputGradientShape(graph, node).Reverse(), node, storage, scale) ??
        ConvInputGradientKernel.ScratchLength(InputGradientShape(graph, node));

    static long ConvWeightGradientScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale)
    {
        var shape = WeightGradientShape(graph, node);
        var (x, dy) = (((MapStorage)storage[node.Inputs[0]]).Layout, ((MapStorage)storage[node.Inputs[1]]).Layout);
        return Algorithm(shape, x, scale) is { } size
            ? WinogradWeightGradient.ScratchLength(size, shape, x, dy, scale.Images, scale.Threads)
            : ConvWeightGradientKernel.ScratchLength(shape, x, dy, scale.Images);
    }

    static long ConvScratch(Graph graph, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale) =>
        WinogradScratch(ForwardShape(graph, node), node, storage, scale) ?? 0;

    /// <summary>The algorithm of a convolution on maps of these layouts; null for the definition.</summary>
    public static WinogradSize? Algorithm(ConvShape shape, Layout narrowest, PlanScale scale) =>
        scale.Options.Winograd ? ConvAlgorithm.Choose(shape, narrowest.Inner) : null;

    /// <summary>
    /// About how many cycles of two multiply-adds of 16 numbers a node takes by the algorithm that computes it, what is padded to blocks of
    /// channels included; 0 where it has no multiply-adds.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The node.</param>
    /// <param name="kernel">The name of its kernel, which tells the algorithm.</param>
    /// <param name="images">Images of a run.</param>
    /// <param name="weight">How its weight lies.</param>
    public static double Cycles(Graph graph, Node node, string kernel, int images, Storage? weight)
    {
        var shape = node.Op switch
        {
            Conv2d or FusedConv2d => ForwardShape(graph, node),
            ConvInputGradient or FusedConvInputGradient or ConvTranspose2d => InputGradientShape(graph, node),
            ConvWeightGradient => WeightGradientShape(graph, node),
            _ => (ConvShape?)null,
        };
        var multiplyAdds = (double)images * node.Op.MultiplyAdds(graph.InputTypes(node), node.Outputs.AsSpan());
        const int block = Lanes.Block;
        if (shape is not { } sizes) return multiplyAdds / (2 * block);
        if (kernel.Contains("winograd4", StringComparison.Ordinal)) return Winograd(WinogradSize.Four);
        if (kernel.Contains("winograd2", StringComparison.Ordinal)) return Winograd(WinogradSize.Two);
        var inputs = sizes.Groups > 1 || sizes.InputChannels < block ? 1 : Padded(sizes.InputChannels);
        return multiplyAdds * inputs * (sizes.Groups > 1 ? 1 : Padded(sizes.OutputChannels)) / (2 * block);

        double Winograd(WinogradSize size) => ConvAlgorithm.Cycles(sizes, size, images, weight is not WinogradWeightStorage);
        static double Padded(int channels) => (double)((channels + block - 1) / block * block) / channels;
    }

    /// <summary>The sizes of a forward convolution.</summary>
    public static ConvShape ForwardShape(Graph graph, Node node) =>
        ShapeOf(graph.TypeOf(node.Inputs[0]).Shape, node.Outputs[0].Shape[1],
            node.Op is Conv2d conv ? conv.Window : ((FusedConv2d)node.Op).Window,
            node.Op is Conv2d plain ? plain.Groups : ((FusedConv2d)node.Op).Groups);

    static Kernel MakeWinograd(PlanContext context, WinogradSize size, WinogradArguments arguments, Value weight)
    {
        var address = context.Address(weight);
        arguments = context.Storage(weight) is ConvWeightStorage ? arguments with { Packed = address }
            : arguments with { Weights = address };
        return WinogradConv.Create(size, arguments, context.Scratch, context.Scale.Images, context.Scale.Threads);
    }

    // Input and output of the kernel are those of the node, in both directions.
    static long? WinogradScratch(ConvShape shape, Node node, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale)
    {
        var (input, output) = (((MapStorage)storage[node.Inputs[0]]).Layout, ((MapStorage)storage[node.Output()]).Layout);
        if (Algorithm(shape, IsBackward(node) ? output : input, scale) is not { } size) return null;
        return WinogradConv.ScratchLength(
            size, shape, input, output, scale.Images, scale.Threads, storage[node.Inputs[1]] is ConvWeightStorage);
    }

    static bool IsBackward(Node node) => node.Op is ConvInputGradient or FusedConvInputGradient or ConvTranspose2d;

    static ConvShape InputGradientShape(Graph graph, Node node) =>
        ShapeOf(node.Outputs[0].Shape, graph.TypeOf(node.Inputs[0]).Shape[1], InputGradientOf(node).Window, InputGradientOf(node).Groups);

    static (Window Window, int Groups) InputGradientOf(Node node) => node.Op switch
    {
        FusedConvInputGradient fused => (fused.Gradient.Window, fused.Gradient.Groups),
        ConvTranspose2d transposed => (transposed.Window, transposed.Groups),
        var op => (((ConvInputGradient)op).Window, ((ConvInputGradient)op).Groups),
    };

    static ConvShape WeightGradientShape(Graph graph, Node node) =>
        ShapeOf(graph.TypeOf(node.Inputs[0]).Shape, node.Outputs[0].Shape[0], ((ConvWeightGradient)node.Op).Window,
            ((ConvWeightGradient)node.Op).Groups);

    static ConvShape ShapeOf(Shape image, int outputChannels, Window window, int groups) =>
        new(image[1], outputChannels, image[2], image[3], window.KernelHeight, window.KernelWidth,
            window.StrideHeight, window.StrideWidth, window.PadTop, window.PadLeft, window.PadBottom, window.PadRight, groups);

    static IEnumerable<Kernel> MakeLinear(PlanContext context, Node node)
    {
        var (x, y) = (node.Inputs[0], node.Output());
        yield return LinearForwardKernel.Create(
            context.Features(x), context.Features(y), context.Address(x), context.Address(node.Inputs[1]),
            node.Inputs.Length > 2 ? context.Address(node.Inputs[2]) : Address.None, context.Address(y));
    }

    static IEnumerable<Kernel> MakeLinearInputGradient(PlanContext context, Node node)
    {
        var (dy, dx) = (node.Inputs[0], node.Output());
        yield return LinearInputGradientKernel.Create(context.Features(dx), context.Features(dy), context.Address(dy),
            context.Address(node.Inputs[1]), context.Address(dx));
    }

    static IEnumerable<Kernel> MakeLinearWeightGradient(PlanContext context, Node node)
    {
        var (x, dy) = (node.Inputs[0], node.Inputs[1]);
        yield return LinearWeightGradientKernel.Create(context.Features(x), context.Features(dy), context.Address(x),
            context.Address(dy), context.Address(node.Output()));
    }
}
