using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>
/// What a network misses of a class when parts of a picture are covered (M. D. Zeiler and R. Fergus, "Visualizing and understanding
/// convolutional networks", 2014): a square window, filled with what the preparation makes zero (the data's mean colour), goes over the
/// picture as the network sees it, and each place holds how far logit and probability of the class fall. Immutable, safe to share among
/// threads.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Class">The class, and what the network makes of the whole picture.</param>
/// <param name="Window">The side of the window in pixels of the network's input.</param>
/// <param name="Stride">Pixels from one place of the window to the next; the last place ends at the border.</param>
/// <param name="Height">Rows of the network's input.</param>
/// <param name="Width">Columns of the network's input.</param>
/// <param name="Rows">Places from top to bottom.</param>
/// <param name="Columns">Places from left to right.</param>
/// <param name="LogitFall">How far the logit falls, place by place, row by row; below zero where it rises.</param>
/// <param name="ProbabilityFall">How far the probability falls.</param>
public sealed record OcclusionMap(
    string Network, Prediction Class, int Window, int Stride, int Height, int Width, int Rows, int Columns, ImmutableArray<float> LogitFall,
    ImmutableArray<float> ProbabilityFall)
{
    /// <summary>The part of the picture that the network sees, in its size or larger.</summary>
    [JsonIgnore]
    public RgbImage View { get; internal init; } = new(1, 1);

    /// <summary>Covers a picture part by part.</summary>
    /// <param name="model">The model; must have a classifier.</param>
    /// <param name="image">The picture, of any size; the model's preparation makes it fit.</param>
    /// <param name="label">The class, from 0; null for the most probable one.</param>
    /// <param name="window">The side of the window in pixels of the network's input; null for a quarter of the shorter side.</param>
    /// <param name="stride">Pixels from one place of the window to the next; null for a quarter of the window.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <param name="progress">Told how many of how many places are done.</param>
    /// <param name="cancellation">Ends the call between two batches.</param>
    /// <exception cref="ResiduumException">There is no classifier or no such class, or window or stride do not fit the input.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static OcclusionMap Of(
        InspectedModel model, RgbImage image, int? label = null, int? window = null, int? stride = null, int threads = 0,
        Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        return new OcclusionRun(model, image, window, stride).Run(label, threads, progress, cancellation);
    }

    /// <summary>
    /// The fall of the logit for each pixel of the network's input, row by row: the mean over all places of the window that cover it; 0
    /// where none does.
    /// </summary>
    public float[] PerPixel()
    {
        var (sums, counts) = (new double[Height * Width], new int[Height * Width]);
        for (var place = 0; place < LogitFall.Length; place++)
        {
            var (top, left) = (Start(place / Columns, Height), Start(place % Columns, Width));
            for (var y = top; y < top + Window; y++)
                for (var x = left; x < left + Window; x++)
                {
                    sums[y * Width + x] += LogitFall[place];
                    counts[y * Width + x]++;
                }
        }
        return [.. sums.Zip(counts, (sum, count) => (float)(sum / Math.Max(count, 1)))];
    }

    /// <summary>
    /// The fall over <see cref="View"/>: red where the class needs the picture, blue where covering it helps the class.
    /// </summary>
    public RgbImage Overlay()
    {
        var falls = PerPixel();
        var largest = Largest(falls);
        return Heat.Over(View, Heat.Enlarge(falls, Height, Width, View.Height, View.Width), -largest, largest, ColorMap.Diverging);
    }

    /// <summary>One JSON object with these members in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AttributionJsonContext.Default.OcclusionMap);

    /// <summary>A line as plain text: the class, and where covering the picture lowers it most.</summary>
    public string ToText() => AttributionSheet.Text(this);

    /// <summary>The picture and the fall over it, with the scale, as SVG.</summary>
    public string ToSvg() => AttributionSheet.Of(this).ToSvg();

    /// <summary>The same as a PNG picture.</summary>
    public byte[] ToPng() => AttributionSheet.Of(this).ToPng();

    internal static float Largest(ReadOnlySpan<float> falls)
    {
        var largest = 0f;
        foreach (var fall in falls) largest = Math.Max(largest, Math.Abs(fall));
        return largest;
    }

    // The first row or column that a place covers.
    int Start(int place, int side) => OcclusionRun.Start(place, side, Window, Stride);
}
