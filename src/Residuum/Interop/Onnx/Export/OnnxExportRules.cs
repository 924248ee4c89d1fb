using System.Collections.Frozen;
using Residuum.Graphs;
using static Residuum.Interop.OnnxExport;

namespace Residuum.Interop;

/// <summary>How each operation that a described network may hold is said in ONNX (operators of version 13 to 21).</summary>
static class OnnxExportRules
{
    const string OnlyInTraining = "belongs to training: losses, gradients, and what passes make for plans";

    /// <summary>By operation.</summary>
    public static FrozenDictionary<Type, Action<OnnxExport, Node>> Rules { get; } = new Dictionary<Type, Action<OnnxExport, Node>>
    {
        [typeof(Input)] = (export, node) => export.AddInput(node),
        [typeof(Parameter)] = (export, node) => export.AddWeight(node),
        [typeof(State)] = (export, node) => export.AddWeight(node),
        [typeof(Constant)] = Filled,
        [typeof(Conv2d)] = (export, node) => Convolution(export, node, "Conv", ((Conv2d)node.Op).Window, ((Conv2d)node.Op).Groups),
        [typeof(ConvTranspose2d)] = (export, node) =>
            Convolution(export, node, "ConvTranspose", ((ConvTranspose2d)node.Op).Window, ((ConvTranspose2d)node.Op).Groups,
            Ints("output_padding", ((ConvTranspose2d)node.Op).OutputPaddingHeight, ((ConvTranspose2d)node.Op).OutputPaddingWidth)),
        [typeof(BatchNorm)] = Normalization,
        [typeof(Linear)] = (export, node) => export.Add(node, "Gemm", Int("transB", 1)),
        [typeof(MaxPool)] = (export, node) => export.Add(node, "MaxPool", Window(((MaxPool)node.Op).Window)),
        [typeof(AveragePool)] = (export, node) => export.Add(node, "AveragePool",
            [.. Window(((AveragePool)node.Op).Window), Int("count_include_pad", ((AveragePool)node.Op).CountPadding ? 1 : 0)]),
        [typeof(GlobalAveragePool)] = GlobalAverage,
        [typeof(Relu)] = (export, node) => export.Add(node, "Relu"),
        [typeof(Sigmoid)] = (export, node) => export.Add(node, "Sigmoid"),
        [typeof(Softmax)] = (export, node) => export.Add(node, "Softmax", Int("axis", 1)),
        [typeof(Add)] = (export, node) => export.Add(node, "Add"),
        [typeof(Multiply)] = (export, node) => export.Add(node, "Mul"),
        [typeof(Concat)] = (export, node) => export.Add(node, "Concat", Int("axis", 1)),
        [typeof(Flatten)] = (export, node) => export.Add(node, "Flatten", Int("axis", 1)),
        [typeof(Unflatten)] = (export, node) => Reshaped(export, node, (Unflatten)node.Op),
        [typeof(Affine)] = ScaledAndShifted,
        [typeof(ScaleChannels)] = ScaledChannels,
        [typeof(Clip)] = Clipped,
        [typeof(PadChannels)] = (export, node) =>
            Padded(export, node, 0, ((PadChannels)node.Op).Before, 0, 0, 0, ((PadChannels)node.Op).After, 0, 0),
        [typeof(PadPixels)] = (export, node) =>
            Padded(export, node, 0, 0, ((PadPixels)node.Op).Top, ((PadPixels)node.Op).Left, 0, 0, ((PadPixels)node.Op).Bottom,
                ((PadPixels)node.Op).Right),
        [typeof(SliceChannels)] = (export, node) =>
            Sliced(export, node, [((SliceChannels)node.Op).Start], [((SliceChannels)node.Op).Start + ((SliceChannels)node.Op).Count], [1],
                [1]),
        [typeof(CropPixels)] = Cropped,
        [typeof(Subsample)] = (export, node) =>
            Sliced(export, node, [0, 0], [int.MaxValue, int.MaxValue], [2, 3],
                [((Subsample)node.Op).StrideHeight, ((Subsample)node.Op).StrideWidth]),
        [typeof(Upsample)] = Enlarged,
        // At inference both hand on what they read.
        [typeof(Dropout)] = (export, node) => export.Add(node, "Identity"),
        [typeof(StochasticDepth)] = (export, node) => export.Add(node, "Identity"),
    }.ToFrozenDictionary();

    /// <summary>
    /// The operations that no described network holds and that are therefore not written, with the reason; besides all gradients, and all
    /// that are fused.
    /// </summary>
    public static FrozenDictionary<Type, string> Exemptions { get; } = new[]
    {
        typeof(SoftmaxCrossEntropy), typeof(MeanSquaredError), typeof(ChannelSum), typeof(ScaleShift), typeof(FoldedWeight),
        typeof(FoldedBias),
    }.ToFrozenDictionary(type => type, _ => OnlyInTraining);

    static void Convolution(OnnxExport export, Node node, string kind, Window window, int groups,
        params ReadOnlySpan<AttributeProto> further) =>
        export.Add(node, kind, [.. Window(window), Int("group", groups), .. further]);

    static AttributeProto[] Window(Window window) =>
    [
        Ints("kernel_shape", window.KernelHeight, window.KernelWidth),
        Ints("pads", window.PadTop, window.PadLeft, window.PadBottom, window.PadRight),
        Ints("strides", window.StrideHeight, window.StrideWidth),
    ];

    static void Normalization(OnnxExport export, Node node)
    {
        var norm = (BatchNorm)node.Op;
        export.Add(node, "BatchNormalization", Real("epsilon", norm.Epsilon), Real("momentum", 1 - norm.Momentum));
    }

    // ONNX keeps rows and columns of one pixel.
    static void GlobalAverage(OnnxExport export, Node node)
    {
        var map = export.Unique($"{node.Name}/map");
        export.Add("GlobalAveragePool", node.Name, map, [export.Name(node.Inputs[0])]);
        export.Add("Flatten", export.Unique($"{node.Name}/flatten"), export.Name(node.Output()), [map], Int("axis", 1));
    }

    static void Filled(OnnxExport export, Node node)
    {
        var sides = node.Outputs[0].Shape.Dimensions.Select(side => (long)side).ToArray();
        var shape = export.Integers($"{node.Name}/shape", sides);
        export.Add("ConstantOfShape", node.Name, export.Name(node.Output()), [shape], Tensor("value", ((Constant)node.Op).Value));
    }

    static void Reshaped(OnnxExport export, Node node, Unflatten image)
    {
        var shape = export.Integers($"{node.Name}/shape", 0, image.Channels, image.Height, image.Width);
        export.Add("Reshape", node.Name, export.Name(node.Output()), [export.Name(node.Inputs[0]), shape]);
    }

    static void ScaledAndShifted(OnnxExport export, Node node)
    {
        var (scale, shift) = (Affine)node.Op;
        var scaled = export.Unique($"{node.Name}/scaled");
        export.Add("Mul", node.Name, scaled, [export.Name(node.Inputs[0]), export.Numbers($"{node.Name}/scale", isList: false, scale)]);
        export.Add("Add", export.Unique($"{node.Name}/shifted"), export.Name(node.Output()),
            [scaled, export.Numbers($"{node.Name}/shift", isList: false, shift)]);
    }

    static void ScaledChannels(OnnxExport export, Node node)
    {
        var (scales, channels) = (export.Unique($"{node.Name}/scales"), export.TypeOf(node.Inputs[1]).Shape[1]);
        export.Add("Reshape", export.Unique($"{node.Name}/reshape"), scales,
            [export.Name(node.Inputs[1]), export.Integers($"{node.Name}/shape", 0, channels, 1, 1)]);
        export.Add("Mul", node.Name, export.Name(node.Output()), [export.Name(node.Inputs[0]), scales]);
    }

    static void Clipped(OnnxExport export, Node node)
    {
        var (least, greatest) = (Clip)node.Op;
        export.Add("Clip", node.Name, export.Name(node.Output()),
        [
            export.Name(node.Inputs[0]),
            float.IsFinite(least) ? export.Numbers($"{node.Name}/least", isList: false, least) : "",
            float.IsFinite(greatest) ? export.Numbers($"{node.Name}/greatest", isList: false, greatest) : "",
        ]);
    }

    static void Padded(OnnxExport export, Node node, params ReadOnlySpan<long> pads) =>
        export.Add("Pad", node.Name, export.Name(node.Output()), [export.Name(node.Inputs[0]), export.Integers($"{node.Name}/pads", pads)],
            Text("mode", "constant"));

    static void Cropped(OnnxExport export, Node node)
    {
        var (top, left, bottom, right) = (CropPixels)node.Op;
        var shape = export.TypeOf(node.Inputs[0]).Shape;
        Sliced(export, node, [top, left], [shape[2] - bottom, shape[3] - right], [2, 3], [1, 1]);
    }

    static void Sliced(OnnxExport export, Node node, long[] starts, long[] ends, long[] axes, long[] steps) =>
        export.Add("Slice", node.Name, export.Name(node.Output()),
        [
            export.Name(node.Inputs[0]),
            export.Integers($"{node.Name}/starts", starts), export.Integers($"{node.Name}/ends", ends),
            export.Integers($"{node.Name}/axes", axes), export.Integers($"{node.Name}/steps", steps),
        ]);

    static void Enlarged(OnnxExport export, Node node)
    {
        var (factorHeight, factorWidth, mode) = (Upsample)node.Op;
        var scales = export.Numbers($"{node.Name}/scales", isList: true, 1, 1, factorHeight, factorWidth);
        AttributeProto[] attributes = mode == UpsampleMode.Nearest
            ? [Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor")]
            : [Text("mode", "linear"), Text("coordinate_transformation_mode", "half_pixel")];
        export.Add("Resize", node.Name, export.Name(node.Output()), [export.Name(node.Inputs[0]), "", scales], attributes);
    }
}
