using System.Text.Json;
using System.Text.Json.Nodes;

namespace Residuum.Tests.Fuzzing;

/// <summary>Damages JSON within its grammar: what comes out is JSON again, but for numbers that no type holds.</summary>
static class JsonDamage
{
    static readonly string[] s_numbers =
        ["0", "-0", "1e5", "1.5", "-1", "1e400", "1e-400", "99999999999999999999", "9223372036854775807", "-9223372036854775808",
            "2147483648", "0.1e1"];

    static readonly string[] s_texts =
        ["", " ", "\0", "F32", "BOOL", "C64", "name", "kind", "resnet", "__metadata__", "../x", "\u202e\u0007", "\ud83d\ude00",
            new string('x', 3000)];

    /// <summary>The text of the document after one to four changes.</summary>
    public static byte[] Text(ReadOnlySpan<byte> json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var all = new List<JsonNode?>();
            Gather(root, all);
            // A leaf's siblings and parents are as likely as leaves themselves.
            Change(random.OneOf(all), all, random);
        }
        var text = root.ToJsonString();
        // A member that occurs twice is beyond the tree; so are halves of surrogate pairs.
        return System.Text.Encoding.UTF8.GetBytes(random.Next(12) switch
        {
            0 when text.Length > 2 && text[0] == '{' => $"{{{text[1..^1]},{text[1..]}",
            1 => text.Replace("\"", random.Next(3) == 0 ? "\"\\ud800" : "\"\\u0041", StringComparison.Ordinal),
            2 => text.Replace(",", " ,\n\t", StringComparison.Ordinal),
            _ => text,
        });
    }

    static void Gather(JsonNode? node, List<JsonNode?> all)
    {
        all.Add(node);
        if (node is JsonObject map)
            foreach (var (_, value) in map) Gather(value, all);
        else if (node is JsonArray list)
            foreach (var value in list) Gather(value, all);
    }

    static void Change(JsonNode? node, List<JsonNode?> all, Random random)
    {
        switch (node)
        {
            case JsonObject map when map.Count > 0:
                var name = random.OneOf(map.Select(pair => pair.Key).ToArray());
                switch (random.Next(5))
                {
                    case 0: map.Remove(name); break;
                    case 1: map[name] = Other(random, all); break;
                    case 2: map[name + random.OneOf(s_texts)] = map[name]?.DeepClone(); break;
                    case 3: map[random.OneOf(s_texts)] = Other(random, all); break;
                    default:
                        var value = map[name]?.DeepClone();
                        map.Remove(name);
                        map[random.OneOf(s_texts)] = value;
                        break;
                }
                break;
            case JsonArray list:
                var place = list.Count == 0 ? 0 : random.Next(list.Count);
                switch (random.Next(5))
                {
                    case 0 when list.Count > 0: list.RemoveAt(place); break;
                    case 1 when list.Count > 0: list[place] = Other(random, all); break;
                    case 2 when list.Count > 0:
                        for (var copies = random.OneOf([1, 2, 70, 5000]); copies > 0; copies--) list.Add(list[place]?.DeepClone());
                        break;
                    default: list.Insert(place, Other(random, all)); break;
                }
                break;
            case not null when node.Parent is not null:
                node.ReplaceWith(node.GetValueKind() == JsonValueKind.Number && random.Next(2) == 0
                    && node.AsValue().TryGetValue<long>(out var number)
                    ? JsonNode.Parse($"{Damage.Number(number, random)}") : Other(random, all));
                break;
        }
    }

    static JsonNode? Other(Random random, List<JsonNode?> all) => random.Next(8) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 or 3 => JsonNode.Parse(random.OneOf(s_numbers)),
        4 => JsonValue.Create(random.OneOf(s_texts)),
        5 => JsonNode.Parse(new string('[', 20) + new string(']', 20)),
        6 => JsonNode.Parse($"{Damage.Number(0, random)}"),
        _ => all.Count < 200 ? random.OneOf(all)?.DeepClone() : null,
    };
}
