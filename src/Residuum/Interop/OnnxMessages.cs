using Google.Protobuf;

namespace Residuum.Interop;

/// <summary>Reads the messages of an ONNX file within bounds; what is wrong becomes the one error.</summary>
static class OnnxMessages
{
    // Numbers that are packed as variable-length integers or single elements grow in memory; weights, which are raw, do not.
    const int MemoryFactor = 4;
    const int Nesting = 100;

    /// <summary>A whole model.</summary>
    public static ModelProto ReadModel(Stream stream, Refusal refusal) =>
        Read(stream, refusal, scan => scan.Run(), ModelProto.Parser);

    /// <summary>A file that holds one tensor, such as the expected results beside ONNX's own models.</summary>
    public static TensorProto ReadTensor(Stream stream, Refusal refusal) =>
        Read(stream, refusal, scan => scan.RunTensor(), TensorProto.Parser);

    static T Read<T>(Stream stream, Refusal refusal, Action<OnnxScan> scan, MessageParser<T> parser) where T : IMessage<T>
    {
        if (stream.Length == 0) throw refusal.Because("it is empty");
        if (stream.Length > int.MaxValue) throw refusal.Because("it is larger than 2 GB, which no ONNX file may be; keep weights in files beside it");
        scan(new OnnxScan(stream, refusal, new MemoryBudget(stream.Length, refusal, MemoryFactor)));
        stream.Position = 0;
        try
        {
            using var input = CodedInputStream.CreateWithLimits(stream, int.MaxValue, Nesting);
            return parser.WithDiscardUnknownFields(true).ParseFrom(input);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException or InvalidOperationException)
        {
            throw refusal.Because($"{Printable.Quote(error.Message)}; it is damaged or no ONNX file", error);
        }
    }
}
