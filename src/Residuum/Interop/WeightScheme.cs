namespace Residuum.Interop;

/// <summary>
/// One way to name the parameters of a residual network, as pairs of templates: ours and theirs. Templates name modules; what follows
/// the last dot (<c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>) is the same everywhere. Immutable.
/// </summary>
public sealed class WeightScheme
{
    readonly (NameTemplate Ours, NameTemplate Theirs)[]? _rules;

    internal WeightScheme(string name, string description, params (string Ours, string Theirs)[] rules)
    {
        Name = name;
        Description = description;
        _rules = rules.Length == 0 ? null : [.. rules.Select(rule => (new NameTemplate(rule.Ours), new NameTemplate(rule.Theirs)))];
    }

    /// <summary>Its short name, such as <c>torchvision</c>.</summary>
    public string Name { get; }

    /// <summary>Whose names they are and how to tell them.</summary>
    public string Description { get; }

    /// <summary>Our name of a parameter that this scheme names so, or null where the scheme has no such name.</summary>
    public string? ToOurs(string theirName) => _rules is null ? theirName : Translate(theirName, toOurs: true);

    /// <summary>This scheme's name of a parameter of ours, or null where it has none.</summary>
    public string? ToForeign(string ourName) => _rules is null ? ourName : Translate(ourName, toOurs: false);

    /// <summary>Whether this scheme has a name for each of these parameters of ours.</summary>
    public bool Covers(IEnumerable<string> ourNames) => ourNames.All(name => ToForeign(name) is not null);

    /// <inheritdoc/>
    public override string ToString() => Name;

    string? Translate(string name, bool toOurs)
    {
        var dot = name.LastIndexOf('.');
        if (dot < 0) return null;
        Span<int> values = stackalloc int[NameTemplate.VariableLimit];
        foreach (var (ours, theirs) in _rules!)
        {
            var (from, to) = toOurs ? (theirs, ours) : (ours, theirs);
            if (from.Match(name.AsSpan(0, dot), values)) return string.Concat(to.Render(values), name.AsSpan(dot));
        }
        return null;
    }
}
