using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Pictures;
using Residuum.Tensors;
using static Residuum.Pictures.NumberText;

namespace Residuum.Inspection;

/// <summary>
/// The kernels of a convolution as pictures: in colour where it reads three channels, the image's as a rule; else each input channel's
/// kernel in blue (below zero), white and red. Immutable, safe to share among threads.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Layer">The convolution.</param>
/// <param name="InputChannels">How many channels a kernel reads.</param>
/// <param name="Shown">Which of them are shown; in colour all three are one picture.</param>
/// <param name="IsColour">Whether kernels are shown in colour.</param>
/// <param name="Height">Rows of a kernel.</param>
/// <param name="Width">Columns of a kernel.</param>
/// <param name="Filters">The filters in the order in which they are shown.</param>
public sealed record FilterSheet(
    string Network, string Layer, int InputChannels, ImmutableArray<int> Shown, bool IsColour, int Height, int Width,
    ImmutableArray<FilterKernel> Filters)
{
    const int Colours = 3;

    // Kernels of a layer within the network: the first few input channels, enough to see what there is.
    const int UsualChannels = 8;
    const int UsualFilters = 64;
    const int LeastSide = 56;
    const int LeastSideOfPixel = 20;

    /// <summary>The kernels of a convolution.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The convolution's name, or that of a part or block, which means the first in it; null for the network's
    /// first.</param>
    /// <param name="channels">Which of the channels that it reads to show, from 0; null for the first eight, or all where there are
    /// three.</param>
    /// <param name="sorted">Whether the filters with the largest norm come first; else they keep their order.</param>
    /// <param name="most">How many filters at most; null for 64.</param>
    /// <exception cref="ResiduumException">There is no such convolution or channel.</exception>
    public static FilterSheet Of(
        InspectedModel model, string? layer = null, IReadOnlyList<int>? channels = null, bool sorted = false, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var node = Convolution(model, layer);
        var weight = Weight(model, node);
        var (filters, inputs, height, width) = (weight.Shape[0], weight.Shape[1], weight.Shape[2], weight.Shape[3]);
        foreach (var channel in channels ?? [])
            if (channel < 0 || channel >= inputs)
                throw new ResiduumException($"The kernels of {node.Name} read {inputs} channels, 0 to {inputs - 1}; there is "
                    + $"no channel {channel}.");
        int[] shown = channels is { Count: > 0 } ? [.. channels]
            : [.. Enumerable.Range(0, inputs == Colours ? Colours : Math.Min(inputs, UsualChannels))];
        var size = height * width;
        var kernels = Enumerable.Range(0, filters)
            .Select(filter => Kernel(filter, weight.Span<float>().Slice(filter * inputs * size, inputs * size), shown, size));
        if (sorted) kernels = kernels.OrderByDescending(kernel => kernel.Norm);
        var isColour = inputs == Colours && shown.SequenceEqual(Enumerable.Range(0, Colours));
        return new FilterSheet(model.Name, node.Name, inputs, [.. shown], isColour, height, width, [.. kernels.Take(most ?? UsualFilters)]);
    }

    /// <summary>
    /// One filter as a picture of its own size, in colour: from its smallest number, black, to its largest, white, in all three channels
    /// alike.
    /// </summary>
    /// <param name="index">Its place among <see cref="Filters"/>.</param>
    public RgbImage Colour(int index)
    {
        if (!IsColour) throw new ResiduumException($"The kernels of {Layer} that are shown are not the three of colours; "
            + "take them one by one.");
        var size = Height * Width;
        var numbers = Filters[index].Weights;
        var (low, high) = (Filters[index].Smallest, Filters[index].Largest);
        var image = new RgbImage(Width, Height);
        for (var pixel = 0; pixel < size; pixel++)
            for (var channel = 0; channel < Colours; channel++)
                image.Pixels[3 * pixel + channel] =
                    (byte)Math.Clamp(high > low ? (int)Math.Round(255.0 * (numbers[channel * size + pixel] - low) / (high - low)) : 128, 0,
                        255);
        return image;
    }

    /// <summary>
    /// The kernel of one input channel as a picture of its own size: blue below zero, white at zero, red above, scaled by the largest
    /// absolute number of its filter.
    /// </summary>
    /// <param name="index">The filter's place among <see cref="Filters"/>.</param>
    /// <param name="channel">The channel's place among <see cref="Shown"/>.</param>
    public RgbImage Picture(int index, int channel)
    {
        var size = Height * Width;
        var reach = Math.Max(Math.Abs(Filters[index].Smallest), Math.Abs(Filters[index].Largest));
        return ColorMap.Diverging.Paint(Filters[index].Weights.AsSpan().Slice(channel * size, size), Height, Width, -reach, reach);
    }

    /// <summary>One JSON object with these members in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FilterJsonContext.Default.FilterSheet);

    /// <summary>A line for each filter, as plain text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        PlainTable.Write(text, [("Filter", true), ("Mean", true), ("Norm", true), ("Smallest", true), ("Largest", true)],
            [.. Filters.Select(filter => (string[])
                [$"{filter.Filter}", Short(filter.Mean), Short(filter.Norm), Short(filter.Smallest), Short(filter.Largest)])]);
        return text.ToString();
    }

    /// <summary>The sheet as SVG.</summary>
    public string ToSvg() => Sheet().ToSvg();

    /// <summary>The sheet as a PNG picture.</summary>
    public byte[] ToPng() => Sheet().ToPng();

    ContactSheet Sheet()
    {
        var title = $"Kernels of {Layer} in {Network}: {Height}x{Width} of {InputChannels} channel{(InputChannels == 1 ? "" : "s")}";
        if (IsColour || Shown.Length == 1)
        {
            string[] notes = IsColour
                ? ["red, green and blue as the network reads them; under each its number and its smallest and largest "
                + "weight, black and white"]
                : [$"channel {Shown[0]}; under each its number and its smallest and largest weight; colours reach to the largest of each"];
            return new ContactSheet(title, [new SheetSection("", notes,
                [.. Filters.Select((filter, i) => new SheetTile(IsColour ? Colour(i) : Picture(i, 0),
                    [$"{filter.Filter}", $"{Short(filter.Smallest)} / {Short(filter.Largest)}"]))], Scale(), LeastSide)]);
        }
        return new ContactSheet(title,
        [
            new SheetSection("", ["for each filter the kernels of some of the channels that it reads; colours reach to the largest "
                + "weight of the filter"], [], Scale()),
            .. Filters.Select((filter, i) => new SheetSection(
                $"filter {filter.Filter}: {Short(filter.Smallest)} to {Short(filter.Largest)}, norm {Short(filter.Norm)}", [],
                [.. Shown.Select((channel, j) => new SheetTile(Picture(i, j), [$"{channel}"]))], null,
                    Height * Width == 1 ? LeastSideOfPixel : LeastSide)),
        ]);
    }

    SheetScale? Scale() => IsColour ? null : new SheetScale(ColorMap.Diverging, "- largest", "+ largest of the filter");

    static Node Convolution(InspectedModel model, string? layer)
    {
        var convolutions = model.Graph.Nodes.Where(node => node.Op is Conv2d).ToList();
        if (convolutions.Count == 0) throw new ResiduumException($"{model.Name} has no convolution, so it has no kernels to show.");
        if (layer is null) return convolutions[0];
        var found = convolutions.Find(node => node.Name == layer)
            ?? convolutions.Find(node => node.Name.StartsWith(layer + ".", StringComparison.Ordinal));
        if (found is not null) return found;
        var nearest = EditDistance.Nearest(layer, convolutions.Select(node => node.Name));
        throw new ResiduumException($"{model.Name} has no convolution "
            + $"{Printable.Quote(layer)}{(nearest is null ? "" : $" (the nearest is {nearest})")}; "
            + "residuum summary lists all nodes.");
    }

    // Files of others may hold a weight that is one number throughout, and hence no weight of the model's.
    static Tensor Weight(InspectedModel model, Node convolution)
    {
        var source = model.Graph.Nodes[convolution.Inputs[1].Node];
        if (source.Op is Constant constant)
        {
            var filled = new Tensor(ElementType.Float32, constant.Type.Shape);
            filled.Span<float>().Fill(constant.Value);
            return filled;
        }
        return model.Weights.TryGetValue(source.Name, out var weight) ? weight.ToFloat32()
            : throw new ResiduumException($"The kernels of {convolution.Name} are no weights of {model.Name} but computed; name "
            + "another convolution.");
    }

    static FilterKernel Kernel(int filter, ReadOnlySpan<float> weights, int[] shown, int size)
    {
        var (sum, squares, smallest, largest) = (0.0, 0.0, float.PositiveInfinity, float.NegativeInfinity);
        foreach (var weight in weights)
        {
            sum += weight;
            squares += (double)weight * weight;
            smallest = Math.Min(smallest, weight);
            largest = Math.Max(largest, weight);
        }
        var kept = new float[shown.Length * size];
        for (var i = 0; i < shown.Length; i++) weights.Slice(shown[i] * size, size).CopyTo(kept.AsSpan(i * size));
        return new FilterKernel(filter, sum / weights.Length, Math.Sqrt(squares), smallest, largest, [.. kept]);
    }
}

/// <summary>The weights of one filter, over all channels that it reads.</summary>
/// <param name="Filter">Which, from 0: the channel that it makes.</param>
/// <param name="Mean">The mean weight.</param>
/// <param name="Norm">The root of the sum of squares.</param>
/// <param name="Smallest">The smallest weight.</param>
/// <param name="Largest">The largest weight.</param>
/// <param name="Weights">The weights of the channels that are shown: channels x height x width, row by row.</param>
public sealed record FilterKernel(int Filter, double Mean, double Norm, float Smallest, float Largest, ImmutableArray<float> Weights);

/// <summary>The filters' JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(FilterSheet))]
sealed partial class FilterJsonContext : JsonSerializerContext;
