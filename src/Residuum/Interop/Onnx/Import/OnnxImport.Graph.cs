using System.Collections.Immutable;
using System.Text;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>The half of the import that writes our graph: nodes and weights under good names, and values from one form into
/// another.</summary>
sealed partial class OnnxImport
{
    const int LongestName = 200;

    readonly GraphBuilder _builder = new();
    readonly HashSet<string> _names = new(StringComparer.Ordinal) { "image" };
    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    readonly HashSet<string> _outputNames = new(StringComparer.Ordinal) { "logits", "features" };
    readonly Dictionary<(OnnxConstant, bool IsState), Value> _placed = [];
    readonly Dictionary<(Value, OnnxPadding), Value> _padded = [];
    long _filled;

    public Shape ShapeOf(Value value) => _builder.TypeOf(value).Shape;

    /// <summary>Adds a node of ours under the name of the file's node; further ones for the same node have a suffix.</summary>
    public Value Emit(string name, Op op, params ReadOnlySpan<Value> inputs)
    {
        var value = _builder.Add(Unique(name), op, inputs);
        var elements = 1L;
        foreach (var dimension in ShapeOf(value).Dimensions) elements = checked(elements * Math.Max(dimension, 1));
        if (elements > MostElements) throw new ResiduumException($"it would make {elements:N0} numbers of one image, more "
            + $"than {MostElements:N0}");
        return value;
    }

    /// <summary>A parameter; numbers that are the same everywhere become a constant of the graph, which takes no memory.</summary>
    public Value Weight(OnnxConstant constant, ParameterRole role)
    {
        if (_placed.TryGetValue((constant, false), out var placed)) return placed;
        var shape = new Shape(constant.Dimensions.AsSpan());
        if (constant.Everywhere is { } everywhere)
        {
            _filled += shape.Count;
            if (_filled > MostElements)
                throw new ResiduumException($"its weights and those before it that are given as one number everywhere are more than "
                    + $"{MostElements:N0} numbers");
            placed = _builder.Add(Unique(constant.Name), new Constant(new TensorType(ElementType.Float32, shape), everywhere));
        }
        else
        {
            var name = Unique(constant.Name);
            placed = _builder.Parameter(name, shape, role);
            _weights.Add(name, constant.Numbers!);
        }
        _placed.Add((constant, false), placed);
        return placed;
    }

    /// <summary>A running statistic.</summary>
    public Value Statistic(OnnxConstant constant, float initial)
    {
        if (_placed.TryGetValue((constant, true), out var placed)) return placed;
        var name = Unique(constant.Name);
        placed = _builder.State(name, new Shape(constant.Dimensions.AsSpan()), initial);
        _weights.Add(name, Written(constant).Numbers!);
        _placed.Add((constant, true), placed);
        return placed;
    }

    /// <summary>Takes what is about to be computed of constants off what reading the file may take in memory.</summary>
    public void Charge(long elements, int bytes = sizeof(float)) => _budget.Charge(checked(elements * bytes));

    /// <summary>The same constant with all its numbers in memory, as far as the bound allows.</summary>
    public OnnxConstant Written(OnnxConstant constant)
    {
        if (constant.Everywhere is null) return constant;
        Charge(constant.Count);
        return OnnxConstant.Of(constant.Name, Tensor.Of(new Shape(constant.Dimensions.AsSpan()), constant.ToFloats()));
    }

    /// <summary>The one node of ONNX's own that reads a value of the file, or null where there are others or it is handed out.</summary>
    public OnnxNode? OnlyReader(string name) =>
        !_handedOut.Contains(name) && _readers.TryGetValue(name, out var readers) && readers is [{ IsStandard: true } reader] ? reader
            : null;

    /// <summary>The value that a name of the file stands for, if that is known by now.</summary>
    public OnnxValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>A map as our value, zeros around it included; rows become maps of one pixel.</summary>
    public Value Map(OnnxActivation activation) => activation.Form switch
    {
        OnnxForm.Map or OnnxForm.LastMap when activation.Padding.IsNone => activation.Value,
        OnnxForm.Map => Padded(activation),
        OnnxForm.Pixel or OnnxForm.LastPixel =>
            Emit($"{activation.Name}/map", new Unflatten(ShapeOf(activation.Value)[1], 1, 1), activation.Value),
        _ => throw new ResiduumException("its input is not a map"),
    };

    /// <summary>A value that is handed out, in a form that stands for itself.</summary>
    Value Plain(OnnxActivation activation) => activation.Form switch
    {
        OnnxForm.Rows => activation.Value,
        OnnxForm.LastMap or OnnxForm.LastRows => throw _refusal.Because(
            $"its output {Printable.Quote(activation.Name)} has channels last; export the network without the transposition at its end"),
        OnnxForm.Pixel or OnnxForm.LastPixel => activation.Value,
        _ => Map(activation),
    };

    Value Padded(OnnxActivation activation)
    {
        var padding = activation.Padding;
        if (_padded.TryGetValue((activation.Value, padding), out var padded)) return padded;
        padded = Emit(activation.Name, new PadPixels(padding.Top, padding.Left, padding.Bottom, padding.Right), activation.Value);
        _padded.Add((activation.Value, padding), padded);
        return padded;
    }

    /// <summary>The dimensions that the file sees, without the first.</summary>
    public long[] Sides(OnnxActivation activation)
    {
        var shape = ShapeOf(activation.Value);
        var (padding, form) = (activation.Padding, activation.Form);
        return form switch
        {
            OnnxForm.Rows => [shape[1]],
            OnnxForm.Pixel => [shape[1], 1, 1],
            OnnxForm.LastPixel => [1, 1, shape[1]],
            OnnxForm.Map => [shape[1], shape[2] + padding.Top + padding.Bottom, shape[3] + padding.Left + padding.Right],
            OnnxForm.LastMap => [shape[2], shape[3], shape[1]],
            _ => [(long)shape[1] * shape[2] * shape[3]],
        };
    }

    string UniqueOutput(string name)
    {
        var clean = Clean(name);
        for (var i = 2; !_outputNames.Add(clean); i++) clean = $"{Clean(name)}#{i}";
        return clean;
    }

    string Unique(string name)
    {
        var clean = Clean(name);
        if (_names.Add(clean)) return clean;
        for (var i = _numbers.GetValueOrDefault(clean, 2); ; i++)
            if (_names.Add($"{clean}#{i}"))
            {
                _numbers[clean] = i + 1;
                return $"{clean}#{i}";
            }
    }

    // Printable, on one line, of bounded length, and not empty.
    static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var character in name.AsSpan(0, Math.Min(name.Length, LongestName)))
            clean.Append(char.IsControl(character) || char.IsSurrogate(character) || (char.IsWhiteSpace(character) && character != ' ')
                || character == '"' ? '_' : character);
        return clean.Length == 0 ? "unnamed" : clean.ToString();
    }
}
