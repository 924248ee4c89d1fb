using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>
/// Where a network sees a class in a picture: its class-activation map by Grad-CAM (R. R. Selvaraju et al., "Grad-CAM", ICCV 2017) or
/// Grad-CAM++ (A. Chattopadhay et al., WACV 2018). Immutable, safe to share among threads.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Layer">The layer whose maps were weighed.</param>
/// <param name="Class">The class, how probable the network finds it, and its logit.</param>
/// <param name="PlusPlus">Whether by Grad-CAM++ rather than Grad-CAM.</param>
/// <param name="Height">Rows of the layer's maps.</param>
/// <param name="Width">Columns of the layer's maps.</param>
/// <param name="Map">
/// The map, row by row, height x width numbers from 0 up: how much each place speaks for the class, in the units of the logit's gradient
/// times the layer's values.
/// </param>
public sealed record GradCam(string Network, string Layer, Prediction Class, bool PlusPlus, int Height, int Width,
    ImmutableArray<float> Map)
{
    /// <summary>The part of the picture that the network sees, in its size or larger.</summary>
    [JsonIgnore]
    public RgbImage View { get; internal init; } = new(1, 1);

    /// <summary>The map of one class for a picture. For many pictures, <see cref="GradCamPlan"/> prepares the network once.</summary>
    /// <param name="model">The model; must have a classifier.</param>
    /// <param name="image">The picture, of any size; the model's preparation makes it fit.</param>
    /// <param name="label">The class, from 0; null for the most probable one.</param>
    /// <param name="layer">The layer whose maps are weighed, by the name of a node or part; null for the last maps before the
    /// classifier.</param>
    /// <param name="plusPlus">Whether by Grad-CAM++ rather than Grad-CAM.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <exception cref="ResiduumException">
    /// There is no classifier, no such class or layer, or the layer has no maps that the classifier depends on.
    /// </exception>
    public static GradCam Of(
        InspectedModel model, RgbImage image, int? label = null, string? layer = null, bool plusPlus = false, int threads = 0)
    {
        using var plan = new GradCamPlan(model, layer, threads);
        return plan.Explain(image, label, plusPlus);
    }

    /// <summary>
    /// The map in another size, by bilinear interpolation between the centres of its pixels (PyTorch's <c>interpolate</c> with
    /// <c>align_corners=False</c>).
    /// </summary>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public float[] Enlarge(int height, int width) => Heat.Enlarge(Map.AsSpan(), Height, Width, height, width);

    /// <summary>The map over <see cref="View"/>: places that speak for the class are tinted, from dark to light yellow at the
    /// largest.</summary>
    public RgbImage Overlay() => Heat.Over(View, Enlarge(View.Height, View.Width), 0, Largest, ColorMap.Sequential);

    /// <summary>One JSON object with these members in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AttributionJsonContext.Default.GradCam);

    /// <summary>The picture and the map over it, with the scale, as SVG.</summary>
    public string ToSvg() => AttributionSheet.Of([this]).ToSvg();

    /// <summary>The same as a PNG picture.</summary>
    public byte[] ToPng() => AttributionSheet.Of([this]).ToPng();

    /// <summary>The class that a user means by its number or its name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="text">A number from 0, or a label in any case.</param>
    /// <exception cref="ResiduumException">There is no such class; the sentence names the nearest.</exception>
    public static int FindClass(InspectedModel model, string text)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(text);
        return ClassScores.Find(model, text);
    }

    /// <summary>The maps of several classes for one picture as one JSON array.</summary>
    public static string ToJson(IReadOnlyList<GradCam> maps) =>
        JsonSerializer.Serialize(maps, AttributionJsonContext.Default.IReadOnlyListGradCam);

    /// <summary>A line for each class as plain text: its probability, and where its map is largest.</summary>
    public static string ToText(IReadOnlyList<GradCam> maps) => AttributionSheet.Text(maps);

    /// <summary>The picture and the maps of several classes over it, as SVG.</summary>
    /// <param name="maps">Maps of one picture; at least one.</param>
    public static string ToSvg(IReadOnlyList<GradCam> maps) => AttributionSheet.Of(maps).ToSvg();

    /// <summary>The same as a PNG picture.</summary>
    /// <inheritdoc cref="ToSvg(IReadOnlyList{GradCam})"/>
    public static byte[] ToPng(IReadOnlyList<GradCam> maps) => AttributionSheet.Of(maps).ToPng();

    internal float Largest => Map.Max();

    internal string Method => PlusPlus ? "Grad-CAM++" : "Grad-CAM";
}

/// <summary>The JSON of attributions, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(GradCam))]
[JsonSerializable(typeof(IReadOnlyList<GradCam>))]
[JsonSerializable(typeof(OcclusionMap))]
sealed partial class AttributionJsonContext : JsonSerializerContext;
