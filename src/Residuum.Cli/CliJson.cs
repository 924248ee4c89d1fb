using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Residuum.Cli;

/// <summary>What <c>evaluate --json</c> prints; shares are between 0 and 1.</summary>
sealed record EvaluationJson(int Correct, int Total, double Top1, double Top5, double Loss);

/// <summary>What <c>models --json</c> prints for a network.</summary>
sealed record CatalogueJson(string Name, long Parameters, long TotalParameters, long MultiplyAdds, IReadOnlyList<int> Input, string Source);

/// <summary>
/// What <c>models --dialects --json</c> prints for a network: what tells it from its namesakes, and the first of them that is the same
/// network, if one is.
/// </summary>
sealed record NamesakeJson(
    string Name, string? SameAs, long Parameters, long TotalParameters, long MultiplyAdds, string Source,
        IReadOnlyDictionary<string, string> Traits);

/// <summary>What <c>bench --json</c> prints; milliseconds are the median of a run, a GFLOP counts a multiply-add as two.</summary>
sealed record BenchmarkJson(
    string Name, string Mode, int Batch, int Threads, double Milliseconds, double ImagesPerSecond, double Gflops, double PeakGflops,
    double ShareOfPeak, [property: JsonPropertyName("peakMemoryMB")] double PeakMemoryMegabytes);

/// <summary>What <c>bench --layers --json</c> prints: what the processor can do, and the steps of a run in order.</summary>
sealed record LayersJson(
    string Name, string Mode, int Batch, int Threads, double PeakGflops, double MemoryGigabytesPerSecond, IReadOnlyList<LayerJson> Layers);

/// <summary>
/// A step of a run: the median of its time, the speed by the definition's multiply-adds (0 where there are none), the bytes that it moves
/// at least, and what the roofline allows.
/// </summary>
sealed record LayerJson(
    string Node, string Kernel, double Milliseconds, double Gflops, double ShareOfPeak,
    [property: JsonPropertyName("leastMB")] double LeastMegabytes, double BoundGflops, double ShareOfBound);

/// <summary>JSON of the command, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(EvaluationJson))]
[JsonSerializable(typeof(CatalogueJson[]))]
[JsonSerializable(typeof(NamesakeJson[]))]
[JsonSerializable(typeof(BenchmarkJson))]
[JsonSerializable(typeof(LayersJson))]
sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Writes one document and a line's end.</summary>
    public static void Write<T>(TextWriter output, T value, JsonTypeInfo<T> type) =>
        output.Write($"{JsonSerializer.Serialize(value, type)}\n");
}
