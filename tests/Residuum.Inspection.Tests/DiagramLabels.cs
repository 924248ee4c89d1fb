using System.Xml.Linq;
using Residuum.Pictures;

namespace Residuum.Inspection.Tests;

/// <summary>What must hold for the labels of every drawing.</summary>
static class DiagramLabels
{
    /// <summary>No two lie on one another, and none leaves the drawing; which is XML, whatever its names are.</summary>
    public static void Check(SvgCanvas canvas)
    {
        var labels = canvas.Labels;
        Assert.NotEmpty(labels);
        var paper = new Box(0, 0, canvas.Width, canvas.Height);
        foreach (var (text, box) in labels)
            Assert.True(box.Left >= 0 && box.Top >= 0 && box.Right <= paper.Right && box.Bottom <= paper.Bottom,
                $"'{text}' is cut: {box} of {paper}");
        // By their upper edges, so that only labels of about the same height are compared.
        var sorted = labels.OrderBy(label => label.Box.Top).ToArray();
        for (var i = 0; i < sorted.Length; i++)
            for (var j = i + 1; j < sorted.Length && sorted[j].Box.Top < sorted[i].Box.Bottom; j++)
                Assert.False(sorted[i].Box.Intersects(sorted[j].Box),
                    $"'{sorted[i].Text}' {sorted[i].Box} and '{sorted[j].Text}' {sorted[j].Box} overlap");
        XDocument.Parse(canvas.ToString());
    }
}
