using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// How much of the image each node's numbers can depend on. A window of k pixels over a map whose neighbours lie j image pixels apart
/// widens the field by (k - 1) j, and its stride multiplies j; where branches meet the wider one counts.
/// </summary>
sealed class ReceptiveFields
{
    // Far above any image, and far from overflow when multiplied by a stride or a kernel.
    const long Largest = 1L << 40;

    static readonly Field s_whole = new(Largest, Largest);

    readonly Field[] _heights;
    readonly Field[] _widths;

    public ReceptiveFields(Graph graph)
    {
        _heights = Measure(graph, window => (window.KernelHeight, window.StrideHeight));
        _widths = Measure(graph, window => (window.KernelWidth, window.StrideWidth));
    }

    /// <summary>The longer side of a node's field in pixels, or null for the whole image.</summary>
    public long? Side(Node node)
    {
        var side = Math.Max(_heights[node.Index].Size, _widths[node.Index].Size);
        return side >= Largest ? null : side;
    }

    static Field[] Measure(Graph graph, Func<Window, (int Kernel, int Stride)> side)
    {
        var fields = new Field[graph.Nodes.Length];
        foreach (var node in graph.Nodes)
        {
            var input = new Field(0, 0);
            foreach (var value in node.Inputs)
                input = new Field(Math.Max(input.Size, fields[value.Node].Size), Math.Max(input.Jump, fields[value.Node].Jump));
            fields[node.Index] = node.Op switch
            {
                Input => new Field(1, 1),
                Conv2d { Window: var window } => input.Under(side(window)),
                FusedConv2d { Window: var window } => input.Under(side(window)),
                MaxPool { Window: var window } => input.Under(side(window)),
                AveragePool { Window: var window } => input.Under(side(window)),
                ConvTranspose2d { Window: var window } => input.Above(side(window)),
                Upsample(var height, var width, var mode) => input.Above(
                    side(new Window(mode == UpsampleMode.Bilinear ? 2 * height : height, mode == UpsampleMode.Bilinear ? 2 * width : width,
                        height, width, 0, 0, 0, 0))),
                Subsample(var strideHeight, var strideWidth) =>
                    input.Under(side(Window.Square(1) with { StrideHeight = strideHeight, StrideWidth = strideWidth })),
                GlobalAveragePool or Flatten or Linear => s_whole,
                _ => input,
            };
        }
        return fields;
    }

    /// <summary>Pixels that one number depends on, and pixels between two neighbours.</summary>
    readonly record struct Field(long Size, long Jump)
    {
        public Field Under((int Kernel, int Stride) window) =>
            new(Math.Min(Largest, Size + (window.Kernel - 1) * Jump), Math.Min(Largest, Jump * window.Stride));

        // Of what makes a map larger: so many of its pixels lie under one of the window.
        public Field Above((int Kernel, int Stride) window) =>
            new(Math.Min(Largest, Size + ((window.Kernel + window.Stride - 1) / window.Stride - 1) * Jump),
                Math.Max(1, Jump / window.Stride));
    }
}
