using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Residuum.Inspection;

/// <summary>
/// How two models differ: in what they say of themselves, in their nodes, and in their parameters and running statistics, bit for
/// bit. Immutable, safe to share among threads. Nodes are matched by name; those whose names differ, as in files of others, by their
/// operations in order.
/// </summary>
/// <param name="Left">What the first is called.</param>
/// <param name="Right">What the second is called.</param>
/// <param name="Description">Members of the descriptions that differ.</param>
/// <param name="Nodes">Nodes that were added, removed, changed or renamed, in the graphs' order.</param>
/// <param name="Tensors">Parameters and running statistics that differ, the gravest difference first.</param>
/// <param name="Totals">Sums over all tensors.</param>
public sealed record ModelDifferences(
    string Left, string Right, ImmutableArray<MemberDifference> Description, ImmutableArray<NodeDifference> Nodes,
    ImmutableArray<TensorDifference> Tensors, ComparisonTotals Totals)
{
    /// <summary>Whether nothing differs in what was compared.</summary>
    public bool AreEqual => Description.IsEmpty && Nodes.IsEmpty && Tensors.IsEmpty;

    /// <summary>How two models differ: in what they say of themselves, in their nodes, and in their weights bit for bit.</summary>
    public static ModelDifferences Of(Model left, Model right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return Of(ComparedModels.Of(left), ComparedModels.Of(right));
    }

    /// <summary>Compares two models.</summary>
    public static ModelDifferences Of(ComparedModel left, ComparedModel right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var pairs = left.Graph is not null && right.Graph is not null ? new NodeAlignment(left.Graph, right.Graph) : null;
        var (tensors, totals) = TensorComparison.Of(left, right, pairs);
        return new ModelDifferences(left.Name, right.Name, DescriptionComparison.Of(left.Description, right.Description),
            pairs is null ? [] : NodeComparison.Of(pairs), tensors, totals);
    }

    /// <summary>One JSON object with these members in camel case; numbers that are no numbers as <c>"NaN"</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ComparisonJsonContext.Default.ModelDifferences);

    /// <summary>A sentence, then a table for each part that differs; long tables are cut.</summary>
    public string ToText() => ComparisonText.Write(this);
}

/// <summary>A member of the descriptions that differs.</summary>
/// <param name="Member">Where it stands, such as <c>network.block.stride</c>.</param>
/// <param name="Left">Its value in the first as JSON, or null where it is absent.</param>
/// <param name="Right">Its value in the second as JSON, or null where it is absent.</param>
public sealed record MemberDifference(string Member, string? Left, string? Right);

/// <summary>How a node or a tensor differs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DifferenceKind>))]
public enum DifferenceKind
{
    /// <summary>Only the second model has it.</summary>
    [JsonStringEnumMemberName("added")] Added,
    /// <summary>Only the first model has it.</summary>
    [JsonStringEnumMemberName("removed")] Removed,
    /// <summary>Both have it with other attributes, inputs, types or numbers.</summary>
    [JsonStringEnumMemberName("changed")] Changed,
    /// <summary>Both have it, alike but for the name.</summary>
    [JsonStringEnumMemberName("renamed")] Renamed,
}

/// <summary>A node that differs; parameters and state are compared as tensors instead.</summary>
/// <param name="Change">How.</param>
/// <param name="Left">Its name in the first, or null.</param>
/// <param name="Right">Its name in the second, or null.</param>
/// <param name="Details">What differs, for example <c>Window: 3x3 s2 p1 -> 3x3 p1</c>; the operation of a node that is on one side
/// only.</param>
public sealed record NodeDifference(DifferenceKind Change, string? Left, string? Right, ImmutableArray<string> Details);

/// <summary>A parameter or running statistic that differs.</summary>
/// <param name="Change">How; changed ones have numbers where both sides have weights of one shape.</param>
/// <param name="Left">Its name in the first, or null.</param>
/// <param name="Right">Its name in the second, or null.</param>
/// <param name="LeftType">Element type and shape in the first, such as <c>Float32 64x3x7x7</c>, or null.</param>
/// <param name="RightType">The same of the second.</param>
/// <param name="Numbers">How far apart the numbers are, or null.</param>
public sealed record TensorDifference(
    DifferenceKind Change, string? Left, string? Right, string? LeftType, string? RightType, NumberDifference? Numbers);

/// <summary>How far apart two tensors, or all tensors of two models, are.</summary>
/// <param name="Elements">The number of elements.</param>
/// <param name="Identical">How many of them have the same bits on both sides.</param>
/// <param name="Largest">The largest absolute difference of two elements.</param>
/// <param name="Mean">The mean absolute difference.</param>
/// <param name="Relative">The root of the sum of squared differences over that of the first's squares; infinite where the first is all
/// zeros.</param>
/// <param name="Bits">To how many binary digits they agree on the whole: -log2 of <paramref name="Relative"/>, from 0 to 53, which stands
/// for equality.</param>
public sealed record NumberDifference(long Elements, long Identical, double Largest, double Mean, double Relative, double Bits);

/// <summary>Sums over all tensors.</summary>
/// <param name="LeftTensors">How many tensors the first has.</param>
/// <param name="RightTensors">How many the second has.</param>
/// <param name="LeftElements">How many numbers the first has in them.</param>
/// <param name="RightElements">How many the second has.</param>
/// <param name="Numbers">Over all tensors whose numbers were compared, or null where none were.</param>
public sealed record ComparisonTotals(
    int LeftTensors, int RightTensors, long LeftElements, long RightElements, NumberDifference? Numbers);

/// <summary>The comparison's JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ModelDifferences))]
sealed partial class ComparisonJsonContext : JsonSerializerContext;
