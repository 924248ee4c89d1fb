namespace Residuum.Kernels;

/// <summary>The channels of several maps of one size behind one another.</summary>
internal sealed unsafe class ConcatKernel : MapKernel
{
    readonly Map[] _sources;
    readonly Map _target;
    readonly (int Source, ChannelShift.Run Run)[][] _runs;

    /// <summary>The target has as many channels as all sources together; halos may differ.</summary>
    public ConcatKernel(Map[] sources, Map target) : base(target.Blocked(nameof(target)).Layout)
    {
        var to = target.Layout;
        foreach (var source in sources)
            if (source.Blocked(nameof(sources)).Layout is var from && (from.Height, from.Width) != (to.Height, to.Width))
                throw new ArgumentException($"{from} and {to} differ in size.", nameof(sources));
        if (sources.Sum(source => source.Layout.Channels) != to.Channels)
            throw new ArgumentException($"{to} does not have the channels of all sources.", nameof(target));
        (_sources, _target) = (sources, target);
        _runs = [.. Enumerable.Range(0, to.Blocks).Select(RunsOf)];
    }

    public override string Name => $"concat{_sources.Length}_f32";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var layout = _target.Layout;
        var isPartial = layout.Channels - block * Lanes.Block < Lanes.Block;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var target = _target.Row(image, block, row);
            if (isPartial) new Span<float>(target, layout.Width * Lanes.Block).Clear();
            foreach (var (source, run) in _runs[block])
                ChannelShift.Copy(_sources[source].Row(image, run.SourceBlock, row) + run.SourceLane, Lanes.Block, target + run.Lane,
                    Lanes.Block,
                    run.Count, layout.Width);
        }
        _target.ClearHalo(image, block, firstRow, rows);
    }

    // Where the lanes of a block come from.
    (int, ChannelShift.Run)[] RunsOf(int block)
    {
        var runs = new List<(int, ChannelShift.Run)>();
        for (var (source, start) = (0, 0); source < _sources.Length; start += _sources[source].Layout.Channels, source++)
        {
            var (first, second) = new ChannelShift(_sources[source].Layout.Channels, _target.Layout.Channels, start).Of(block);
            if (first.Count > 0) runs.Add((source, first));
            if (second.Count > 0) runs.Add((source, second));
        }
        return [.. runs];
    }
}
