using BenchmarkDotNet.Attributes;

namespace Residuum.Benchmarks;

/// <summary>Convolutions of a 3x3 window and stride 1 by Winograd's filtering, on one thread.</summary>
public class WinogradBenchmarks
{
    ConvCase? _case;

    public static IEnumerable<string> Names => ConvCase.WinogradNames;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    [Params(1, 8)]
    public int Images { get; set; }

    [GlobalSetup]
    public void Setup() => _case = ConvCase.Create(Name, Images);

    [GlobalCleanup]
    public void Cleanup() => _case?.Dispose();

    [Benchmark]
    public void WinogradConv() => _case!.Run(_case.Winograd!.Value.Forward);

    [Benchmark]
    public void WinogradInputGradient() => _case!.Run(_case.Winograd!.Value.InputGradient);

    [Benchmark]
    public void WinogradWeightGradient() => _case!.Run(_case.Winograd!.Value.WeightGradient);
}
