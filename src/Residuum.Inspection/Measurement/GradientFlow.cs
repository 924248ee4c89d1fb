using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>
/// How the loss's gradient flows back through networks, and how much of the input flows forward, measured on one batch as in a step of
/// training: batch normalization uses the batch's statistics, the loss is the mean cross-entropy; nothing is dropped at random and images
/// are not augmented. Several networks, or one network at several epochs, side by side. Immutable, safe to share among threads.
/// </summary>
/// <param name="Data">The set of the images.</param>
/// <param name="Images">Which images of the set the batch holds.</param>
/// <param name="Networks">What was measured, network by network.</param>
public sealed record GradientFlow(string Data, ImmutableArray<int> Images, ImmutableArray<NetworkFlow> Networks)
{
    /// <summary>What the figures are.</summary>
    public FlowDefinitions Definitions { get; } = new();

    /// <summary>Measures one model.</summary>
    /// <inheritdoc cref="Of(IEnumerable{MeasuredModel}, ImageSample, int, Action{string}?, CancellationToken)"/>
    public static GradientFlow Of(MeasuredModel model, ImageSample images, int threads = 0) => Of([model], images, threads);

    /// <summary>Measures several models on the same images.</summary>
    /// <param name="models">The models with a classifier, each asked for when the one before is measured.</param>
    /// <param name="images">The batch; at least 4 images. A batch of the size that the networks are trained with says most.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <param name="progress">Called with each model's name before it is measured; may be absent.</param>
    /// <param name="cancellation">Ends the measurement between two blocks; the run through a network itself is not interrupted.</param>
    /// <exception cref="ResiduumException">A model does not take such images, has no classifier, or there are too few images.</exception>
    public static GradientFlow Of(
        IEnumerable<MeasuredModel> models, ImageSample images, int threads = 0, Action<string>? progress = null,
            CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(images);
        var networks = ImmutableArray.CreateBuilder<NetworkFlow>();
        foreach (var model in models)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(model.Name);
            networks.Add(FlowMeasurement.Measure(model, images, threads, cancellation));
        }
        if (networks.Count == 0) throw new ResiduumException("There is no model to measure; give at least one.");
        return new GradientFlow(images.Name, images.Indices, networks.ToImmutable());
    }

    /// <summary>One JSON object with these members in camel case: the figures, and what it takes to measure them again.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FlowJsonContext.Default.GradientFlow);

    /// <summary>A row for each network: norms where the gradient arrives first and last, and what is left of the input at the last
    /// block.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        PlainTable.Write(text,
            [("Network", false), ("Loss", true), ("Gradient, last block", true), ("First", true), ("First / last", true),
                ("Least weight's", true),
                ("Greatest", true), ("Stem explained", true), ("CKA with stem", true)],
            [.. Networks.Select(network => (string[])
                [network.Origin.Name, Figure(network.Loss, "0.000"), Figure(network.Blocks[^1].GradientNorm),
                    Figure(network.FirstBlock.GradientNorm),
                    Figure(network.FirstBlock.GradientNorm / network.Blocks[^1].GradientNorm),
                        Figure(network.Convolutions.Min(each => (double?)each.GradientNorm)),
                    Figure(network.Convolutions.Max(each => (double?)each.GradientNorm)), Figure(network.Blocks[^1].StemExplained, "0.000"),
                    Figure(network.Blocks[^1].StemAlignment, "0.000")])]);
        return text.ToString();
    }

    /// <summary>Four charts over the depth: the gradient at the blocks, that of the convolutions' weights, and both measures of the
    /// input.</summary>
    public string ToSvg() => Draw().ToString();

    internal SvgCanvas Draw() => FlowCharts.Draw(this);

    static string Figure(double? number, string format = "0.00e+0") =>
        number?.ToString(format, System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>How the gradient flows through a network.</summary>
/// <param name="Origin">Which model it is.</param>
/// <param name="Loss">The batch's mean cross-entropy.</param>
/// <param name="Blocks">The stem and the blocks in order; in a network without blocks, its layers.</param>
/// <param name="Convolutions">The convolutions in order.</param>
public sealed record NetworkFlow(
    ModelOrigin Origin, double Loss, ImmutableArray<BlockFlow> Blocks, ImmutableArray<ConvolutionFlow> Convolutions)
{
    /// <summary>The first block behind the stem.</summary>
    internal BlockFlow FirstBlock => Blocks[Math.Min(1, Blocks.Length - 1)];
}

/// <summary>The stem or a block.</summary>
/// <param name="Name">For example <c>stage1.block2</c>.</param>
/// <param name="Part">The part of the network that it belongs to, for example <c>stage1</c>.</param>
/// <param name="Node">The node whose value it hands on, for example <c>stage1.block2.relu2</c>.</param>
/// <param name="Shape">That value's size for one image.</param>
/// <param name="GradientNorm">See <see cref="FlowDefinitions.GradientNorm"/>.</param>
/// <param name="StemExplained">See <see cref="FlowDefinitions.StemExplained"/>; null for what is no map or has too few pixels for its
/// channels.</param>
/// <param name="StemAlignment">See <see cref="FlowDefinitions.StemAlignment"/>; null where nothing varies.</param>
public sealed record BlockFlow(
    string Name, string Part, string Node, ImmutableArray<int> Shape, double GradientNorm, double? StemExplained, double? StemAlignment);

/// <summary>A convolution.</summary>
/// <param name="Name">For example <c>stage1.block2.conv1</c>.</param>
/// <param name="Weight">The name of its weight, for example <c>stage1.block2.conv1.weight</c>.</param>
/// <param name="GradientNorm">The square root of the sum of squares of the loss's gradient with respect to the weight.</param>
/// <param name="WeightNorm">The same of the weight itself.</param>
public sealed record ConvolutionFlow(string Name, string Weight, double GradientNorm, double WeightNorm);

/// <summary>What the figures are, for those who compute them again.</summary>
public sealed record FlowDefinitions
{
    /// <summary>The loss.</summary>
    public string Loss { get; } = "mean over the batch of the cross-entropy of the softmax, no label smoothing; batch "
        + "normalization by the batch's "
        + "mean and biased variance; no dropout, no augmentation";

    /// <summary>A block's gradient.</summary>
    public string GradientNorm { get; } =
        "square root of the sum of squares, over all images, channels and pixels, of the loss's gradient with respect "
        + "to what the node hands on";

    /// <summary>What linear regression finds of the stem's output.</summary>
    public string StemExplained { get; } =
        "share of the variance of the stem's output (sum over its channels, over all images and pixels) that the best "
        + "linear combination, with a constant, of the node's channels at the same pixel explains; of the stem's output the pixels "
        + "(floor(i H / h), floor(j W / w))";

    /// <summary>How alike the images are to one another in both.</summary>
    public string StemAlignment { get; } =
        "linear CKA of the node's value and the stem's output, all numbers of an image as its features, by the unbiased "
        + "estimate of HSIC (Song et al. 2012, equation 5) over the whole batch";
}

/// <summary>The JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GradientFlow))]
sealed partial class FlowJsonContext : JsonSerializerContext;
