using System.Collections.Frozen;
using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>
/// Runs any graph, forward, backward, fused or folded, in scalar double precision: plain loops that transcribe the formulas in the
/// operations' documentation. It shares no code with the kernels, so that the two can be compared. Slow; for small problems.
/// </summary>
public static class ReferenceRunner
{
    /// <summary>How each operation that reads something is computed; sources are given.</summary>
    static readonly FrozenDictionary<Type, ReferenceRule> Rules = new Dictionary<Type, ReferenceRule>
    {
        [typeof(Conv2d)] = ReferenceConvolutions.Forward,
        [typeof(ConvInputGradient)] = ReferenceConvolutions.InputGradient,
        [typeof(ConvWeightGradient)] = ReferenceConvolutions.WeightGradient,
        [typeof(BatchNorm)] = ReferenceNormalizations.Forward,
        [typeof(BatchNormGradient)] = ReferenceNormalizations.Gradient,
        [typeof(ScaleShift)] = ReferenceNormalizations.ScaleShift,
        [typeof(ChannelSum)] = ReferenceNormalizations.ChannelSum,
        [typeof(Relu)] = ReferenceElementwise.Relu,
        [typeof(ReluGradient)] = ReferenceElementwise.ReluGradient,
        [typeof(Add)] = ReferenceElementwise.Add,
        [typeof(Subsample)] = ReferenceShortcuts.Subsample,
        [typeof(SubsampleGradient)] = ReferenceShortcuts.SubsampleGradient,
        [typeof(PadChannels)] = ReferenceShortcuts.PadChannels,
        [typeof(SliceChannels)] = ReferenceShortcuts.SliceChannels,
        [typeof(MaxPool)] = ReferencePooling.Maximum,
        [typeof(MaxPoolGradient)] = ReferencePooling.MaximumGradient,
        [typeof(GlobalAveragePool)] = ReferencePooling.Average,
        [typeof(GlobalAveragePoolGradient)] = ReferencePooling.AverageGradient,
        [typeof(Linear)] = ReferenceClassifier.Linear,
        [typeof(LinearInputGradient)] = ReferenceClassifier.LinearInputGradient,
        [typeof(LinearWeightGradient)] = ReferenceClassifier.LinearWeightGradient,
        [typeof(Flatten)] = ReferenceElementwise.Copy,
        [typeof(Unflatten)] = ReferenceElementwise.Copy,
        [typeof(SoftmaxCrossEntropy)] = ReferenceClassifier.CrossEntropy,
        [typeof(SoftmaxCrossEntropyGradient)] = ReferenceClassifier.CrossEntropyGradient,
        [typeof(AveragePool)] = ReferencePooling.WindowAverage,
        [typeof(AveragePoolGradient)] = ReferencePooling.WindowAverageGradient,
        [typeof(Multiply)] = ReferenceElementwise.Multiply,
        [typeof(Affine)] = ReferenceElementwise.Affine,
        [typeof(Sigmoid)] = ReferenceElementwise.Sigmoid,
        [typeof(SigmoidGradient)] = ReferenceElementwise.SigmoidGradient,
        [typeof(Clip)] = ReferenceElementwise.Clip,
        [typeof(ClipGradient)] = ReferenceElementwise.ClipGradient,
        [typeof(Softmax)] = ReferenceClassifier.Softmax,
        [typeof(SoftmaxGradient)] = ReferenceClassifier.SoftmaxGradient,
        [typeof(MeanSquaredError)] = ReferenceClassifier.SquaredError,
        [typeof(MeanSquaredErrorGradient)] = ReferenceClassifier.SquaredErrorGradient,
        [typeof(ScaleChannels)] = ReferenceChannels.Scale,
        [typeof(ScaleChannelsGradient)] = ReferenceChannels.ScaleGradient,
        [typeof(Concat)] = ReferenceChannels.Concat,
        [typeof(Dropout)] = ReferenceChannels.Dropout,
        [typeof(StochasticDepth)] = ReferenceChannels.StochasticDepth,
        [typeof(PadPixels)] = ReferencePixels.Pad,
        [typeof(CropPixels)] = ReferencePixels.Crop,
        [typeof(Upsample)] = ReferencePixels.Upsample,
        [typeof(UpsampleGradient)] = ReferencePixels.UpsampleGradient,
        [typeof(ConvTranspose2d)] = ReferenceConvolutions.Transposed,
        [typeof(FusedConv2d)] = ReferenceFused.Convolution,
        [typeof(FusedConvInputGradient)] = ReferenceFused.ConvolutionInputGradient,
        [typeof(FusedBatchNorm)] = ReferenceFused.Normalization,
        [typeof(FusedScaleShift)] = ReferenceFused.ScaleShift,
        [typeof(FusedBatchNormGradient)] = ReferenceFused.NormalizationGradient,
        [typeof(SummedBatchNormGradient)] = ReferenceFused.SummedNormalizationGradient,
        [typeof(FusedScaleChannels)] = ReferenceFused.ScaledChannels,
        [typeof(FoldedWeight)] = ReferenceFused.FoldedWeight,
        [typeof(FoldedBias)] = ReferenceFused.FoldedBias,
    }.ToFrozenDictionary();

    /// <summary>Whether operations of this type can be run.</summary>
    public static bool Knows(Type op) => op.IsSubclassOf(typeof(SourceOp)) || Rules.ContainsKey(op);

    /// <summary>Computes every value of a graph.</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="sources">
    /// By node name the elements of inputs and parameters, and of states unless they are at their initial value; N x C x H x W.
    /// </param>
    /// <param name="batch">The number of images, for free batches.</param>
    /// <returns>Every value's elements.</returns>
    /// <exception cref="ResiduumException">A source is missing or has the wrong number of elements.</exception>
    public static IReadOnlyDictionary<Value, double[]> Run(Graph graph, IReadOnlyDictionary<string, double[]> sources, int batch)
    {
        var values = new Dictionary<Value, ReferenceTensor>();
        foreach (var node in graph.Nodes)
        {
            var shapes = node.Outputs.Select(type => type.Shape.WithBatch(batch));
            ReferenceTensor[] outputs;
            if (node.Op is SourceOp source)
            {
                outputs = [new ReferenceTensor(shapes.Single(), Elements(node.Name, source, (int)shapes.Single().Count, sources))];
            }
            else
            {
                outputs = [.. shapes.Select(shape => new ReferenceTensor(shape))];
                Rules[node.Op.GetType()](new ReferenceStep(node.Op, [.. node.Inputs.Select(input => values[input])], outputs));
            }
            for (var i = 0; i < outputs.Length; i++) values[node.Output(i)] = outputs[i];
        }
        return values.ToDictionary(pair => pair.Key, pair => pair.Value.Data);
    }

    static double[] Elements(string name, SourceOp source, int count, IReadOnlyDictionary<string, double[]> sources) => source switch
    {
        Constant constant => Filled(count, constant.Value),
        _ when sources.TryGetValue(name, out var given) => given,
        State state => Filled(count, state.Initial),
        _ => throw new ResiduumException($"The graph needs '{name}' and was not given it."),
    };

    static double[] Filled(int count, double value)
    {
        var elements = new double[count];
        Array.Fill(elements, value);
        return elements;
    }
}
