using Residuum.Graphs;
using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>The colours of a network's parts: one for each stage; in a network without stages one for each size of maps.</summary>
static class StageColours
{
    // The last colour of the series is grey.
    static Ink Plain => Ink.Series[^1];

    public static Ink[] Of(LayerSequence sequence)
    {
        var colours = new Ink[sequence.Outline.Parts.Length];
        var number = 0;
        for (var i = 0; i < colours.Length; i++)
        {
            var part = sequence.Outline.Parts[i];
            // What gathers pixels begins something new.
            if (part.Kind == PartKind.Layer && part.Nodes.Any(node => Strides(sequence.Graph.Nodes[node].Op))) number++;
            colours[i] = part.Kind switch
            {
                PartKind.Stage => Ink.Series[number++ % (Ink.Series.Count - 1)],
                PartKind.Layer => sequence.Layers.Any(layer => layer.Part == i && layer.IsMap) ? Ink.Series[number % (Ink.Series.Count - 1)]
                    : Plain,
                _ => Plain,
            };
        }
        return colours;
    }

    static bool Strides(Op op) => op switch
    {
        Conv2d conv => conv.Window.StrideHeight * conv.Window.StrideWidth > 1,
        FusedConv2d conv => conv.Window.StrideHeight * conv.Window.StrideWidth > 1,
        MaxPool pool => pool.Window.StrideHeight * pool.Window.StrideWidth > 1,
        AveragePool pool => pool.Window.StrideHeight * pool.Window.StrideWidth > 1,
        ConvTranspose2d or Upsample => true,
        _ => false,
    };
}
