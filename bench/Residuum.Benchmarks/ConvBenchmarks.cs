using BenchmarkDotNet.Attributes;

namespace Residuum.Benchmarks;

/// <summary>Convolution and its gradients on one thread.</summary>
public class ConvBenchmarks
{
    ConvCase? _case;

    public static IEnumerable<string> Names => ConvCase.Names;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    [Params(1, 8)]
    public int Images { get; set; }

    [GlobalSetup]
    public void Setup() => _case = ConvCase.Create(Name, Images);

    [GlobalCleanup]
    public void Cleanup() => _case?.Dispose();

    [Benchmark]
    public void ConvForward() => _case!.Run(_case.Forward);

    [Benchmark]
    public void ConvInputGradient() => _case!.Run(_case.InputGradient);

    [Benchmark]
    public void ConvWeightGradient() => _case!.Run(_case.WeightGradient);
}
