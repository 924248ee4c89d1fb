using System.Collections.Frozen;

namespace Residuum.Interop;

/// <summary>What a node of the file becomes.</summary>
delegate OnnxValue OnnxRule(OnnxStep step);

/// <summary>
/// ONNX's operators that are imported: how each becomes operations of ours, and how those that exporters use for arithmetic on shapes are
/// computed at once where all their inputs are known.
/// </summary>
static class OnnxOperators
{
    static readonly FrozenDictionary<string, OnnxRule> Rules = new Dictionary<string, OnnxRule>(StringComparer.Ordinal)
    {
        ["Conv"] = OnnxConvolutions.Convolution,
        ["ConvTranspose"] = OnnxConvolutions.Transposed,
        ["BatchNormalization"] = OnnxNormalizations.BatchNormalization,
        ["Gemm"] = OnnxLinear.Gemm,
        ["MatMul"] = OnnxLinear.MatMul,
        ["MaxPool"] = OnnxPooling.Maximum,
        ["AveragePool"] = OnnxPooling.Average,
        ["GlobalAveragePool"] = OnnxPooling.GlobalAverage,
        ["ReduceMean"] = OnnxPooling.ReduceMean,
        ["Relu"] = OnnxElementwise.Relu,
        ["Sigmoid"] = OnnxElementwise.Sigmoid,
        ["Clip"] = OnnxElementwise.Clip,
        ["Softmax"] = OnnxElementwise.Softmax,
        ["Identity"] = OnnxElementwise.Identity,
        ["Dropout"] = OnnxElementwise.Dropout,
        ["Cast"] = OnnxElementwise.Cast,
        ["Add"] = OnnxArithmetic.Add,
        ["Sum"] = OnnxArithmetic.Sum,
        ["Sub"] = OnnxArithmetic.Subtract,
        ["Mul"] = OnnxArithmetic.Multiply,
        ["Div"] = OnnxArithmetic.Divide,
        ["Flatten"] = OnnxReshapes.Flatten,
        ["Reshape"] = OnnxReshapes.Reshape,
        ["Squeeze"] = OnnxReshapes.Squeeze,
        ["Unsqueeze"] = OnnxReshapes.Unsqueeze,
        ["Transpose"] = OnnxReshapes.Transpose,
        ["Shape"] = OnnxReshapes.Shape,
        ["Pad"] = OnnxLayouts.Pad,
        ["Slice"] = OnnxLayouts.Slice,
        ["Concat"] = OnnxLayouts.Concat,
        ["Resize"] = OnnxLayouts.Resize,
        ["Upsample"] = OnnxLayouts.Upsample,
    }.ToFrozenDictionary();

    // What is computed at once where all inputs are constants.
    static readonly FrozenDictionary<string, OnnxRule> Folded = new Dictionary<string, OnnxRule>(StringComparer.Ordinal)
    {
        ["Constant"] = OnnxFolding.Constant,
        ["ConstantOfShape"] = OnnxFolding.ConstantOfShape,
        ["Identity"] = OnnxFolding.Identity,
        ["Cast"] = OnnxFolding.Cast,
        ["Shape"] = OnnxFolding.Shape,
        ["Gather"] = OnnxFolding.Gather,
        ["Concat"] = OnnxFolding.Concat,
        ["Slice"] = OnnxFolding.Slice,
        ["Reshape"] = OnnxFolding.Reshape,
        ["Squeeze"] = OnnxFolding.Squeeze,
        ["Unsqueeze"] = OnnxFolding.Unsqueeze,
        ["Transpose"] = OnnxFolding.Transpose,
        ["ReduceProd"] = OnnxFolding.ReduceProduct,
        ["Add"] = OnnxFolding.Arithmetic,
        ["Sub"] = OnnxFolding.Arithmetic,
        ["Mul"] = OnnxFolding.Arithmetic,
        ["Div"] = OnnxFolding.Arithmetic,
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, string> Advice = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["If"] = "export the network for inference, traced rather than scripted, so that no branches remain",
        ["Loop"] = "export the network for inference, traced rather than scripted, so that no loops remain",
        ["Scan"] = "export the network for inference, traced rather than scripted, so that no loops remain",
        ["QuantizeLinear"] = "export the network before quantization",
        ["DequantizeLinear"] = "export the network before quantization",
        ["QLinearConv"] = "export the network before quantization",
        ["LRN"] = "only networks with batch normalization or none are supported",
        ["InstanceNormalization"] = "only networks with batch normalization or none are supported",
        ["LayerNormalization"] = "only networks with batch normalization or none are supported",
        ["GroupNormalization"] = "only networks with batch normalization or none are supported",
        ["ArgMax"] = "export the network up to its logits",
        ["TopK"] = "export the network up to its logits",
    }.ToFrozenDictionary();

    /// <summary>What a node becomes.</summary>
    public static OnnxValue Apply(OnnxStep step)
    {
        var kind = step.Node.Kind;
        if (step.Inputs.All(input => input is OnnxConstant or null) && Folded.TryGetValue(kind, out var fold)) return fold(step);
        if (Rules.TryGetValue(kind, out var rule)) return rule(step);
        if (Folded.ContainsKey(kind)) throw step.Node.Refuse("it computes on what follows from the image, and is supported only for "
            + "constants and sizes");
        var advice = Advice.GetValueOrDefault(kind) ?? "replace it in the network, or cut the network off before it, and export again";
        throw step.Node.Refuse($"this operator is not supported; {advice}");
    }
}
