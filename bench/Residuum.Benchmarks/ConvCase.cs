using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>
/// A convolution of a known network with its memory: the three kernels over one batch, and those by Winograd's filtering where plans would
/// choose it.
/// </summary>
sealed class ConvCase : IDisposable
{
    readonly List<NativeBuffer> _buffers = [];
    readonly ThreadTeam _team;

    ConvCase(ConvShape shape, int images, int threads, bool halo, bool add)
    {
        (Shape, Images, _team) = (shape, images, new ThreadTeam(threads));
        var inner = Inner(shape);
        var input = new Layout(shape.InputChannels, shape.InputHeight, shape.InputWidth, shape.RequiredHalo, inner);
        var output = new Layout(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth,
            Math.Max(halo ? 1 : 0, ConvInputGradientKernel.RequiredHalo(shape)));
        var (x, y) = (new Map(input, Filled((long)input.ImageStride * images)), new Map(output, Filled((long)output.ImageStride * images)));
        var weights = Filled(shape.Weights(inner).Length);
        var flipped = Memory(ConvInputGradientKernel.ScratchLength(shape));
        var sums = Memory(ConvWeightGradientKernel.ScratchLength(shape, input, output, images));
        Forward = ConvForwardKernel.Create(shape, input, output, x.Address, weights, Address.None,
            add ? y.Address : Address.None, output, true, y.Address);
        InputGradient = ConvInputGradientKernel.Create(shape, output, input, y.Address, weights, x.Address, flipped);
        WeightGradient = ConvWeightGradientKernel.Create(shape, input, output, x.Address, y.Address, weights, sums);
        if (ConvAlgorithm.Choose(shape, inner) is { } size) Winograd = WinogradKernels(size, x, y, weights);
    }

    /// <summary>
    /// What there is to measure: kernel, s2 for a stride of two, channels@size of the input, then whether the result has a halo for a
    /// 3x3 convolution to come and whether something is added to it.
    /// </summary>
    public static readonly string[] Names =
    [
        "3x3 64@56", "3x3 128@28", "3x3 256@14", "3x3 512@7", "3x3 16@32", "3x3 32@16", "3x3 64@8",
        "1x1 64-256@56", "1x1 256-64@56", "1x1 1024-256@14", "1x1 256-1024@14", "1x1 512-2048@7", "1x1 2048-512@7",
        "1x1 64-64@56 halo", "1x1 64-256@56 add", "1x1 256-64@56 halo", "1x1 256-128@56 halo", "1x1 128-512@28 add", "1x1 512-128@28 halo",
        "1x1 512-256@28 halo", "1x1 256-1024@14 add", "1x1 1024-256@14 halo", "1x1 1024-512@14 halo", "1x1 512-2048@7 add",
        "1x1 2048-512@7 halo", "1x1 s2 256-512@56", "1x1 s2 512-1024@28", "1x1 s2 1024-2048@14",
        "3x3 s2 128@56", "3x3 s2 256@28", "3x3 s2 512@14",
        "7x7 s2 3-64@224", "3x3 3-16@32", "3x3 s2 64-128@56", "3x3 s2 256-512@14", "3x3 s2 16-32@32",
        "3x3 128@56 groups 32", "3x3 256@28 groups 32", "3x3 512@14 groups 32", "3x3 1024@7 groups 32", "3x3 s2 256@56 groups 32",
        "3x3 s2 512@28 groups 32", "3x3 s2 1024@14 groups 32", "3x3 64@56 groups 64", "3x3 96@28 groups 16", "3x3 192@28 groups 16",
        "3x3 384@14 groups 16",
    ];

    /// <summary>Those for which plans choose Winograd's filtering.</summary>
    public static readonly string[] WinogradNames =
        [.. Names.Where(name => ConvAlgorithm.Choose(ShapeOf(name), Inner(ShapeOf(name))) is not null)];

    public ConvShape Shape { get; }

    public int Images { get; }

    public Kernel Forward { get; }

    public Kernel InputGradient { get; }

    public Kernel WeightGradient { get; }

    /// <summary>The same three by Winograd's filtering; null where the rule says the definition.</summary>
    public (Kernel Forward, Kernel InputGradient, Kernel WeightGradient)? Winograd { get; }

    /// <summary>The case of this name; its memory is random numbers that no run makes grow.</summary>
    public static ConvCase Create(string name, int images, int threads = 1)
    {
        var words = name.Split(' ');
        return new ConvCase(ShapeOf(name), images, threads, words.Contains("halo"), words.Contains("add"));
    }

    /// <summary>The sizes that a name stands for.</summary>
    public static ConvShape ShapeOf(string name)
    {
        var words = name.Split(' ');
        var kernel = words[0][0] - '0';
        var stride = words[1] == "s2" ? 2 : 1;
        var sizes = words.First(word => word.Contains('@')).Split('@');
        var (channels, size) = (sizes[0].Split('-'), int.Parse(sizes[1]));
        var groups = words[^2] == "groups" ? int.Parse(words[^1]) : 1;
        return ConvShape.Square(int.Parse(channels[0]), int.Parse(channels[^1]), size, kernel, stride, kernel / 2) with { Groups = groups };
    }

    /// <summary>Runs one of the kernels over the whole batch.</summary>
    public void Run(Kernel kernel) => _team.Run(kernel, Images);

    public void Dispose()
    {
        _team.Dispose();
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    static int Inner(ConvShape shape) => Math.Min(shape.InputChannels, Lanes.Block);

    // As plans make them: forward finds its weights transformed, gradients transform them in each run.
    (Kernel, Kernel, Kernel) WinogradKernels(WinogradSize size, Map x, Map y, Address weights)
    {
        var forward = new WinogradArguments(Shape, x, y) { Relu = true };
        forward = WinogradConv.TakesPacked(size, x.Layout, y.Layout, Images, _team.Threads)
            ? forward with { Packed = weights }
            : forward with { Weights = Filled(new WinogradWeights(Shape.Weights(), size, flipped: false).Length) };
        var gradient = new WinogradArguments(Shape.Reverse(), y, x) { Flipped = true, Packed = weights };
        var sums = Memory(WinogradWeightGradient.ScratchLength(size, Shape, x.Layout, y.Layout, Images, _team.Threads));
        return (Create(forward), Create(gradient),
            WinogradWeightGradient.Create(size, Shape, x, y, weights, sums, Images, _team.Threads));

        Kernel Create(WinogradArguments arguments) => WinogradConv.Create(size, arguments,
            Memory(WinogradConv.ScratchLength(
                size, arguments.Shape, arguments.X.Layout, arguments.Y.Layout, Images, _team.Threads, !arguments.Packed.IsNone)),
            Images, _team.Threads);
    }

    Address Memory(long length)
    {
        _buffers.Add(new NativeBuffer(length));
        return _buffers[^1].At(0);
    }

    Address Filled(long length)
    {
        var address = Memory(length);
        var random = new Random(1);
        foreach (ref var number in address.Span(checked((int)length))) number = (float)(0.1 * random.NextDouble() - 0.05);
        return address;
    }
}
