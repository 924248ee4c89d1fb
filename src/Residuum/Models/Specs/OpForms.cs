using System.Collections.Frozen;
using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>How one operation is written in a description: its word there, its attributes, and how both become the operation
/// again.</summary>
sealed record OpForm(Type Type, string Word, Action<Op, OpWriter> Write, Func<OpMembers, Op> Read);

/// <summary>
/// The operations that a described graph (<see cref="GraphSpec"/>) may hold, and how each is written in JSON; and for all others the
/// reason why they are not among them.
/// </summary>
static class OpForms
{
    const string IsGradient = "gradients are appended to a network when it is trained";
    const string IsLoss = "losses are appended to a network when it is trained";
    const string ByPasses = "passes make it when a network is prepared for a plan";

    static readonly OpForm[] s_forms =
    [
        Of<Parameter>("parameter", (op, json) => { json.Shape(op.Type.Shape); json.Word("role", op.Role); },
            members => new Parameter(members.Type(), members.Word<ParameterRole>("role"))),
        Of<State>("state", (op, json) => { json.Shape(op.Type.Shape); json.Number("initial", op.Initial, 0); },
            members => new State(members.Type(), members.Number("initial", 0))),
        Of<Constant>("constant", (op, json) => { json.Shape(op.Type.Shape); json.Number("value", op.Value, 0); },
            members => new Constant(members.Type(), members.Number("value", 0))),
        Of<Conv2d>("conv2d", (op, json) => { json.Window(op.Window); json.Whole("groups", op.Groups, 1); },
            members => new Conv2d(members.Window(), members.Whole("groups", 1))),
        Of<ConvTranspose2d>("convTranspose2d", (op, json) =>
        {
            json.Window(op.Window);
            json.Whole("outputPaddingHeight", op.OutputPaddingHeight, 0);
            json.Whole("outputPaddingWidth", op.OutputPaddingWidth, 0);
            json.Whole("groups", op.Groups, 1);
        }, members => new ConvTranspose2d(
            members.Window(), members.Whole("outputPaddingHeight", 0), members.Whole("outputPaddingWidth", 0), members.Whole("groups", 1))),
        Of<BatchNorm>("batchNorm", (op, json) => { json.Number("epsilon", op.Epsilon, 1e-5f); json.Number("momentum", op.Momentum, 0.1f); },
            members => new BatchNorm(members.Number("epsilon", 1e-5f), members.Number("momentum", 0.1f))),
        Of("relu", new Relu()),
        Of("sigmoid", new Sigmoid()),
        Of<Clip>("clip", (op, json) => { json.Bound("least", op.Least); json.Bound("greatest", op.Greatest); },
            members => new Clip(members.Number("least", float.NegativeInfinity), members.Number("greatest", float.PositiveInfinity))),
        Of<Affine>("affine", (op, json) => { json.Number("scale", op.Scale, 1); json.Number("shift", op.Shift, 0); },
            members => new Affine(members.Number("scale", 1), members.Number("shift", 0))),
        Of("add", new Add()),
        Of("multiply", new Multiply()),
        Of("scaleChannels", new ScaleChannels()),
        Of("concat", new Concat()),
        Of<PadChannels>("padChannels", (op, json) => { json.Whole("before", op.Before, 0); json.Whole("after", op.After, 0); },
            members => new PadChannels(members.Whole("before", 0), members.Whole("after", 0))),
        Of<SliceChannels>("sliceChannels", (op, json) => { json.Whole("start", op.Start, 0); json.Whole("count", op.Count, 0); },
            members => new SliceChannels(members.Whole("start", 0), members.Whole("count", 0))),
        Of<Subsample>("subsample", (op, json) => json.Wholes("stride", op.StrideHeight, op.StrideWidth),
            members => members.Wholes("stride", 2) is var stride ? new Subsample(stride[0], stride[1]) : null!),
        Of<PadPixels>("padPixels", (op, json) => json.Wholes("pixels", op.Top, op.Left, op.Bottom, op.Right),
            members => members.Wholes("pixels", 4) is var pixels ? new PadPixels(pixels[0], pixels[1], pixels[2], pixels[3]) : null!),
        Of<CropPixels>("cropPixels", (op, json) => json.Wholes("pixels", op.Top, op.Left, op.Bottom, op.Right),
            members => members.Wholes("pixels", 4) is var pixels ? new CropPixels(pixels[0], pixels[1], pixels[2], pixels[3]) : null!),
        Of<Upsample>("upsample", (op, json) => { json.Wholes("factor", op.FactorHeight, op.FactorWidth); json.Word("mode", op.Mode); },
            members => members.Wholes("factor", 2) is var factor ? new Upsample(factor[0], factor[1], members.Word<UpsampleMode>("mode"))
                : null!),
        Of<MaxPool>("maxPool", (op, json) => json.Window(op.Window), members => new MaxPool(members.Window())),
        Of<AveragePool>("averagePool", (op, json) => { json.Window(op.Window); json.Truth("countPadding", op.CountPadding); },
            members => new AveragePool(members.Window(), members.Truth("countPadding"))),
        Of("globalAveragePool", new GlobalAveragePool()),
        Of("linear", new Linear()),
        Of("flatten", new Flatten()),
        Of<Unflatten>("unflatten", (op, json) => json.Wholes("image", op.Channels, op.Height, op.Width),
            members => members.Wholes("image", 3) is var image ? new Unflatten(image[0], image[1], image[2]) : null!),
        Of("softmax", new Softmax()),
        Of<Dropout>("dropout", (op, json) => { json.Number("rate", op.Rate, 0); json.Whole("stream", op.Stream, 0); },
            members => new Dropout(members.Number("rate", 0), members.Whole("stream", 0))),
        Of<StochasticDepth>("stochasticDepth", (op, json) => { json.Number("rate", op.Rate, 0); json.Whole("stream", op.Stream, 0); },
            members => new StochasticDepth(members.Number("rate", 0), members.Whole("stream", 0))),
    ];

    /// <summary>By the operation.</summary>
    public static FrozenDictionary<Type, OpForm> ByType { get; } = s_forms.ToFrozenDictionary(form => form.Type);

    /// <summary>By the word that stands for it.</summary>
    public static FrozenDictionary<string, OpForm> ByWord { get; } = s_forms.ToFrozenDictionary(form => form.Word);

    /// <summary>The operations that a description does not hold, and why.</summary>
    public static FrozenDictionary<Type, string> Exemptions { get; } = new Dictionary<Type, string>
    {
        [typeof(Input)] = "the one image of a network is described by its size",
        [typeof(SoftmaxCrossEntropy)] = IsLoss,
        [typeof(MeanSquaredError)] = IsLoss,
        [typeof(ScaleShift)] = ByPasses,
        [typeof(FoldedWeight)] = ByPasses,
        [typeof(FoldedBias)] = ByPasses,
        [typeof(ChannelSum)] = IsGradient,
    }.ToFrozenDictionary();

    /// <summary>Why an operation is not described: what is said of it, or what its name says (a gradient, fused); null if it is
    /// described.</summary>
    public static string? WhyNot(Type type) => ByType.ContainsKey(type) ? null
        : Exemptions.GetValueOrDefault(type) ?? (type.Name.EndsWith("Gradient", StringComparison.Ordinal) ? IsGradient
            : type.Name.StartsWith("Fused", StringComparison.Ordinal) ? ByPasses : null);

    static OpForm Of<T>(string word, Action<T, OpWriter> write, Func<OpMembers, T> read) where T : Op =>
        new(typeof(T), word, (op, json) => write((T)op, json), read);

    static OpForm Of<T>(string word, T op) where T : Op => new(typeof(T), word, (_, _) => { }, _ => op);
}
