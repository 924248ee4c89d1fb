using System.Text.Json;

namespace Residuum.Foundation;

/// <summary>
/// The members of a JSON object, read without a serializer: what that needs compiled when a program starts would take several times as
/// long as all else that is done before a network's first run. It explains nothing: where the text is not just as expected,
/// <see cref="Fit"/> is false, and the serializer, which does explain, should be asked.
/// </summary>
sealed class JsonMembers
{
    readonly JsonElement _object;
    int _found;

    /// <summary>The members of an element, which should be an object.</summary>
    public JsonMembers(JsonElement element)
    {
        _object = element;
        Fit = element.ValueKind == JsonValueKind.Object;
    }

    /// <summary>Whether all that was asked for was there where required, and of its type.</summary>
    public bool Fit { get; private set; }

    /// <summary>Whether there was nothing else, nor anything twice.</summary>
    public bool Complete => Fit && _found == _object.GetPropertyCount();

    /// <summary>A JSON text's outermost value by a function, or null where it is not JSON or the function gives null.</summary>
    public static T? Read<T>(string json, JsonDocumentOptions options, Func<JsonElement, T?> read) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json, options);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Takes note of something that does not fit.</summary>
    public void Refuse() => Fit = false;

    /// <summary>Text.</summary>
    public string Text(string name) => Find(name, JsonValueKind.String, out var value) ? value.GetString()! : "";

    /// <summary>One of some words, by its place among them; the first where there is none.</summary>
    public int Word(string name, params ReadOnlySpan<string> words)
    {
        if (!Has(name) || !Find(name, JsonValueKind.String, out var value)) return 0;
        for (var i = 0; i < words.Length; i++)
            if (value.ValueEquals(words[i])) return i;
        Refuse();
        return 0;
    }

    /// <summary>A whole number.</summary>
    public int Whole(string name)
    {
        if (Find(name, JsonValueKind.Number, out var value) && value.TryGetInt32(out var number)) return number;
        Refuse();
        return 0;
    }

    /// <summary>A whole number that may be left out.</summary>
    public int Whole(string name, int otherwise) => Has(name) ? Whole(name) : otherwise;

    /// <summary>A number that may be left out.</summary>
    public float Number(string name, float otherwise)
    {
        if (!Has(name)) return otherwise;
        if (Find(name, JsonValueKind.Number, out var value) && value.TryGetSingle(out var number)) return number;
        Refuse();
        return 0;
    }

    /// <summary>A truth that may be left out.</summary>
    public bool Truth(string name, bool otherwise)
    {
        if (!_object.TryGetProperty(name, out var value)) return otherwise;
        _found++;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Refuse();
        return otherwise;
    }

    /// <summary>An object.</summary>
    public JsonMembers Object(string name)
    {
        Find(name, JsonValueKind.Object, out var value);
        return new JsonMembers(value);
    }

    /// <summary>The items of a list, each an object made by a function that gives null for what it does not understand.</summary>
    public T[] List<T>(string name, Func<JsonElement, T?> read) where T : class
    {
        if (!Find(name, JsonValueKind.Array, out var list)) return [];
        var items = new T[list.GetArrayLength()];
        for (var i = 0; i < items.Length; i++)
        {
            if (read(list[i]) is { } item) items[i] = item;
            else Refuse();
        }
        return items;
    }

    /// <summary>A list of numbers.</summary>
    public float[] Numbers(string name)
    {
        if (!Find(name, JsonValueKind.Array, out var list)) return [];
        var numbers = new float[list.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetSingle(out numbers[i])) Refuse();
        return numbers;
    }

    /// <summary>Whether there is a member of this name.</summary>
    public bool Has(string name) => Fit && _object.TryGetProperty(name, out _);

    /// <summary>Whether there is a member of this name that is null.</summary>
    public bool IsNull(string name)
    {
        if (!Fit || !_object.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Null) return false;
        _found++;
        return true;
    }

    bool Find(string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        if (Fit && _object.TryGetProperty(name, out value) && value.ValueKind == kind)
        {
            _found++;
            return true;
        }
        Refuse();
        return false;
    }
}
