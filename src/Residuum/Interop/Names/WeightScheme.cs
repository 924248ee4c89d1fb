using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>What a framework calls the tensors of a layer.</summary>
/// <param name="Kernel">The weight of a convolution or a dense layer; its bias is <c>bias</c> everywhere.</param>
/// <param name="Scale">Of a normalization.</param>
/// <param name="Shift">Of a normalization.</param>
/// <param name="Mean">Of a normalization.</param>
/// <param name="Variance">Of a normalization.</param>
sealed record TensorNames(string Kernel, string Scale, string Shift, string Mean, string Variance)
{
    public static TensorNames PyTorch { get; } = new("weight", "weight", "bias", "running_mean", "running_var");

    public static TensorNames Gluon { get; } = new("weight", "gamma", "beta", "running_mean", "running_var");

    public static TensorNames Keras { get; } = new("kernel", "gamma", "beta", "moving_mean", "moving_variance");

    public string Of(string ours, bool isNormalization) => (ours, isNormalization) switch
    {
        ("weight", false) => Kernel,
        ("weight", true) => Scale,
        ("bias", true) => Shift,
        ("running_mean", true) => Mean,
        ("running_var", true) => Variance,
        _ => ours,
    };

    public string ToOurs(string theirs, bool isNormalization)
    {
        foreach (var ours in (ReadOnlySpan<string>)["weight", "bias", "running_mean", "running_var"])
            if (Of(ours, isNormalization) == theirs) return ours;
        return theirs;
    }
}

/// <summary>
/// One way to name the parameters of a network, as pairs of templates: ours and theirs. Templates name layers; what follows the last dot
/// (<c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>) has its own names in some frameworks, and kernels another order
/// of dimensions. A template of theirs that ends in <c>:1x1</c> names a dense layer that is a 1x1 convolution there. Immutable.
/// </summary>
public sealed class WeightScheme
{
    const string AsConvolution = ":1x1";

    readonly (NameTemplate Ours, NameTemplate Theirs, bool IsConvolution)[]? _rules;

    internal WeightScheme(string name, string description, params (string Ours, string Theirs)[] rules)
    {
        Name = name;
        Description = description;
        _rules = rules.Length == 0 ? null : [.. rules.Select(rule => (new NameTemplate(rule.Ours),
            new NameTemplate(rule.Theirs.Replace(AsConvolution, "")), rule.Theirs.EndsWith(AsConvolution, StringComparison.Ordinal)))];
    }

    /// <summary>Its short name, such as <c>torchvision</c>.</summary>
    public string Name { get; }

    /// <summary>Whose names they are and how to tell them.</summary>
    public string Description { get; }

    internal TensorNames Tensors { get; init; } = TensorNames.PyTorch;

    /// <summary>Whether kernels are height x width x in x out and dense layers in x out, as in Keras.</summary>
    internal bool OutputsLast { get; init; }

    /// <summary>Names of tensors that its files hold and that no network of ours needs.</summary>
    internal IReadOnlyCollection<string> Ignored { get; init; } = [];

    /// <summary>Our name of a parameter that this scheme names so, or null where the scheme has no such name.</summary>
    public string? ToOurs(string theirName)
    {
        if (_rules is null) return theirName;
        // Keras' own way is conv1_conv/kernel, in older versions conv1_conv/kernel:0.
        if (OutputsLast) theirName = (theirName.EndsWith(":0", StringComparison.Ordinal) ? theirName[..^2] : theirName).Replace('/', '.');
        var dot = theirName.LastIndexOf('.');
        if (dot < 0) return null;
        Span<int> values = stackalloc int[NameTemplate.VariableLimit];
        foreach (var (ours, theirs, _) in _rules)
            if (theirs.Match(theirName.AsSpan(0, dot), values))
            {
                var layer = ours.Render(values);
                return $"{layer}.{Tensors.ToOurs(theirName[(dot + 1)..], IsNormalization(layer))}";
            }
        return null;
    }

    /// <summary>This scheme's name of a parameter of ours, or null where it has none.</summary>
    public string? ToForeign(string ourName)
    {
        if (_rules is null) return ourName;
        return Find(ourName) is { } found ? $"{found.Layer}{(OutputsLast ? '/' : '.')}{found.Tensor}" : null;
    }

    /// <summary>Whether this scheme has a name for each of these parameters of ours.</summary>
    public bool Covers(IEnumerable<string> ourNames) => ourNames.All(name => ToForeign(name) is not null);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The shape that a tensor of theirs has here, where one of this shape is wanted.</summary>
    internal Shape ShapeHere(Shape theirs, Shape wanted)
    {
        if (OutputsLast && theirs.Rank == 4) return new Shape(theirs[3], theirs[2], theirs[0], theirs[1]);
        if (OutputsLast && theirs.Rank == 2) return new Shape(theirs[1], theirs[0]);
        // A dense layer and a 1x1 convolution hold the same numbers in the same order.
        return wanted.Rank == 2 && theirs.Rank == 4 && theirs[2] == 1 && theirs[3] == 1 ? new Shape(theirs[0], theirs[1]) : theirs;
    }

    /// <summary>A single-precision tensor of theirs as it lies here, in this shape (<see cref="ShapeHere"/>).</summary>
    internal Tensor TensorHere(Tensor theirs, Shape shape) =>
        !OutputsLast || shape.Rank is not (2 or 4) ? theirs.Shape == shape ? theirs : theirs.Reshape(shape)
        : Tensor.Of(shape, Moved(theirs.Span<float>(), shape, outputsFirst: true));

    /// <summary>A single-precision tensor of ours as it lies in the scheme's files.</summary>
    internal Tensor TensorThere(string ourName, Tensor ours)
    {
        var shape = ours.Shape;
        if (shape.Rank == 2 && Find(ourName) is { IsConvolution: true }) return ours.Reshape(new Shape(shape[0], shape[1], 1, 1));
        if (!OutputsLast || shape.Rank is not (2 or 4)) return ours;
        var there = shape.Rank == 2 ? new Shape(shape[1], shape[0]) : new Shape(shape[2], shape[3], shape[1], shape[0]);
        return Tensor.Of(there, Moved(ours.Span<float>(), shape, outputsFirst: false));
    }

    // A kernel of our shape from pixels x inputs x outputs to outputs x inputs x pixels, or back.
    static float[] Moved(ReadOnlySpan<float> numbers, Shape shape, bool outputsFirst)
    {
        var (outputs, inputs, pixels) = (shape[0], shape[1], shape.Rank == 4 ? shape[2] * shape[3] : 1);
        var moved = new float[numbers.Length];
        for (var o = 0; o < outputs; o++)
            for (var i = 0; i < inputs; i++)
                for (var p = 0; p < pixels; p++)
                {
                    var (here, there) = ((o * inputs + i) * pixels + p, (p * inputs + i) * outputs + o);
                    if (outputsFirst) moved[here] = numbers[there];
                    else moved[there] = numbers[here];
                }
        return moved;
    }

    (string Layer, string Tensor, bool IsConvolution)? Find(string ourName)
    {
        var dot = ourName.LastIndexOf('.');
        if (_rules is null || dot < 0) return null;
        Span<int> values = stackalloc int[NameTemplate.VariableLimit];
        foreach (var (ours, theirs, isConvolution) in _rules)
            if (ours.Match(ourName.AsSpan(0, dot), values))
                return (theirs.Render(values), Tensors.Of(ourName[(dot + 1)..], IsNormalization(ourName[..dot])), isConvolution);
        return null;
    }

    static bool IsNormalization(string layer) => layer.AsSpan(layer.LastIndexOf('.') + 1).StartsWith("norm", StringComparison.Ordinal);
}
