using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>One node of a described graph. Immutable; compares by content.</summary>
/// <param name="Name">Its unique name; parameters and state are saved under it.</param>
/// <param name="Op">What it does.</param>
/// <param name="Inputs">The nodes that it reads, all earlier ones; <c>image</c> is the network's image. Of each the first output is
/// meant.</param>
[JsonConverter(typeof(NodeSpecConverter))]
public sealed record NodeSpec(string Name, Op Op, ImmutableArray<string> Inputs)
{
    /// <inheritdoc/>
    public bool Equals(NodeSpec? other) =>
        other is not null && Name == other.Name && Op == other.Op && Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Op);
}

/// <summary>What a described graph hands out.</summary>
/// <param name="Name">The output's name: <c>logits</c>, <c>features</c> or another.</param>
/// <param name="Node">The node whose first output it is.</param>
public sealed record OutputSpec(string Name, string Node);

/// <summary>A node as a JSON object: its name, the word for its operation, its inputs, and the operation's attributes beside
/// them.</summary>
sealed class NodeSpecConverter : JsonConverter<NodeSpec>
{
    public override NodeSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("a node must be an object");
        var members = new OpMembers(document.RootElement);
        var (name, word) = (members.Text("name"), members.Text("op"));
        if (!OpForms.ByWord.TryGetValue(word, out var form))
            throw new JsonException($"the operation '{word}' of the node '{name}' is unknown; known are "
                + $"{string.Join(", ", OpForms.ByWord.Keys.Order(StringComparer.Ordinal))}");
        ImmutableArray<string> inputs = [.. members.Texts("inputs")];
        var op = form.Read(members);
        members.CheckAllAsked();
        return new NodeSpec(name, op, inputs);
    }

    public override void Write(Utf8JsonWriter writer, NodeSpec value, JsonSerializerOptions options)
    {
        if (!OpForms.ByType.TryGetValue(value.Op.GetType(), out var form))
            throw new ResiduumException($"The node '{value.Name}' cannot be described: {value.Op.Kind} is not part of a description "
                + $"({OpForms.WhyNot(value.Op.GetType())}).");
        writer.WriteStartObject();
        writer.WriteString("name", value.Name);
        writer.WriteString("op", form.Word);
        if (!value.Inputs.IsDefaultOrEmpty)
        {
            writer.WriteStartArray("inputs");
            foreach (var input in value.Inputs) writer.WriteStringValue(input);
            writer.WriteEndArray();
        }
        form.Write(value.Op, new OpWriter(writer));
        writer.WriteEndObject();
    }
}
