using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Foundation;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Pictures;
using static Residuum.Pictures.NumberText;

namespace Residuum.Inspection;

/// <summary>
/// What the maps of a layer wait for: pictures to which they respond strongly, found by gradient ascent on the input (D. Erhan et al.,
/// "Visualizing higher-layer features of a deep network", 2009). Immutable, safe to share among threads.
/// <para>Let r(x) be the mean of the map over its pixels for the prepared picture x, with running statistics as in inference. A step, with
/// t from 0 to 1 over the search:</para>
/// <list type="number">
/// <item>x is moved by a random number of pixels up to the jitter, what leaves on one side enters on the other, and moved back
/// afterwards;</item>
/// <item>g = dr/dx, divided by the root of its mean square; v = the gradient of the total variation, the sum over pixels of
/// sqrt(dx^2 + dy^2 + 0.0001) with the differences to the right and lower neighbour;</item>
/// <item>x is changed by rate (1 - 0.9 t) (g - variation v);</item>
/// <item>x goes towards its blurred self (1 2 1 / 4 in rows and columns) by blur (1 - t);</item>
/// <item>x is kept among pictures: each pixel between black and white.</item>
/// </list>
/// <para>It starts from noise of deviation 0.3 about the data's mean, or from a picture. Each map's noise and moves follow from the seed
/// and the map's number, so a pattern depends neither on the other maps nor on threads.</para>
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Steps">How many times the pictures were changed.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Maps">The patterns in the order in which their maps were named.</param>
public sealed record Patterns(string Network, string Layer, int Steps, ulong Seed, ImmutableArray<Pattern> Maps)
{
    /// <summary>Searches the patterns, up to eight at a time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The layer, its maps, and how to search.</param>
    /// <param name="progress">Told how many of how many steps are done.</param>
    /// <param name="cancellation">Ends the call between two steps.</param>
    /// <exception cref="ResiduumException">There is no such layer or map, or an option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static Patterns Of(
        InspectedModel model, PatternOptions options, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        using var search = new PatternSearch(model, options);
        return search.Run(progress, cancellation);
    }

    /// <summary>How many maps, or features, a layer has.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer, by the name of a node or part.</param>
    /// <exception cref="ResiduumException">There is no such layer.</exception>
    public static int CountOf(InspectedModel model, string layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Graph.TypeOf(NamedFeatures.Find(model.Graph, layer, model.Name)).Shape[1];
    }

    /// <summary>One JSON object with these members in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PatternsJsonContext.Default.Patterns);

    /// <summary>A line for each map as plain text: the response at the start and at the end.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        PlainTable.Write(text, [("Map", true), ("Label", false), ("Response at start", true), ("Response reached", true)],
            [.. Maps.Select(map => (string[])[$"{map.Map}", map.Label ?? "", Short(map.Start), Short(map.Response)])]);
        return text.ToString();
    }

    /// <summary>The patterns side by side with the responses under them, as SVG.</summary>
    public string ToSvg() => Sheet().ToSvg();

    /// <summary>The same as a PNG picture.</summary>
    public byte[] ToPng() => Sheet().ToPng();

    ContactSheet Sheet() => new($"Patterns of {Layer} in {Network}",
    [
        new SheetSection("",
            [Maps.Any(map => map.Label is not null)
                ? "pictures made for one class each, by gradient ascent; under each the class and its logit, at the start and reached"
                : "pictures made for one map each, by gradient ascent; under each the map and its mean response, at the start and reached"],
            [.. Maps.Select(map => new SheetTile(map.Picture,
                [map.Label is { } label ? Printable.Line(label, 24) : $"{map.Map}", $"{Short(map.Start)} to {Short(map.Response)}"]))],
            LeastSide: 96),
    ]);
}

/// <summary>The picture that a map waits for.</summary>
/// <param name="Map">The map, from 0; or the class.</param>
/// <param name="Label">The class's name; null where the layer is not that of the classes.</param>
/// <param name="Start">The map's mean response to the picture that the search started from.</param>
/// <param name="Response">Its mean response to the picture that was found.</param>
public sealed record Pattern(
    int Map, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Label, double Start, double Response)
{
    /// <summary>The picture that was found, in the network's size, before it is rounded to bytes it gave the response.</summary>
    [JsonIgnore]
    public RgbImage Picture { get; internal init; } = new(1, 1);
}

/// <summary>The JSON of patterns, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Patterns))]
sealed partial class PatternsJsonContext : JsonSerializerContext;
