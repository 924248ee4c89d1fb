using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>Which values of a network are compared.</summary>
public enum SimilarityLayers
{
    /// <summary>What the stem and each block hand on; in a network without blocks, what each layer hands on.</summary>
    Blocks,

    /// <summary>What each convolution and each linear layer makes, before normalization and activation.</summary>
    Convolutions,
}

/// <summary>
/// How alike the layers of one network, or of two, see images: linear centred kernel alignment (CKA; Kornblith et al. 2019), which asks
/// whether the same images are alike in both, whatever the number of channels and however they are turned. 1 where they agree but for
/// turning and scale, about 0 where they have nothing in common. Running statistics, as in inference. Since few images have more numbers
/// each than there are images, HSIC is estimated without bias (Song et al. 2012), and over batches as Nguyen et al. (2021) do. Immutable,
/// safe to share among threads.
/// </summary>
/// <param name="Data">The set of the images.</param>
/// <param name="Images">Which images of the set.</param>
/// <param name="Batches">How many images each batch of the estimate holds, in the order of <paramref name="Images"/>.</param>
/// <param name="Rows">The network whose layers are the rows.</param>
/// <param name="Columns">The network whose layers are the columns: another or the same.</param>
/// <param name="Alignment">CKA, row by row; null where a layer's numbers do not vary.</param>
public sealed record LayerSimilarity(
    string Data, ImmutableArray<int> Images, ImmutableArray<int> Batches, SimilaritySide Rows, SimilaritySide Columns,
    ImmutableArray<ImmutableArray<double?>> Alignment)
{
    // Enough that the estimate is steady, and few enough that all layers' maps fit into memory.
    const int UsualBatch = 128;

    /// <summary>What the figures are.</summary>
    public string Definition { get; } =
        "linear CKA, all numbers of an image as its features: sum over batches of HSIC(rows, columns) / square root of (sum of "
        + "HSIC(rows, rows) times sum of HSIC(columns, columns)), HSIC by the unbiased estimate (Song et al. 2012, equation 5)";

    /// <summary>Compares each layer with each other one.</summary>
    /// <param name="model">The network whose layers are the rows.</param>
    /// <param name="images">The images; at least 4, some hundreds for figures that are good to two digits.</param>
    /// <param name="other">The network whose layers are the columns; the same where absent.</param>
    /// <param name="layers">Which values are compared.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <param name="progress">Called with the number of images done, after each batch; may be absent.</param>
    /// <param name="cancellation">Ends the comparison between two batches.</param>
    /// <exception cref="ResiduumException">A model does not take such images, or there are too few.</exception>
    public static LayerSimilarity Of(
        MeasuredModel model, ImageSample images, MeasuredModel? other = null, SimilarityLayers layers = SimilarityLayers.Blocks,
            int threads = 0,
        Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count < FeatureGram.LeastImages)
            throw new ResiduumException($"The sample has {images.Count} images, but similarity is estimated from "
                + $"{FeatureGram.LeastImages} or more; give more.");
        var count = (images.Count + UsualBatch - 1) / UsualBatch;
        ImmutableArray<int> batches = [
            .. Enumerable.Range(0, count).Select(i => images.Count * (i + 1) / count - images.Count * i / count)];
        using var rows = new SimilarityProbe(model, images, layers, batches.Max(), threads);
        using var columns = other is null ? null : new SimilarityProbe(other, images, layers, batches.Max(), threads);
        var (height, width) = (rows.Layers.Length, (columns ?? rows).Layers.Length);
        var cross = new double[height, width];
        var (ofRows, ofColumns) = (new double[height], new double[width]);
        var first = 0;
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = images.Part(first, batch);
            var left = rows.Grams(part);
            var right = columns?.Grams(part) ?? left;
            for (var i = 0; i < height; i++)
                for (var j = 0; j < width; j++) cross[i, j] += left[i].Independence(right[j]);
            for (var i = 0; i < height; i++) ofRows[i] += left[i].Independence(left[i]);
            for (var j = 0; j < width; j++) ofColumns[j] += right[j].Independence(right[j]);
            progress?.Invoke(first += batch);
        }
        return new LayerSimilarity(images.Name, images.Indices, batches, rows.Side, (columns ?? rows).Side,
            [.. Enumerable.Range(0, height).Select(i => (ImmutableArray<double?>)
                [.. Enumerable.Range(0, width).Select(j => FeatureGram.Alignment(cross[i, j], ofRows[i], ofColumns[j]))])]);
    }

    /// <summary>One JSON object with these members in camel case: the figures, and what it takes to measure them again.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SimilarityJsonContext.Default.LayerSimilarity);

    /// <summary>For each layer of the rows, the layer of the columns that is most like it; in one network, most like it but
    /// itself.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var isSame = ReferenceEquals(Rows, Columns);
        PlainTable.Write(text, [(Rows.Origin.Name, false), (isSame ? "Most like" : $"Most like, of {Columns.Origin.Name}", false),
            ("CKA", true), ("Least like", false), ("CKA", true)],
            [.. Alignment.Select((row, i) =>
            {
                var others = Enumerable.Range(0, row.Length).Where(j => row[j] is not null && !(isSame && i == j))
                    .OrderByDescending(j => row[j]).ToArray();
                return others.Length == 0 ? (string[])[Rows.Layers[i], "-", "-", "-", "-"]
                    : [Rows.Layers[i], Columns.Layers[others[0]], Figure(row[others[0]]), Columns.Layers[others[^1]],
                    Figure(row[others[^1]])];
            })]);
        return text.ToString();
    }

    /// <summary>The heat map.</summary>
    public string ToSvg() => Draw().ToString();

    internal SvgCanvas Draw() => new HeatMap($"Linear CKA on {Images.Length} images of {Data}", Rows.Layers, Columns.Layers,
        [.. Alignment.SelectMany(row => row).Select(value => value ?? double.NaN)])
    { RowTitle = Rows.Origin.Name, ColumnTitle = Columns.Origin.Name }.Draw();

    static string Figure(double? number) => number?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>A network in a comparison.</summary>
/// <param name="Origin">Which model it is.</param>
/// <param name="Layers">The stem and the blocks, or the layers, in order.</param>
/// <param name="Nodes">The node whose value is meant by each.</param>
public sealed record SimilaritySide(ModelOrigin Origin, ImmutableArray<string> Layers, ImmutableArray<string> Nodes);

/// <summary>Brings batches through a network and keeps how alike their images are in each layer.</summary>
sealed class SimilarityProbe : IDisposable
{
    readonly Probe _probe;
    readonly InspectedModel _model;
    readonly int _threads;

    public SimilarityProbe(MeasuredModel measured, ImageSample images, SimilarityLayers layers, int batch, int threads)
    {
        (_model, _threads) = (measured.Model, threads);
        images.CheckFit(_model, hasClasses: false);
        var points = layers == SimilarityLayers.Blocks ? MeasuredPoint.Blocks(_model.Graph) : MeasuredPoint.Layers(_model.Graph);
        if (points.IsEmpty) throw new ResiduumException($"The network {_model.Name} has no such layers to compare.");
        Side = new SimilaritySide(measured.Origin, [.. points.Select(point => point.Name)],
            [.. points.Select(point => _model.Graph.Nodes[point.Value.Node].Name)]);
        _probe = new Probe(_model, Side.Nodes, batch, threads);
    }

    public SimilaritySide Side { get; }

    public ImmutableArray<string> Layers => Side.Layers;

    public FeatureGram[] Grams(ImageSample images)
    {
        _probe.Run(images.Prepare(_model.Preprocessing));
        return [.. Side.Nodes.Select(node => FeatureGram.Of(_probe.Value(node).Span<float>(), images.Count, _threads))];
    }

    public void Dispose() => _probe.Dispose();
}

/// <summary>The JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LayerSimilarity))]
sealed partial class SimilarityJsonContext : JsonSerializerContext;
