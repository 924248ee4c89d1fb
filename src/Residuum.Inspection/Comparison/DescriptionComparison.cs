using System.Collections.Immutable;
using System.Text.Json;

namespace Residuum.Inspection;

/// <summary>Compares what two models say of themselves, member by member.</summary>
static class DescriptionComparison
{
    /// <summary>The members that differ; topics that only one side has are not compared.</summary>
    public static ImmutableArray<MemberDifference> Of(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
    {
        var differences = ImmutableArray.CreateBuilder<MemberDifference>();
        foreach (var (topic, json) in left)
        {
            if (!right.TryGetValue(topic, out var other) || json == other) continue;
            var (ours, theirs) = (Members(topic, json), Members(topic, other));
            foreach (var (member, value) in ours)
                if (theirs.GetValueOrDefault(member) is var found && found != value)
                    differences.Add(new MemberDifference(member, value, found));
            foreach (var (member, value) in theirs)
                if (!ours.ContainsKey(member)) differences.Add(new MemberDifference(member, null, value));
        }
        return differences.ToImmutable();
    }

    static OrderedDictionary<string, string> Members(string topic, string json)
    {
        using var document = JsonDocument.Parse(json);
        var members = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        Add(members, topic, document.RootElement);
        return members;
    }

    static void Add(OrderedDictionary<string, string> members, string path, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var member in element.EnumerateObject()) Add(members, $"{path}.{member.Name}", member.Value);
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var i = 0;
            foreach (var item in element.EnumerateArray()) Add(members, $"{path}[{i++}]", item);
        }
        else members.Add(path, element.GetRawText());
    }
}
