using System.Collections.Immutable;
using System.Text.Json;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>
/// Networks side by side as columns of layers, as in figure 3 of [He15]: layers that hand on maps of one size begin at one height,
/// shortcuts curve beside them, dashed where they pad. Of networks with more than 40 blocks equal neighbours are drawn once, with their
/// number.
/// Immutable, safe to share among threads.
/// </summary>
public sealed class ColumnDiagram
{
    internal ColumnDiagram(ImmutableArray<LayerSequence> sequences)
    {
        Sequences = sequences;
        Groups = ColumnGroup.Of(sequences);
        Networks = [.. sequences.Select(
            sequence => new DiagramNetwork(sequence.Name, sequence.Graph.ParameterCount, sequence.Graph.MultiplyAdds,
            [.. sequence.Layers.Select(layer => DiagramLayer.Of(sequence, layer))],
                [.. sequence.Shortcuts.Select(way => DiagramShortcut.Of(sequence, way))]))];
    }

    /// <summary>The networks from left to right.</summary>
    public ImmutableArray<DiagramNetwork> Networks { get; }

    /// <summary>The sizes of maps from top to bottom, such as <c>56 x 56</c>; <c>features</c> for what has no height and width.</summary>
    public ImmutableArray<string> Sizes => [.. Groups.Select(group => group.Size)];

    internal ImmutableArray<LayerSequence> Sequences { get; }

    internal ImmutableArray<ColumnGroup> Groups { get; }

    /// <summary>The picture; parts that stand for a node carry its name as <c>data-node</c>.</summary>
    public string ToSvg() => ColumnPainter.Draw(this).ToString();

    /// <summary>The layers as flow charts for Mermaid, a group for each network.</summary>
    public string ToMermaid() => Mermaid.Write(LayerChart.Of(Sequences));

    /// <summary>The same in Graphviz's language.</summary>
    public string ToDot() => Dot.Write(LayerChart.Of(Sequences));

    /// <summary>One JSON object with these members in camel case; members that a layer does not have are left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DiagramJsonContext.Default.ColumnDiagram);
}

/// <summary>A network of a diagram that shows several.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="MultiplyAdds">Multiply-adds of convolutions and linear layers for one image.</param>
/// <param name="Layers">Its layers, in order; the first is the image.</param>
/// <param name="Shortcuts">The ways beside them.</param>
public sealed record DiagramNetwork(
    string Name, long Parameters, long MultiplyAdds, ImmutableArray<DiagramLayer> Layers, ImmutableArray<DiagramShortcut> Shortcuts);

/// <summary>Layers of one size that begin at one height.</summary>
/// <param name="Size">Height and width of their maps.</param>
/// <param name="Pixels">Their pixels; 0 for features.</param>
/// <param name="Layers">Of each network the layers; none where it has no such size there.</param>
sealed record ColumnGroup(string Size, long Pixels, ImmutableArray<ImmutableArray<int>> Layers)
{
    public int Rows => Layers.Max(layers => layers.Length);

    /// <summary>The groups of all networks, in an order that suits each.</summary>
    public static ImmutableArray<ColumnGroup> Of(ImmutableArray<LayerSequence> sequences)
    {
        List<ColumnGroup> groups = [];
        for (var network = 0; network < sequences.Length; network++)
        {
            var layers = sequences[network].Layers;
            var runs = OutlineReader.Runs(Enumerable.Range(0, layers.Length), index => SizeOf(layers[index]));
            groups = Joined(groups, [.. runs.Select(
                run => (SizeOf(layers[run[0]]), (long)layers[run[0]].Height * layers[run[0]].Width, run.ToImmutableArray()))], network);
        }
        return [.. groups];
    }

    static string SizeOf(ShownLayer layer) => layer.IsMap ? $"{layer.Height} x {layer.Width}" : "features";

    // As many sizes in common as possible, by the longest common subsequence.
    static List<ColumnGroup> Joined(List<ColumnGroup> groups, (string Size, long Pixels, ImmutableArray<int> Layers)[] runs, int network)
    {
        var common = new int[groups.Count + 1, runs.Length + 1];
        for (var i = groups.Count - 1; i >= 0; i--)
            for (var j = runs.Length - 1; j >= 0; j--)
                common[i, j] = groups[i].Size == runs[j].Size ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var joined = new List<ColumnGroup>();
        for (int i = 0, j = 0; i < groups.Count || j < runs.Length;)
        {
            var isCommon = i < groups.Count && j < runs.Length && groups[i].Size == runs[j].Size;
            if (isCommon) joined.Add(groups[i] with { Layers = groups[i++].Layers.Add(runs[j++].Layers) });
            else if (j == runs.Length || (i < groups.Count && IsFirst(i, j)))
                joined.Add(groups[i] with { Layers = groups[i++].Layers.Add([]) });
            else joined.Add(new ColumnGroup(
                runs[j].Size, runs[j].Pixels, [.. Enumerable.Repeat(ImmutableArray<int>.Empty, network), runs[j++].Layers]));
        }
        return joined;

        // Where either may come first, the larger maps do.
        bool IsFirst(int i, int j) => common[i + 1, j] != common[i, j + 1] ? common[i + 1, j] > common[i, j + 1]
            : groups[i].Pixels >= runs[j].Pixels;
    }
}
