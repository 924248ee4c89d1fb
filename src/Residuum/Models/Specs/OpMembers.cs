using System.Text.Json;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Models;

/// <summary>Writes the attributes of an operation; those that have their usual value are left out.</summary>
readonly struct OpWriter(Utf8JsonWriter json)
{
    public void Whole(string name, int value, int otherwise)
    {
        if (value != otherwise) json.WriteNumber(name, value);
    }

    public void Number(string name, float value, float otherwise)
    {
        if (!value.Equals(otherwise)) json.WriteNumber(name, value);
    }

    /// <summary>A number that is left out where it is infinite.</summary>
    public void Bound(string name, float value)
    {
        if (float.IsFinite(value)) json.WriteNumber(name, value);
    }

    public void Truth(string name, bool value)
    {
        if (value) json.WriteBoolean(name, value);
    }

    public void Word<T>(string name, T value) where T : struct, Enum =>
        json.WriteString(name, JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));

    public void Wholes(string name, params ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public void Shape(Shape shape) => Wholes("shape", shape.Dimensions.AsSpan());

    public void Window(Window window)
    {
        Wholes("kernel", window.KernelHeight, window.KernelWidth);
        if (window.StrideHeight != 1 || window.StrideWidth != 1) Wholes("stride", window.StrideHeight, window.StrideWidth);
        if (window.LargestPadding > 0) Wholes("padding", window.PadTop, window.PadLeft, window.PadBottom, window.PadRight);
    }
}

/// <summary>Reads the members of a node's JSON; what is wrong raises a <see cref="JsonException"/> that names the member.</summary>
sealed class OpMembers(JsonElement node)
{
    // No attribute is larger: a stranger's sizes must not overflow where they are added up.
    const int Largest = 1 << 24;

    readonly HashSet<string> _asked = [];

    public string Text(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong(name, "text");

    public string[] Texts(string name) => Find(name) is not { } list ? []
        : list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : throw Wrong(name, "a list of names");

    public int Whole(string name, int otherwise) => Find(name) is { } value ? Whole(name, value) : otherwise;

    public float Number(string name, float otherwise)
    {
        if (Find(name) is not { } value) return otherwise;
        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) ? number
            : throw Wrong(name, "a number");
    }

    public bool Truth(string name) => Find(name) is { } value
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false"));

    public T Word<T>(string name) where T : struct, Enum
    {
        var text = Text(name);
        foreach (var value in Enum.GetValues<T>())
            if (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) == text) return value;
        throw Wrong(name, $"one of {string.Join(", ", Enum.GetNames<T>().Select(word => JsonNamingPolicy.CamelCase.ConvertName(word)))}");
    }

    public int[] Wholes(string name, int count) => FindWholes(name, count) ?? throw Wrong(name, $"a list of {count} whole numbers");

    public TensorType Type()
    {
        if (Find("shape") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() > 8)
            throw Wrong("shape", "a list of at most eight whole numbers");
        var shape = list.EnumerateArray().Select(item => Whole("shape", item)).ToArray();
        return shape.All(side => side > 0) ? TensorType.Float(shape) : throw Wrong("shape", "a list of numbers above 0");
    }

    public Window Window()
    {
        var kernel = Wholes("kernel", 2);
        var (stride, padding) = (FindWholes("stride", 2) ?? [1, 1], FindWholes("padding", 4) ?? new int[4]);
        return new Window(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1], padding[2], padding[3]);
    }

    /// <summary>Refuses members that nobody asked for.</summary>
    public void CheckAllAsked()
    {
        foreach (var member in node.EnumerateObject())
            if (!_asked.Contains(member.Name)) throw new JsonException($"there is no member '{member.Name}' here");
    }

    int[]? FindWholes(string name, int count)
    {
        if (Find(name) is not { } list) return null;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count) throw Wrong(name, $"a list of {count} whole numbers");
        return [.. list.EnumerateArray().Select(item => Whole(name, item))];
    }

    static int Whole(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is >= -Largest and <= Largest ? number
            : throw Wrong(name, $"a whole number of at most {Largest}");

    JsonElement? Find(string name)
    {
        _asked.Add(name);
        return node.TryGetProperty(name, out var value) ? value : null;
    }

    static JsonException Wrong(string name, string what) => new($"'{name}' must be {what}");
}
