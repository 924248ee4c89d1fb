using System.Text.Json;

namespace Residuum.Peers;

/// <summary>What one process of bench/peers works on.</summary>
/// <param name="Training">Whether a run is a step of training.</param>
/// <param name="CheckpointActivations">Whether training computes activations again rather than keep them.</param>
/// <param name="Weights">The model file.</param>
/// <param name="Images">A file of dense floats: as many batches of images as it holds, taken in turn.</param>
/// <param name="Labels">A file of 32-bit integers: the class of each of those images.</param>
/// <param name="Batch">Images of one run.</param>
/// <param name="Threads">Threads that share the work.</param>
/// <param name="LearningRate">The rate of every step of training.</param>
sealed record Assignment(
    bool Training, bool CheckpointActivations, string Weights, string Images, string Labels, int Batch, int Threads, float LearningRate)
{
    static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    public static Assignment Parse(string json) => JsonSerializer.Deserialize<Assignment>(json, s_options)!;
}
