using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Graphs;

namespace Residuum.Inspection;

/// <summary>
/// Networks side by side in the form of the papers' own tables: [He15] table 1 (conv1, conv2_x, ... with bracketed blocks), or, for
/// networks of three stages of basic blocks behind a 3x3 convolution, [He15] section 4.2 (map size, layers, filters). Networks whose rows
/// differ stand in tables of their own. Read off graphs; holds no weights. Immutable, safe to share among threads.
/// </summary>
/// <param name="Tables">The tables, in the order in which their first networks were given.</param>
public sealed record PaperTables(ImmutableArray<PaperTable> Tables)
{
    /// <summary>The tables of some networks.</summary>
    /// <param name="networks">The networks; at least one.</param>
    public static PaperTables Of(params IEnumerable<PaperNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        return new PaperTables(PaperReader.Read([.. networks]));
    }

    /// <summary>One JSON object with these members in camel case; members that a network does not have are left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PaperJsonContext.Default.PaperTables);

    /// <summary>The tables as plain text, one behind another.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var table in Tables)
        {
            if (text.Length > 0) text.Append('\n');
            if (table.IsSmallForm) PaperText.WriteSmall(text, table);
            else PaperText.Write(text, table);
        }
        return text.ToString();
    }
}

/// <summary>A network that is to stand in a paper's table.</summary>
/// <param name="Name">What the column is called.</param>
/// <param name="Graph">The network, with running statistics.</param>
/// <param name="OnCifar10">The form that it takes on CIFAR-10 (<c>ResNetSpec.ForCifar10</c>), or null.</param>
public sealed record PaperNetwork(string Name, Graph Graph, Graph? OnCifar10 = null);

/// <summary>Networks whose maps have the same sizes, side by side.</summary>
/// <param name="IsSmallForm">Whether it has the form of [He15] section 4.2.</param>
/// <param name="Rows">What the rows are called, and what each hands on.</param>
/// <param name="Networks">The networks; each has a cell in every row.</param>
public sealed record PaperTable(bool IsSmallForm, ImmutableArray<PaperRow> Rows, ImmutableArray<PaperColumn> Networks);

/// <summary>A row of the table.</summary>
/// <param name="Name">For example <c>conv2_x</c>; in a network without stages a layer's own name.</param>
/// <param name="Height">Rows of pixels of what it hands on; 1 where that has none.</param>
/// <param name="Width">Columns of pixels of what it hands on; 1 where that has none.</param>
public sealed record PaperRow(string Name, int Height, int Width);

/// <summary>A network in the table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cells">For each row what stands there.</param>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="MultiplyAdds">Multiply-adds for one image, which the papers call FLOPs.</param>
/// <param name="Printed">
/// What [He15] prints for a network with exactly these multiply-adds, in thousands of millions and not always rounded; null where it has
/// none.
/// </param>
/// <param name="OnCifar10">The same network in the form that it takes on CIFAR-10, or null.</param>
public sealed record PaperColumn(
    string Name, ImmutableArray<PaperCell> Cells, long Parameters, long MultiplyAdds, string? Printed, PaperCosts? OnCifar10);

/// <summary>What a network is made of in one row: groups of layers one behind another.</summary>
/// <param name="Groups">The groups.</param>
public sealed record PaperCell(ImmutableArray<PaperGroup> Groups)
{
    internal int Layers => Groups.Sum(group => group.Times * group.Layers.Length);
}

/// <summary>A single layer, or the layers of equal blocks.</summary>
/// <param name="Layers">For example <c>3x3, 64</c>, twice; what the shortcut does is left out, as in the papers.</param>
/// <param name="IsBlock">Whether these are the layers of a block, which the papers put in brackets.</param>
/// <param name="Times">How many such blocks stand one behind another; 1 for a single layer.</param>
public sealed record PaperGroup(ImmutableArray<string> Layers, bool IsBlock, int Times);

/// <summary>What another form of a network costs.</summary>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="MultiplyAdds">Multiply-adds for one image.</param>
public sealed record PaperCosts(long Parameters, long MultiplyAdds);

/// <summary>The tables' JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(PaperTables))]
sealed partial class PaperJsonContext : JsonSerializerContext;
