using System.Collections.Frozen;

namespace Residuum.Interop;

/// <summary>
/// Walks over the bytes of an ONNX file before anything is made of them: every declared size lies within its message, and what the
/// messages will take in memory fits the budget. Depth is that of our messages; fields that they do not have are stepped over.
/// </summary>
sealed class OnnxScan(Stream stream, Refusal refusal, MemoryBudget budget)
{
    // What a field costs in memory: one message or string as an object, and numbers by how much larger they are than in the file
    // (a list doubles while it grows, and becomes a tensor in the end).
    const int MessageBytes = 256;
    const int TextBytes = 64;
    const int TextFactor = 2;
    const int FixedFactor = 3;
    const int VariableFactor = 24;

    enum Content { Message, Text, Raw, Fixed, Variable }

    sealed record Field(Content Content, FrozenDictionary<int, Field>? Message = null);

    static readonly Field Text = new(Content.Text), Raw = new(Content.Raw), Fixed = new(Content.Fixed), Variable = new(Content.Variable);

    static readonly Field Pair = Message((1, Text), (2, Text));
    static readonly Field Tensor = Message(
        (1, Variable), (4, Fixed), (5, Variable), (7, Variable), (8, Text), (9, Raw), (10, Fixed), (13, Pair));
    static readonly Field Attribute = Message((1, Text), (4, Text), (5, Tensor), (7, Fixed), (8, Variable));
    static readonly Field Node = Message((1, Text), (2, Text), (3, Text), (4, Text), (5, Attribute), (7, Text));
    static readonly Field Dimension = Message((2, Text));
    static readonly Field TensorType = Message((2, Message((1, Dimension))));
    static readonly Field ValueInfo = Message((1, Text), (2, Message((1, TensorType))));
    static readonly Field Graph = Message((1, Node), (2, Text), (5, Tensor), (11, ValueInfo), (12, ValueInfo));
    static readonly Field ModelProto = Message((2, Text), (3, Text), (7, Graph), (8, Message((1, Text))), (14, Pair));

    long _position;

    /// <summary>Walks over the whole stream, from its beginning.</summary>
    public void Run()
    {
        stream.Position = 0;
        Walk(ModelProto.Message!, stream.Length);
    }

    static Field Message(params ReadOnlySpan<(int Number, Field Field)> fields) =>
        new(Content.Message, fields.ToArray().ToFrozenDictionary(pair => pair.Number, pair => pair.Field));

    void Walk(FrozenDictionary<int, Field> fields, long end)
    {
        while (_position < end)
        {
            var tag = Varint(end);
            var number = tag >> 3;
            if (number is 0 or > int.MaxValue) throw Damaged($"a field has the number {number}");
            var field = fields.GetValueOrDefault((int)number);
            switch (tag & 7)
            {
                case 0:
                    Varint(end);
                    if (field is not null) budget.Charge(VariableFactor);
                    break;
                case 1:
                    Step(8, end);
                    if (field is not null) budget.Charge(8 * FixedFactor);
                    break;
                case 5:
                    Step(4, end);
                    if (field is not null) budget.Charge(4 * FixedFactor);
                    break;
                case 2:
                    var length = Varint(end);
                    if (length > (ulong)(end - _position))
                        throw Damaged($"a field claims {length} bytes, but only {end - _position} are left for it");
                    Sized(field, (long)length);
                    break;
                default:
                    throw Damaged($"a field is of the kind {tag & 7}, which ONNX does not use");
            }
        }
    }

    void Sized(Field? field, long length)
    {
        switch (field?.Content)
        {
            case Content.Message:
                budget.Charge(MessageBytes);
                Walk(field.Message!, _position + length);
                return;
            case Content.Text:
                budget.Charge(TextBytes + TextFactor * length);
                break;
            case Content.Raw:
                budget.Charge(length);
                break;
            case Content.Fixed:
                budget.Charge(FixedFactor * length);
                break;
            case Content.Variable:
                budget.Charge(VariableFactor * length);
                break;
        }
        Step(length, _position + length);
    }

    ulong Varint(long end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position >= end) throw Damaged("a number ends beyond its message");
            var next = stream.ReadByte();
            if (next < 0) throw new EndOfStreamException();
            _position++;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Damaged("a number has more than ten bytes");
    }

    void Step(long length, long end)
    {
        if (length > end - _position) throw Damaged("a field ends beyond its message");
        _position += length;
        stream.Position = _position;
    }

    ResiduumException Damaged(string why) => refusal.Because($"{why} (at byte {_position}); it is damaged or no ONNX file");
}
