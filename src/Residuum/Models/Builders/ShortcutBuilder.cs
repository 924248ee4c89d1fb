using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>Builds what carries a block's input past its convolutions, and where the two meet.</summary>
sealed class ShortcutBuilder(NetworkBuilder network, ResNetSpec spec)
{
    /// <summary>Branch and shortcut as one map.</summary>
    public Value Join(string name, Value input, Value projected, Value branch, BlockPlace place, bool normalizes)
    {
        var shortcut = Path(name, input, projected, place, spec.Shortcut, normalizes, spec.Join);
        (branch, shortcut) = Modified(name, input, branch, shortcut, place.Stride);
        return spec.Join == Models.Join.Add
            ? network.Add($"{name}.add", new Add(), branch, shortcut)
            : network.Add($"{name}.concat", new Concat(), shortcut, branch);
    }

    /// <summary>The shortcut alone, in the shape of the branch (in as many pixels, if the two are concatenated).</summary>
    public Value Path(string name, Value x, Value projected, BlockPlace place, ShortcutKind kind, bool normalizes,
        Join join = Models.Join.Add)
    {
        var (channels, width) = (network.Channels(x), join == Models.Join.Add ? place.Width : network.Channels(x));
        var changes = channels != width || place.Stride != 1 && !place.Subsamples;
        if (kind == ShortcutKind.ProjectionEverywhere || (changes && kind == ShortcutKind.Projection))
            return Projection(name, projected, place, normalizes);
        if (place.Stride != 1)
        {
            var (rows, columns) = network.Factors(place.Stride);
            x = network.Add($"{name}.shortcut.subsample", new Subsample(rows, columns), x);
        }
        if (channels == width) return x;
        if (channels > width)
            throw SpecLimits.Refusal(spec,
                $"'{name}' narrows {channels} channels to {width}, which a zero-padded shortcut cannot; use a projection");
        var before = kind == ShortcutKind.ZeroPadSplit ? (width - channels) / 2 : 0;
        return network.Add($"{name}.shortcut.pad", new PadChannels(before, width - channels - before), x);
    }

    Value Projection(string name, Value x, BlockPlace place, bool normalizes)
    {
        var stride = place.Stride;
        if (spec.PooledProjection && stride != 1)
        {
            // Sizes are rounded up; what lies beyond the far border does not count.
            var map = network.ShapeOf(x);
            var window = network.Square(stride, stride);
            window = window with { PadBottom = Missing(map[2], window.StrideHeight), PadRight = Missing(map[3], window.StrideWidth) };
            (x, stride) = (network.Add($"{name}.shortcut.pool", new AveragePool(window, CountPadding: false), x), 1);
        }
        var bias = spec.Biases is BiasPlacement.All or BiasPlacement.LastAndProjection;
        x = network.Convolution($"{name}.shortcut.conv", x, place.Width, 1, stride, bias);
        return normalizes ? network.Normalization($"{name}.shortcut.norm", x) : x;
    }

    static int Missing(int size, int stride) => (stride - size % stride) % stride;

    // [He16] section 3.1.
    (Value Branch, Value Shortcut) Modified(string name, Value input, Value branch, Value shortcut, int stride)
    {
        switch (spec.ShortcutModifier)
        {
            case ScaledShortcutSpec scaled:
                if (scaled.Branch != 1) branch = network.Add($"{name}.scale", new Affine(scaled.Branch, 0), branch);
                return (branch, network.Add($"{name}.shortcut.scale", new Affine(scaled.Shortcut, 0), shortcut));
            case GatedShortcutSpec gated:
                var map = network.BiasedProjection($"{name}.gate.conv", input, network.Channels(branch), stride, gated.Bias);
                var gate = network.Add($"{name}.gate.sigmoid", new Sigmoid(), map);
                if (gated.Exclusive) branch = network.Add($"{name}.gate.branch", new Multiply(), branch, gate);
                var rest = network.Add($"{name}.gate.rest", new Affine(-1, 1), gate);
                return (branch, network.Add($"{name}.gate.shortcut", new Multiply(), shortcut, rest));
            case DroppedShortcutSpec dropped:
                return (branch, network.Dropout($"{name}.shortcut.dropout", shortcut, dropped.Rate));
            default:
                return (branch, shortcut);
        }
    }
}
