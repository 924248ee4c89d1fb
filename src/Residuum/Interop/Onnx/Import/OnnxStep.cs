using Residuum.Foundation;
using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>One node of an ONNX graph on its way into ours: the node, what it reads, and what its rule needs of the import.</summary>
sealed class OnnxStep(OnnxImport import, OnnxNode node, OnnxValue?[] inputs)
{
    public OnnxImport Import { get; } = import;

    public OnnxNode Node { get; } = node;

    public OnnxValue?[] Inputs { get; } = inputs;

    /// <summary>Later nodes that this step does along with its own, so that its result is theirs.</summary>
    public List<OnnxNode> Finished { get; } = [];

    /// <summary>Takes note that a later node is done along with this one.</summary>
    public void Finish(OnnxNode later) => Finished.Add(later);

    /// <summary>The name that the result has in the file.</summary>
    public string Result => Node.Proto.Output[0];

    /// <summary>Whether an input is there.</summary>
    public bool Has(int index) => index < Inputs.Length && Inputs[index] is not null;

    /// <summary>Refuses the node unless it reads so many values.</summary>
    public void Expect(int least, int most)
    {
        if (Inputs.Length < least || Inputs.Length > most)
            throw Node.Refuse($"it reads {Inputs.Length} values and should read {(least == most ? $"{least}" : $"{least} to {most}")}");
        for (var i = 0; i < least; i++)
            if (Inputs[i] is null) throw Node.Refuse($"its input {i + 1} is left out");
    }

    /// <summary>An input that follows from the image.</summary>
    public OnnxActivation Activation(int index) => Inputs[index] as OnnxActivation
        ?? throw Node.Refuse($"its input {Quoted(index)} does not follow from the image");

    /// <summary>An input whose numbers are known.</summary>
    public OnnxConstant Constant(int index) => Inputs[index] as OnnxConstant
        ?? throw Node.Refuse($"its input {Quoted(index)} is computed from the image, and only constants are supported there");

    /// <summary>An input of single-precision numbers with so many dimensions.</summary>
    public OnnxConstant Weight(int index, int rank)
    {
        var constant = Constant(index);
        if (constant.IsInteger) throw Node.Refuse($"its input {Quoted(index)} holds whole numbers");
        if (constant.Dimensions.Length != rank)
            throw Node.Refuse($"its input {Quoted(index)} is {constant.ShapeText} and must have {rank} dimensions");
        return constant;
    }

    /// <summary>An input of whole numbers, none of which stands for a free batch.</summary>
    public long[] Integers(int index)
    {
        var integers = Constant(index).Integers ?? throw Node.Refuse($"its input {Quoted(index)} holds no whole numbers");
        return !integers.Contains(OnnxConstant.FreeBatch) ? integers
            : throw Node.Refuse($"its input {Quoted(index)} depends on the number of images, which is free; export it with a fixed batch");
    }

    /// <summary>An input of one number; the default where it is left out.</summary>
    public float Number(int index, float otherwise)
    {
        if (!Has(index)) return otherwise;
        var constant = Constant(index);
        return constant.IsInteger && constant.Count == 1 ? constant.Integers![0]
            : constant.Uniform() is { } number && constant.Count == 1 ? number
            : throw Node.Refuse($"its input {Quoted(index)} is not one number");
    }

    /// <summary>Adds our node and gives its value.</summary>
    public Value Emit(Op op, params ReadOnlySpan<Value> inputs) => Import.Emit(Node.Name, op, inputs);

    /// <summary>Adds our node; the result in its form.</summary>
    public OnnxActivation Emit(OnnxForm form, Op op, params ReadOnlySpan<Value> inputs) => As(Emit(op, inputs), form);

    /// <summary>A value of ours as the result.</summary>
    public OnnxActivation As(Value value, OnnxForm form) => new(Result, value, form);

    /// <summary>The same value under this node's name.</summary>
    public OnnxActivation Same(OnnxActivation activation) => new(Result, activation.Value, activation.Form, activation.Padding);

    /// <summary>The value without zeros that are yet to be added around it.</summary>
    public OnnxActivation Settled(OnnxActivation activation) =>
        activation.Padding.IsNone ? activation : new(activation.Name, Import.Map(activation), activation.Form);

    public string Quoted(int index) => Printable.Quote(Node.Proto.Input[index]);
}
