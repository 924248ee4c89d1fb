using BenchmarkDotNet.Attributes;

namespace Residuum.Benchmarks;

/// <summary>What goes over maps or parameters without a convolution, on one thread.</summary>
public class MapBenchmarks
{
    MapCase? _case;

    public static IEnumerable<string> Names => MapCase.Names;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    [Params(1, 8)]
    public int Images { get; set; }

    [GlobalSetup]
    public void Setup() => _case = MapCase.Create(Name, Images);

    [GlobalCleanup]
    public void Cleanup() => _case?.Dispose();

    [Benchmark]
    public void Kernel() => _case!.Run();
}
