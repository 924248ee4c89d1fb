using Google.Protobuf;
using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>Reads the messages of an ONNX file within bounds; what is wrong becomes the one error.</summary>
static class OnnxMessages
{
    const int Nesting = 100;

    /// <summary>A whole model.</summary>
    public static ModelProto Read(Stream stream, Refusal refusal, MemoryBudget budget)
    {
        if (stream.Length == 0) throw refusal.Because("it is empty");
        if (stream.Length > int.MaxValue)
            throw refusal.Because("it is larger than 2 GB, which no ONNX file may be; keep weights in files beside it");
        new OnnxScan(stream, refusal, budget).Run();
        stream.Position = 0;
        try
        {
            using var input = CodedInputStream.CreateWithLimits(stream, int.MaxValue, Nesting);
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(input);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException or InvalidOperationException)
        {
            throw refusal.Because($"{Printable.Quote(error.Message)}; it is damaged or no ONNX file", error);
        }
    }
}
