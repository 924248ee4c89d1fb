using System.Buffers.Binary;

namespace Residuum.Interop;

/// <summary>What the first bytes of a file say that it is.</summary>
enum FileForm
{
    /// <summary>None of the others.</summary>
    Unknown,
    /// <summary>A zip file.</summary>
    Zip,
    /// <summary>A pickle of protocol 2 or later.</summary>
    Pickle,
    /// <summary>A tar file.</summary>
    Tar,
    /// <summary>A header's length and a brace.</summary>
    Safetensors,

    /// <summary>An ONNX model whose members stand in their order, as nearly every writer has them.</summary>
    Onnx,
}

/// <summary>Recognises a file by its content.</summary>
static class FileSignature
{
    const int TarMagicOffset = 257;

    /// <summary>Looks at the beginning of a seekable stream and returns to it.</summary>
    public static FileForm Of(Stream stream)
    {
        Span<byte> buffer = stackalloc byte[TarMagicOffset + 5];
        stream.Position = 0;
        var bytes = buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8)) return FileForm.Zip;
        if (bytes.Length > 8 && bytes[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(bytes) <= SafetensorsHeader.LengthLimit)
            return FileForm.Safetensors;
        if (bytes.Length == buffer.Length && bytes[TarMagicOffset..].SequenceEqual("ustar"u8)) return FileForm.Tar;
        if (IsOnnx(bytes)) return FileForm.Onnx;
        return bytes.Length > 1 && bytes[0] == 0x80 && bytes[1] is >= 2 and <= 5 ? FileForm.Pickle : FileForm.Unknown;
    }

    // The version of the format, a small number, then any other member of a ModelProto: producer, version, domain, text, graph, operators.
    static bool IsOnnx(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 2 && bytes[0] == 0x08 && bytes[1] is > 0 and < 32
            && (bytes[2] is 0x12 or 0x1A or 0x22 or 0x28 or 0x32 or 0x3A or 0x42);
}
