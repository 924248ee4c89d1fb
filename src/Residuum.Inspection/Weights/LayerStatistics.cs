using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>
/// How the numbers of a network are distributed, layer by layer: weights, the scales (gamma) of batch normalizations, and, for images, what
/// the layers hold, with running statistics as in inference. Immutable, safe to share among threads.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Images">How many images went through; 0 where none were given.</param>
/// <param name="Weights">The weights of convolutions and linear layers, in the graph's order.</param>
/// <param name="Scales">The scales of normalizations.</param>
/// <param name="Activations">What the chosen nodes hold for all images together; empty without images.</param>
public sealed record LayerStatistics(
    string Network, int Images, ImmutableArray<NumberStatistics> Weights, ImmutableArray<NumberStatistics> Scales,
    ImmutableArray<NumberStatistics> Activations)
{
    // So many images go through the network together.
    const int Batch = 16;

    /// <summary>The statistics of a model's weights, and of what its layers hold for pictures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Pictures of any size; the model's preparation makes them fit. None for weights alone.</param>
    /// <param name="layers">
    /// Whose values to look at: names of nodes or of parts; null for every ReLU and what else stands behind a layer as its activation, and
    /// the logits.
    /// </param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <exception cref="ResiduumException">There is no such layer; the sentence names the nearest.</exception>
    public static LayerStatistics Of(
        InspectedModel model, IReadOnlyList<RgbImage>? images = null, IReadOnlyList<string>? layers = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model, images?.Count ?? 0, (first, count) => Together(model, [.. images!.Skip(first).Take(count).Select(model.Prepare)]),
            layers, threads, null);
    }

    /// <summary>The same for images of a data set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images, of the network's size; the model's mean and deviation are taken.</param>
    /// <param name="layers">As above.</param>
    /// <param name="threads">As above.</param>
    /// <param name="progress">Told the share of all runs through the network that is done, between 0 and 1; may be null.</param>
    /// <exception cref="ResiduumException">There is no such layer, or the network takes images of another size.</exception>
    public static LayerStatistics Of(
        InspectedModel model, ImageSample images, IReadOnlyList<string>? layers = null, int threads = 0, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        images.CheckFit(model, hasClasses: false);
        return Of(model, images.Count, (first, count) => images.Part(first, count).Prepare(model.Preprocessing), layers, threads, progress);
    }

    /// <summary>One JSON object with these members in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LayerStatisticsJsonContext.Default.LayerStatistics);

    /// <summary>Tables as plain text: weights, scales, activations.</summary>
    public string ToText() => StatisticsSheet.Text(this);

    /// <summary>All histograms as small multiples in one picture.</summary>
    public string ToSvg() => StatisticsSheet.Svg(this);

    static ImmutableArray<NumberStatistics> OfParameters(InspectedModel model, params ReadOnlySpan<ParameterRole> roles)
    {
        var rows = ImmutableArray.CreateBuilder<NumberStatistics>();
        foreach (var node in model.Graph.Parameters)
        {
            if (!roles.Contains(((Parameter)node.Op).Role)) continue;
            rows.Add(NumberStatistics.Of(node.Name, model.Weights[node.Name]));
        }
        return rows.ToImmutable();
    }

    static LayerStatistics Of(
        InspectedModel model, int count,
            Func<int, int, Tensor> images, IReadOnlyList<string>? layers, int threads, Action<double>? progress) =>
        new(model.Name, count,
            OfParameters(model, ParameterRole.ConvWeight, ParameterRole.LinearWeight),
                OfParameters(model, ParameterRole.NormScale, ParameterRole.LastNormScale),
            count == 0 ? [] : OfActivations(model, count, images, layers ?? UsualLayers(model.Graph), threads, progress));

    static Tensor Together(InspectedModel model, Tensor[] images)
    {
        var all = new Tensor(ElementType.Float32, model.Graph.Inputs.First().Outputs[0].Shape.WithBatch(images.Length));
        var length = (int)images[0].Shape.Count;
        for (var i = 0; i < images.Length; i++) images[i].Span<float>().CopyTo(all.Span<float>().Slice(i * length, length));
        return all;
    }

    // Images are prepared some at a time, by the first one's index and their number, as often as they are asked for.
    static ImmutableArray<NumberStatistics> OfActivations(
        InspectedModel model, int count, Func<int, int, Tensor> images, IReadOnlyList<string> layers, int threads, Action<double>? progress)
    {
        var batch = Math.Min(Batch, count);
        using var probe = new Probe(model, layers, batch, threads);
        var names = layers.Select(layer => NamedFeatures.NodeName(model.Graph, layer, model.Name)).ToArray();
        var gathered = layers.Select(_ => (NumberGatherer?)null).ToArray();
        // Bins are known when all numbers were seen once, so images go through twice, unless one run holds them all.
        var runs = (count + batch - 1) / batch;
        for (var pass = 0; pass < 2; pass++)
            for (var run = 0; run < runs; run++)
            {
                if (pass == 0 || runs > 1) probe.Run(images(run * batch, Math.Min(batch, count - run * batch)));
                for (var i = 0; i < names.Length; i++)
                {
                    var value = probe.Value(names[i]);
                    if (pass == 0) (gathered[i] ??= new NumberGatherer(value.Shape[1]))
                        .Range(value.Span<float>(), value.Shape[0] * value.Shape[1]);
                    else gathered[i]!.Count(value.Span<float>());
                }
                progress?.Invoke((pass * runs + run + 1) / (2.0 * runs));
            }
        return [.. layers.Select((layer, i) => gathered[i]!.Statistics(layer))];
    }

    static string[] UsualLayers(Graph graph)
    {
        var logits = NamedFeatures.Classifier(graph);
        return [.. graph.Nodes.Where(node => node.Op is Relu or Clip or Sigmoid || node == logits).Select(node => node.Name)];
    }
}

/// <summary>How the numbers of a weight or of what a layer holds are distributed.</summary>
/// <param name="Name">The parameter or the layer.</param>
/// <param name="Count">How many numbers.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation (of the numbers at hand: divided by their count).</param>
/// <param name="Smallest">The smallest number.</param>
/// <param name="Largest">The largest number.</param>
/// <param name="ZeroShare">The share of numbers that are exactly zero, 0 to 1.</param>
/// <param name="NearZero">How many numbers lie between -0.01 and 0.01: of scales, the channels that a network hardly uses.</param>
/// <param name="Channels">Channels of a layer, or filters of a weight.</param>
/// <param name="DeadChannels">How many of them are zero everywhere, in all images.</param>
/// <param name="Histogram">
/// How many numbers that are not exactly zero lie in each of the bins of equal width from the smallest to the largest number; the last bin
/// holds the largest, too.
/// </param>
public sealed record NumberStatistics(
    string Name, long Count, double Mean, double Deviation, float Smallest, float Largest, double ZeroShare, long NearZero, int Channels,
    int DeadChannels, ImmutableArray<long> Histogram)
{
    /// <summary>How far from zero a number is near it.</summary>
    public const double Nearness = 0.01;

    /// <summary>How many bins a histogram has.</summary>
    public const int Bins = 40;

    /// <summary>The statistics of a tensor.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="values">Its numbers; the first dimension counts channels or filters.</param>
    public static NumberStatistics Of(string name, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var numbers = values.ToFloat32();
        var gathered = new NumberGatherer(numbers.Shape[0]);
        gathered.Range(numbers.Span<float>(), numbers.Shape[0]);
        gathered.Count(numbers.Span<float>());
        return gathered.Statistics(name);
    }
}

/// <summary>The statistics' JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LayerStatistics))]
sealed partial class LayerStatisticsJsonContext : JsonSerializerContext;
