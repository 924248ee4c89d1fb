using Residuum.Inspection;
using Residuum.Tensors;

namespace Residuum.Web.Exploration;

/// <summary>What a layer makes of a picture: its strongest maps as pictures, the scale of their colours, and the numbers of all.</summary>
sealed record MapsAnswer(
    string Layer, int Channels, int Height, int Width, double Mean, double Deviation, float Smallest, float Largest, double ZeroShare,
        int DeadMaps,
    float ScaleLow, float ScaleHigh, string Scale, IReadOnlyList<long> Histogram, IReadOnlyList<MapAnswer> Maps);

/// <summary>A map: its number, how it responds, and its picture.</summary>
sealed record MapAnswer(int Map, double Mean, float Largest, string Picture);

/// <summary>Writes activations for the page.</summary>
static class MapsReader
{
    const int ScaleSteps = 64;

    /// <param name="layer">The activations.</param>
    /// <param name="mostMaps">How many maps are shown.</param>
    /// <param name="mostSide">How long a side of a map is at most, in pixels.</param>
    public static MapsAnswer Of(LayerActivations layer, int mostMaps, int mostSide) => new(
        layer.Layer, layer.Channels, layer.Height, layer.Width, layer.Mean, layer.Deviation, layer.Smallest, layer.Largest, layer.ZeroShare,
            layer.DeadMaps,
        layer.ScaleLow, layer.ScaleHigh, Scale(layer), NumberStatistics.Of(layer.Layer, layer.Values).Histogram,
        [.. layer.Maps.Take(mostMaps).Select(
            map => new MapAnswer(map.Map, map.Mean, map.Largest, DataAddress.Of(layer.Picture(map.Map), mostSide)))]);

    // A map that rises from one end of the scale to the other, in the layer's colours.
    static string Scale(LayerActivations layer)
    {
        var rising = new Tensor(ElementType.Float32, new Shape(1, 1, 1, ScaleSteps));
        var numbers = rising.Span<float>();
        for (var i = 0; i < ScaleSteps; i++) numbers[i] = layer.ScaleLow + (layer.ScaleHigh - layer.ScaleLow) * i / (ScaleSteps - 1);
        return DataAddress.Of(LayerActivations.Of(layer.Layer, rising).Picture(0), ScaleSteps);
    }
}
