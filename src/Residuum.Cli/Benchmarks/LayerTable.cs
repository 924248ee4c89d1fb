namespace Residuum.Cli.Benchmarks;

/// <summary>The table of <c>bench --layers</c>.</summary>
static class LayerTable
{
    public static void Print(Terminal terminal, LayersJson measured)
    {
        var table = Figures.Table("Node", "Kernel", "ms>", "GFLOP/s>", "Peak>", "MB>", "Bound>", "Of bound>");
        foreach (var layer in measured.Layers)
        {
            var counts = layer.Gflops > 0;
            table.Row(layer.Node, layer.Kernel, Figures.Fixed(layer.Milliseconds, 3), counts ? Figures.Fixed(layer.Gflops, 1) : "",
                counts ? Figures.Percent(layer.ShareOfPeak, 0) : "", Figures.Fixed(layer.LeastMegabytes, 2),
                counts ? Figures.Fixed(layer.BoundGflops, 1) : "memory", Figures.Percent(layer.ShareOfBound, 0));
        }
        terminal.Write(table);
        terminal.Output.Write(
            $"{measured.Name}, {measured.Mode}, batch {measured.Batch}, {measured.Threads} threads: "
            + $"{Figures.Fixed(measured.Layers.Sum(layer => layer.Milliseconds), 2)} ms in all. "
            + $"Peak {Figures.Fixed(measured.PeakGflops, 0)} GFLOP/s, memory {Figures.Fixed(measured.MemoryGigabytesPerSecond, 1)} GB/s. "
            + "Multiply-adds are the definition's, so Winograd's filtering may exceed the bound, and so may what lies in a cache.\n");
    }
}
