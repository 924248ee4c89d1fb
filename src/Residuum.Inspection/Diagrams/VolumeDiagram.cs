using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>
/// A network as volumes in perspective: a box for each layer whose depth, height and width grow with the square root of its channels and of
/// the height and width of its maps, by the same scale throughout. Dense layers are flat bars as long as a box of as many channels is
/// deep. Of networks with more than 40 blocks equal neighbours are drawn once, with their number. Immutable, safe to share among threads.
/// </summary>
public sealed class VolumeDiagram
{
    readonly LayerSequence _sequence;

    internal VolumeDiagram(LayerSequence sequence)
    {
        _sequence = sequence;
        Scale = VolumeScale.For(sequence.Layers);
        Layers = [.. sequence.Layers.Select(layer => DiagramLayer.Of(sequence, layer))];
        Shortcuts = [.. sequence.Shortcuts.Select(way => DiagramShortcut.Of(sequence, way))];
    }

    /// <summary>The network's name.</summary>
    public string Name => _sequence.Name;

    /// <summary>How sizes become lengths.</summary>
    public VolumeScale Scale { get; }

    /// <summary>The layers that are drawn, in order; the first is the image.</summary>
    public ImmutableArray<DiagramLayer> Layers { get; }

    /// <summary>The ways beside them.</summary>
    public ImmutableArray<DiagramShortcut> Shortcuts { get; }

    internal LayerSequence Sequence => _sequence;

    /// <summary>The picture; parts that stand for a node carry its name as <c>data-node</c>.</summary>
    public string ToSvg() => VolumePainter.Draw(this).ToString();

    /// <summary>The layers and the ways beside them as a flow chart for Mermaid.</summary>
    public string ToMermaid() => Mermaid.Write(LayerChart.Of([_sequence]));

    /// <summary>The same in Graphviz's language.</summary>
    public string ToDot() => Dot.Write(LayerChart.Of([_sequence]));

    /// <summary>One JSON object with these members in camel case; members that a layer does not have are left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DiagramJsonContext.Default.VolumeDiagram);
}

/// <summary>How sizes become lengths in pixels: length = unit times the square root of the size.</summary>
/// <param name="ChannelUnit">The depth of one channel, and the length of a bar of one feature.</param>
/// <param name="SideUnit">The height and width of a map of one pixel; the width is foreshortened to 0.36 of it across and 0.3 of it
/// upwards.</param>
public sealed record VolumeScale(double ChannelUnit, double SideUnit)
{
    const double DeepestMap = 64, LongestBar = 150, LargestSide = 112;

    internal static VolumeScale For(ImmutableArray<ShownLayer> layers)
    {
        double Largest(Func<ShownLayer, bool> where, Func<ShownLayer, int> size) =>
            layers.Where(where).Select(size).DefaultIfEmpty(1).Max();
        var channels = Math.Min(DeepestMap / Math.Sqrt(Largest(layer => layer.IsMap, layer => layer.Channels)),
            LongestBar / Math.Sqrt(Largest(layer => !layer.IsMap, layer => layer.Channels)));
        return new VolumeScale(channels,
            LargestSide / Math.Sqrt(Largest(layer => layer.IsMap, layer => Math.Max(layer.Height, layer.Width))));
    }

    /// <summary>How deep a box of so many channels is, and how long a bar of so many features.</summary>
    public double Depth(int channels) => ChannelUnit * Math.Sqrt(channels);

    /// <summary>How high or wide a box with maps of so many pixels is.</summary>
    public double Side(int pixels) => SideUnit * Math.Sqrt(pixels);
}

/// <summary>A layer of a diagram.</summary>
/// <param name="Node">The name of its node.</param>
/// <param name="Text">For example <c>3x3 conv, 64, /2</c>.</param>
/// <param name="Part">The part of the network (<see cref="NetworkOutline"/>), or null for the image.</param>
/// <param name="Block">The block, or null.</param>
/// <param name="Copies">How many equal blocks the shown one stands for; 1 for what stands for itself.</param>
/// <param name="Channels">Channels or features that it hands on.</param>
/// <param name="Height">Height of its maps in pixels, or null for features without a place.</param>
/// <param name="Width">Their width.</param>
public sealed record DiagramLayer(string Node, string Text, string? Part, string? Block, int Copies, int Channels, int? Height, int? Width)
{
    internal static DiagramLayer Of(LayerSequence sequence, ShownLayer layer) => new(
        layer.Node.Name, layer.Text, layer.Part < 0 ? null : sequence.Outline.Parts[layer.Part].Name, layer.Block?.Name, layer.Copies,
        layer.Channels, layer.IsMap ? layer.Height : null, layer.IsMap ? layer.Width : null);
}

/// <summary>A way beside the layers of a diagram.</summary>
/// <param name="From">The node of the layer behind which it leaves.</param>
/// <param name="To">The node of the layer behind which it meets the others again.</param>
/// <param name="Kind">What happens to it.</param>
public sealed record DiagramShortcut(string From, string To, OutlineShortcut Kind)
{
    internal static DiagramShortcut Of(LayerSequence sequence, ShownShortcut way) =>
        new(sequence.Layers[way.From].Node.Name, sequence.Layers[way.To].Node.Name, way.Kind);
}

/// <summary>The diagrams' JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true, NewLine = "\n", Converters = [typeof(ShortcutNames)])]
[JsonSerializable(typeof(VolumeDiagram))]
[JsonSerializable(typeof(BlockDiagram))]
[JsonSerializable(typeof(ColumnDiagram))]
sealed partial class DiagramJsonContext : JsonSerializerContext;

/// <summary>Kinds of shortcuts by name, such as <c>zeroPad</c>.</summary>
sealed class ShortcutNames() : JsonStringEnumConverter<OutlineShortcut>(JsonNamingPolicy.CamelCase);
