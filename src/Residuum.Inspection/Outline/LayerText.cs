using Residuum.Graphs;
using static System.FormattableString;

namespace Residuum.Inspection;

/// <summary>What diagrams call an operation, as in the figures of [He15] and [He16].</summary>
static class LayerText
{
    /// <summary>For example <c>3x3 conv, 64, /2</c>.</summary>
    public static string Of(Graph graph, Node node) => node.Op switch
    {
        Conv2d conv => Convolution(graph, node, conv.Window, conv.Groups),
        FusedConv2d conv => Convolution(graph, node, conv.Window, conv.Groups),
        ConvTranspose2d conv => $"{Kernel(conv.Window)} transposed conv, {Width(node)}{Stride(conv.Window, "x")}",
        MaxPool pool => $"{Kernel(pool.Window)} max pool{Stride(pool.Window)}",
        AveragePool pool => $"{Kernel(pool.Window)} avg pool{Stride(pool.Window)}",
        GlobalAveragePool => "avg pool",
        Linear => $"fc {Width(node)}",
        BatchNorm or FusedBatchNorm => "BN",
        ScaleShift or FusedScaleShift => "scale, shift",
        Relu => "ReLU",
        Clip { Least: 0 } clip => Invariant($"ReLU{clip.Greatest}"),
        Clip => "clip",
        Add => "+",
        Multiply => "multiply",
        Concat => "concat",
        ScaleChannels or FusedScaleChannels => "scale channels",
        Affine affine => Line(affine),
        Subsample { StrideHeight: var rows, StrideWidth: var columns } => $"every {(rows == columns ? $"{rows}" : $"{rows}x{columns}")}",
        PadChannels pad => $"+{pad.Before + pad.After} zeros",
        SliceChannels slice => $"channels {slice.Start} to {slice.Start + slice.Count - 1}",
        PadPixels => "pad",
        CropPixels => "crop",
        Upsample up => $"{(up.Mode == UpsampleMode.Bilinear ? "bilinear" : "repeat")} "
            + $"x{(up.FactorHeight == up.FactorWidth ? $"{up.FactorHeight}" : $"{up.FactorHeight}x{up.FactorWidth}")}",
        Dropout => "dropout",
        StochasticDepth => "drop branch",
        Flatten => "flatten",
        Unflatten => "to map",
        Softmax => "softmax",
        Sigmoid => "sigmoid",
        Input => "image",
        var other => other.Kind,
    };

    /// <summary>Channels or features that a node hands on.</summary>
    public static int Width(Node node) => node.Outputs[0].Shape is { Rank: > 1 } shape ? shape[1] : 1;

    /// <summary>What a node hands on for one image, such as <c>64 x 56 x 56</c>.</summary>
    public static string Size(Node node) => string.Join(" x ", SummaryTables.OneImage(node.Outputs[0].Shape));

    static string Line(Affine affine)
    {
        if (affine is { Scale: -1, Shift: 1 }) return "1 - x";
        var product = affine.Scale == 1 ? "x" : Invariant($"{affine.Scale} x");
        return affine.Shift == 0 ? product : Invariant($"{product} {(affine.Shift < 0 ? "-" : "+")} {Math.Abs(affine.Shift)}");
    }

    static string Convolution(Graph graph, Node node, Window window, int groups)
    {
        var kind = groups == 1 ? "" : groups == Width(node) && groups == Width(graph.Nodes[node.Inputs[0].Node]) ? "depthwise " : "";
        return $"{Kernel(window)} {kind}conv, {Width(node)}{(groups > 1 && kind.Length == 0 ? $", {groups} groups" : "")}{Stride(window)}";
    }

    static string Kernel(Window window) => $"{window.KernelHeight}x{window.KernelWidth}";

    static string Stride(Window window, string sign = "/") => (window.StrideHeight, window.StrideWidth) switch
    {
        (1, 1) => "",
        var (rows, columns) => $", {sign}{(rows == columns ? $"{rows}" : $"{rows}x{columns}")}",
    };
}
