using System.Text.Json;
using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>Writes an enumeration by its name in camel case and reads nothing else; a wrong name is answered with the right ones.</summary>
sealed class EnumNameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    static readonly (string Name, T Value)[] s_names =
        [.. Enum.GetValues<T>().Select(value => (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), value))];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        foreach (var (name, value) in s_names)
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(name)) return value;
        throw new JsonException($"the value must be one of {string.Join(", ", s_names.Select(pair => $"\"{pair.Name}\""))}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        foreach (var (name, named) in s_names)
            if (EqualityComparer<T>.Default.Equals(named, value))
            {
                writer.WriteStringValue(name);
                return;
            }
        throw new JsonException($"{value} has no name");
    }
}
