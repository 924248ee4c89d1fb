using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>
/// What goes over maps or parameters without a convolution, with its memory: pooling, normalization, copies between layouts, the update.
/// </summary>
sealed class MapCase : IDisposable
{
    const double Epsilon = 1e-5, Momentum = 0.1;

    readonly List<NativeBuffer> _buffers = [];
    readonly ThreadTeam _team;
    readonly int _images;

    MapCase(string name, int images, int threads)
    {
        (_images, _team) = (images, new ThreadTeam(threads));
        var words = name.Split(' ');
        var (channels, size) = (int.Parse(words[^1].Split('@')[0]), int.Parse(words[^1].Split('@')[1]));
        var map = new Layout(channels, size, size, 1);
        (Kernel, Floats) = Make(string.Join(' ', words[..^1]), map);
    }

    /// <summary>What there is to measure: kernel, then channels@size of the map that is read, or parameters as those of one
    /// pixel.</summary>
    public static readonly string[] Names =
    [
        "images 3@224", "images 64@56", "logits 64@56", "max pool 64@112", "max pool gradient 64@112", "average pool 256@56",
        "mean 2048@7", "mean gradient 2048@7", "normalize 64@56", "normalize 256@56", "normalize add 256@56", "normalize 16@32",
        "normalize gradient 64@56", "normalize gradient 256@56", "normalize gradient 16@32", "update 11689512@1",
    ];

    public Kernel Kernel { get; }

    /// <summary>Floats that a run reads and writes, each once for each pass over it.</summary>
    public long Floats { get; }

    /// <summary>The case of this name; its memory is random numbers that no run makes grow.</summary>
    public static MapCase Create(string name, int images, int threads = 1) => new(name, images, threads);

    public void Run() => _team.Run(Kernel, _images);

    public void Dispose()
    {
        _team.Dispose();
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    (Kernel Kernel, long Floats) Make(string kind, Layout map)
    {
        var pixels = (long)_images * map.Channels * map.Height * map.Width;
        var half = new Layout(map.Channels, (map.Height + 1) / 2, (map.Width + 1) / 2, 1);
        var window = PoolWindow.Square(3, 2, 1);
        switch (kind)
        {
            case "images":
                var target = map with { Inner = Math.Min(map.Channels, Lanes.Block) };
                return (new NchwToLayout(Memory(pixels), MapOf(target)), 2 * pixels);
            case "logits":
                return (new LayoutToNchw(MapOf(map), Memory(pixels)), 2 * pixels);
            case "max pool":
                return (MaxPoolKernel.Create(MapOf(map), MapOf(half), Map.None, window), pixels * 5 / 4);
            case "max pool gradient":
                return (MaxPoolGradientKernel.Create(MapOf(half), MapOf(half), MapOf(map), window), pixels * 6 / 4);
            case "average pool":
                return (AveragePoolKernel.Create(MapOf(map), MapOf(half), window, countPadding: true), pixels * 5 / 4);
            case "mean":
                return (GlobalAveragePoolKernel.Create(MapOf(map), Memory((long)_images * map.Channels)), pixels);
            case "mean gradient":
                return (GlobalAveragePoolGradientKernel.Create(Memory((long)_images * map.Channels), MapOf(map)), pixels);
            case "normalize" or "normalize add":
                var residual = kind == "normalize add" ? MapOf(map) : Map.None;
                var vectors = new BatchNormVectors { Mean = Vector(map), InverseDeviation = Vector(map) };
                return (BatchNormForwardKernel.Create(MapOf(map), residual, MapOf(map), Address.None, vectors,
                    Memory(BatchNormForwardKernel.ScratchLength(map, _images)), Epsilon, Momentum, relu: true),
                        pixels * (residual.IsNone ? 3 : 4));
            case "normalize gradient":
                var gradients = new BatchNormGradientVectors { Mean = Vector(map), InverseDeviation = Vector(map) };
                return (BatchNormBackwardKernel.Create(MapOf(map), MapOf(map), MapOf(map), Map.None, MapOf(map), gradients,
                    Memory(BatchNormBackwardKernel.ScratchLength(map, _images)), batchStatistics: true), pixels * 7);
            default:
                var update = SgdUpdate.Create(
                    Memory(map.Channels), Memory(map.Channels), Memory(map.Channels), [new DecayRange(0, map.Channels, 1e-4f)]);
                (update.LearningRate, update.Momentum) = (1e-6f, 0.5f);
                return (update, 5L * map.Channels);
        }
    }

    Map MapOf(Layout layout) => new(layout, Memory((long)layout.ImageStride * _images));

    Address Vector(Layout map) => Memory(map.Blocks * Lanes.Block);

    Address Memory(long length)
    {
        _buffers.Add(new NativeBuffer(length));
        var address = _buffers[^1].At(0);
        var random = new Random(1);
        foreach (ref var number in address.Span(checked((int)length))) number = random.NextSingle() - 0.5f;
        return address;
    }
}
