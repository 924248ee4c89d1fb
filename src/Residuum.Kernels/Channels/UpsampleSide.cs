namespace Residuum.Kernels;

/// <summary>
/// How the places along one side of a map are made from those of a smaller one, and which a small one goes into: nearest, or bilinear
/// between pixel centres, the border repeated beyond itself (PyTorch's <c>interpolate</c> with <c>align_corners=False</c>).
/// </summary>
internal sealed class UpsampleSide
{
    /// <summary>Place = (1 - weight) first + weight second.</summary>
    public readonly record struct Source(int First, int Second, float Weight);

    readonly Source[] _sources;
    readonly (int First, float[] Weights)[] _targets;

    public UpsampleSide(int length, int factor, bool bilinear)
    {
        _sources = [.. Enumerable.Range(0, length * factor).Select(place => Of(place, length, factor, bilinear))];
        _targets = [.. Enumerable.Range(0, length).Select(TargetsOf)];
    }

    /// <summary>What each place of the large side is made from.</summary>
    public ReadOnlySpan<Source> Sources => _sources;

    /// <summary>For each place of the small side the first of the large places that it goes into, and its weights there.</summary>
    public ReadOnlySpan<(int First, float[] Weights)> Targets => _targets;

    static Source Of(int place, int length, int factor, bool bilinear)
    {
        if (!bilinear) return new Source(place / factor, place / factor, 0);
        var centre = Math.Max(0, (place + 0.5) / factor - 0.5);
        var first = Math.Min((int)centre, length - 1);
        return new Source(first, Math.Min(first + 1, length - 1), (float)(centre - first));
    }

    (int, float[]) TargetsOf(int place)
    {
        var first = Array.FindIndex(_sources, source => source.First == place || source.Second == place);
        var weights = _sources.Skip(first).TakeWhile(source => source.First == place || source.Second == place)
            .Select(source => (source.First == place ? 1 - source.Weight : 0) + (source.Second == place ? source.Weight : 0));
        return (first, [.. weights]);
    }
}
