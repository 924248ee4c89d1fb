using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Residuum.Images;
using Residuum.Pictures;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>
/// What a layer holds for one picture. A layer without maps, such as the logits, counts as maps of one pixel. Immutable, safe to share
/// among threads.
/// </summary>
/// <param name="Layer">The layer, as it was asked for.</param>
/// <param name="Channels">How many maps it has.</param>
/// <param name="Height">Rows of a map.</param>
/// <param name="Width">Columns of a map.</param>
/// <param name="Mean">The mean over all its numbers.</param>
/// <param name="Deviation">Their standard deviation (of the numbers at hand: divided by their count).</param>
/// <param name="Smallest">The smallest number.</param>
/// <param name="Largest">The largest number.</param>
/// <param name="ZeroShare">The share of numbers that are zero, 0 to 1.</param>
/// <param name="DeadMaps">How many maps are zero everywhere for this picture.</param>
/// <param name="Maps">Its maps, the one with the largest mean first; of equal ones the first.</param>
public sealed record LayerActivations(
    string Layer, int Channels, int Height, int Width, double Mean, double Deviation, float Smallest, float Largest, double ZeroShare,
        int DeadMaps,
    ImmutableArray<MapResponse> Maps)
{
    /// <summary>All its numbers, channels x height x width.</summary>
    [JsonIgnore]
    public Tensor Values { get; private init; } = new(ElementType.Float32, new Shape(Channels, Height, Width));

    /// <summary>The statistics of what a layer holds. Sums go in double precision.</summary>
    /// <param name="layer">What to call it.</param>
    /// <param name="values">1 x channels x height x width, or 1 x features.</param>
    /// <exception cref="ResiduumException">The values have another shape.</exception>
    public static LayerActivations Of(string layer, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Shape.Rank is not (2 or 4) || values.Shape[0] != 1)
            throw new ResiduumException($"The values of a layer for one image are 1 x channels x height x width or 1 x features, "
                + $"not {values.Shape}.");
        var (channels, height, width) =
            values.Shape.Rank == 4 ? (values.Shape[1], values.Shape[2], values.Shape[3]) : (values.Shape[1], 1, 1);
        var dense = values.ToFloat32();
        ReadOnlySpan<float> numbers = dense.Span<float>();
        var (mean, deviation) = Moments(numbers);
        var maps = new MapResponse[channels];
        var (smallest, largest, zeros, dead) = (float.PositiveInfinity, float.NegativeInfinity, 0L, 0);
        for (var channel = 0; channel < channels; channel++)
        {
            var map = numbers.Slice(channel * height * width, height * width);
            var (mapMean, mapLargest, mapZeros) = (0.0, float.NegativeInfinity, 0);
            foreach (var number in map)
            {
                mapMean += number;
                smallest = Math.Min(smallest, number);
                mapLargest = Math.Max(mapLargest, number);
                if (number == 0) mapZeros++;
            }
            maps[channel] = new MapResponse(channel, mapMean / map.Length, mapLargest);
            largest = Math.Max(largest, mapLargest);
            zeros += mapZeros;
            if (mapZeros == map.Length) dead++;
        }
        return new LayerActivations(layer, channels, height, width, mean, deviation, smallest, largest, (double)zeros / numbers.Length,
            dead,
            [.. maps.OrderByDescending(map => map.Mean)])
        {
            Values = dense.Reshape(new Shape(channels, height, width)),
        };
    }

    /// <summary>The numbers of one map, row by row.</summary>
    /// <param name="map">The map, from 0.</param>
    public ReadOnlySpan<float> Map(int map)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(map);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(map, Channels);
        return Values.Span<float>().Slice(map * Height * Width, Height * Width);
    }

    /// <summary>
    /// One map as a picture of its own size, in colours of the layer's scale: from 0 to the largest number from dark to light, or, where
    /// the layer has numbers below zero, from blue over white to red with zero in the middle.
    /// </summary>
    /// <param name="map">The map, from 0.</param>
    public RgbImage Picture(int map) => Colors.Paint(Map(map), Height, Width, ScaleLow, ScaleHigh);

    /// <summary>The number at the lower end of the scale of <see cref="Picture"/>.</summary>
    [JsonIgnore]
    public float ScaleLow => IsSigned ? -ScaleHigh : 0;

    /// <summary>The number at the upper end of the scale of <see cref="Picture"/>.</summary>
    [JsonIgnore]
    public float ScaleHigh => IsSigned ? Math.Max(-Smallest, Largest) : Largest;

    internal ColorMap Colors => IsSigned ? ColorMap.Diverging : ColorMap.Sequential;

    bool IsSigned => Smallest < 0;

    static (double Mean, double Deviation) Moments(ReadOnlySpan<float> numbers)
    {
        double sum = 0, squares = 0;
        foreach (var number in numbers) sum += number;
        var mean = sum / numbers.Length;
        foreach (var number in numbers) squares += (number - mean) * (number - mean);
        return (mean, Math.Sqrt(squares / numbers.Length));
    }
}

/// <summary>How a map responds to a picture.</summary>
/// <param name="Map">The map, from 0.</param>
/// <param name="Mean">The mean of its numbers, by which maps are ranked.</param>
/// <param name="Largest">The largest of them.</param>
public readonly record struct MapResponse(int Map, double Mean, float Largest);
