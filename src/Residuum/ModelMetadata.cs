using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Foundation;
using Residuum.Models;
using Residuum.Training;

namespace Residuum;

/// <summary>What a model file says of itself in its metadata, and the JSON of a run folder.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(TrainingState))]
[JsonSerializable(typeof(EpochMetrics))]
sealed partial class RootJson : JsonSerializerContext;

/// <summary>The keys of a model file's metadata.</summary>
static class ModelMetadata
{
    /// <summary>Version of this scheme; a reader refuses one that it does not know.</summary>
    public const string FormatKey = "residuum.format";

    /// <summary>The network's description (<see cref="NetworkSpec"/>) as JSON.</summary>
    public const string NetworkKey = "residuum.network";

    /// <summary>How an image becomes the network's input (<see cref="Images.Preprocessing"/>) as JSON.</summary>
    public const string PreprocessingKey = "residuum.preprocessing";

    /// <summary>The names of the classes as a JSON list.</summary>
    public const string LabelsKey = "residuum.labels";

    /// <summary>Where the weights come from, if that is a seed and no training: <see cref="RandomWeights"/>.</summary>
    public const string WeightsKey = "residuum.weights";

    /// <summary>What <see cref="WeightsKey"/> says of weights that were never trained.</summary>
    public const string RandomWeights = "random";

    /// <summary>The version that is written.</summary>
    public const string Format = "1";

    /// <summary>Whether a file says that its weights were never trained.</summary>
    public static bool SaysRandomWeights(IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(WeightsKey) == RandomWeights;

    /// <summary>Reads a list of text from a file's metadata; what is wrong with it becomes one sentence.</summary>
    public static string[] ReadTexts(string json, string key, string path) =>
        JsonMembers.Read(json, default, Texts) ?? Read(json, RootJson.Default.StringArray, key, path);

    // Anything but a text without mistakes is left to the serializer.
    static string[]? Texts(JsonElement list)
    {
        var texts = new string[list.GetArrayLength()];
        for (var i = 0; i < texts.Length; i++)
        {
            if (list[i].ValueKind != JsonValueKind.String) return null;
            texts[i] = list[i].GetString()!;
        }
        return texts;
    }

    /// <summary>Reads JSON from a file's metadata; what is wrong with it becomes one sentence.</summary>
    public static T Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string key, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new ResiduumException($"The entry '{key}' of '{path}' is empty; the "
                + "file is damaged or was made by something else.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new ResiduumException($"The entry '{key}' of '{path}' cannot be read ({exception.Message.Split('\n')[0]}); the file is "
                + "damaged or was made by a newer version.", exception);
        }
    }
}
