using Google.Protobuf;
using Residuum.Interop;
using Residuum.Tests.Interop;

namespace Residuum.Tests.Fuzzing;

static class OnnxFuzz
{
    public static FuzzFormat Format { get; } = new(
        "onnx", [OnnxSample.Classifier().ToBytes(), Golden.Bytes("idioms-17-fixed.onnx")], Mutate, IsModel, bytes => OnnxSample.Read(bytes),
        // What the reader counts, and the graph that it makes.
        length => (80L << 20) + 40 * length);

    static byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(8) == 0) return Damage.Bytes(seed, random);
        var model = ModelProto.Parser.ParseFrom(seed);
        for (var change = random.Next(1, 4); change > 0; change--) Once(model, random);
        return model.ToByteArray();
    }

    static bool IsModel(byte[] bytes)
    {
        try { return ModelProto.Parser.ParseFrom(bytes).Graph is not null; }
        catch (InvalidProtocolBufferException) { return false; }
    }

    static void Once(ModelProto model, Random random)
    {
        var graph = model.Graph;
        if (graph.Node.Count == 0 || graph.Initializer.Count == 0) return;
        var (node, tensor) = (random.OneOf(graph.Node), random.OneOf(graph.Initializer));
        switch (random.Next(16))
        {
            case 0: ChangeAttribute(node, random); break;
            case 1: ChangeAttribute(node, random); break;
            case 2: node.OpType = random.OneOf(graph.Node).OpType; break;
            case 3 when node.Input.Count > 0: node.Input[random.Next(node.Input.Count)] = Name(graph, random); break;
            case 4 when node.Output.Count > 0: node.Output[0] = Name(graph, random); break;
            case 5: graph.Node.Remove(node); break;
            case 6: graph.Node.Insert(random.Next(graph.Node.Count + 1), node.Clone()); break;
            case 7: graph.Node.Remove(node); graph.Node.Insert(random.Next(graph.Node.Count + 1), node); break;
            case 8 when tensor.Dims.Count > 0:
                var at = random.Next(tensor.Dims.Count);
                tensor.Dims[at] = Damage.Number(tensor.Dims[at], random);
                break;
            case 9: tensor.RawData = ByteString.CopyFrom(Damage.Bytes(tensor.RawData.Span, random)); break;
            case 10: tensor.DataType = random.Next(-1, 20); break;
            case 11: tensor.Name = Name(graph, random); break;
            case 12: node.Input.Add(Name(graph, random)); break;
            case 13 when graph.Input[0].Type?.TensorType?.Shape is { Dim.Count: > 0 } shape:
                random.OneOf(shape.Dim).DimValue = Damage.Number(4, random);
                break;
            case 14: model.OpsetImport[0].Version = random.Next(30); break;
            default: graph.Output[0].Name = Name(graph, random); break;
        }
    }

    static void ChangeAttribute(NodeProto node, Random random)
    {
        if (node.Attribute.Count == 0) return;
        var attribute = random.OneOf(node.Attribute);
        switch (random.Next(6))
        {
            case 0: attribute.I = Damage.Number(attribute.I, random); break;
            case 1:
                attribute.F = BitConverter.Int32BitsToSingle(
                (int)Damage.Number(BitConverter.SingleToInt32Bits(attribute.F), random)); break;
            case 2 when attribute.Ints.Count > 0: attribute.Ints.RemoveAt(0); break;
            case 3: attribute.Type = (AttributeProto.Types.AttributeType)random.Next(10); break;
            case 4 when attribute.T?.RawData.Length > 0:
                attribute.T.RawData =
                ByteString.CopyFrom(Damage.Bytes(attribute.T.RawData.Span, random)); break;
            default:
                if (attribute.Ints.Count == 0) return;
                var place = random.Next(attribute.Ints.Count);
                attribute.Ints[place] = Damage.Number(attribute.Ints[place], random);
                break;
        }
    }

    static string Name(GraphProto graph, Random random) => random.Next(3) switch
    {
        0 => random.OneOf(graph.Initializer).Name,
        1 => random.OneOf(graph.Node).Output.FirstOrDefault() ?? "",
        _ => graph.Input[0].Name,
    };
}
