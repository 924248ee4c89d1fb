using System.Text;

namespace Residuum.Tests.Interop;

/// <summary>One record of a zip file, with everything that can be wrong about it.</summary>
sealed record ZipPart(string Name, byte[] Data)
{
    public int Method { get; init; }
    public int Flags { get; init; }
    public uint? Checksum { get; init; }
    public string? LocalName { get; init; }
    public int? LocalMethod { get; init; }
    public uint? LocalChecksum { get; init; }
    public uint? LocalLength { get; init; }
    public uint? CentralLength { get; init; }
    public uint? CentralCompressed { get; init; }
    public uint? CentralOffset { get; init; }
    public bool Zip64 { get; init; }

    /// <summary>0 for none, else 32 or 64: the bits of the lengths in the descriptor.</summary>
    public int Descriptor { get; init; }
    public uint? DescriptorChecksum { get; init; }
}

/// <summary>Writes zip files of stored records, well formed or not.</summary>
static class ZipBytes
{
    /// <summary>A checkpoint: this pickle, and these storages as records 0, 1, ...</summary>
    public static byte[] Checkpoint(byte[] pickle, params byte[][] storages) =>
        Build([new ZipPart("a/data.pkl", pickle), .. storages.Select((bytes, index) => new ZipPart($"a/data/{index}", bytes))]);

    public static byte[] Build(params ZipPart[] parts) => Build(parts, end64: false);

    public static byte[] Build(ZipPart[] parts, bool end64, int? count = null, string comment = "")
    {
        var bytes = new MemoryStream();
        var central = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        using var directory = new BinaryWriter(central);
        foreach (var part in parts)
        {
            var offset = (uint)bytes.Position;
            var checksum = part.Checksum ?? Checksum(part.Data);
            var flags = (ushort)(part.Flags | (part.Descriptor > 0 ? 8 : 0));
            var length = (uint)part.Data.Length;
            var localName = Encoding.UTF8.GetBytes(part.LocalName ?? part.Name);
            var name = Encoding.UTF8.GetBytes(part.Name);
            var all = uint.MaxValue;

            writer.Write(0x04034b50u);
            foreach (var value in new[] { 20, flags, part.LocalMethod ?? part.Method, 0, 0 }) writer.Write((ushort)value);
            writer.Write(part.LocalChecksum ?? (part.Descriptor > 0 ? 0 : checksum));
            var localLength = part.LocalLength ?? (part.Descriptor > 0 ? 0 : length);
            writer.Write(part.Zip64 ? all : localLength);
            writer.Write(part.Zip64 ? all : localLength);
            writer.Write((ushort)localName.Length);
            writer.Write((ushort)(part.Zip64 ? 20 : 0));
            writer.Write(localName);
            if (part.Zip64) Extra(writer, localLength, localLength);
            writer.Write(part.Data);
            if (part.Descriptor > 0)
            {
                writer.Write(0x08074b50u);
                writer.Write(part.DescriptorChecksum ?? checksum);
                if (part.Descriptor == 64) { writer.Write((ulong)length); writer.Write((ulong)length); }
                else { writer.Write(length); writer.Write(length); }
            }

            directory.Write(0x02014b50u);
            foreach (var value in new[] { 20, 20, flags, part.Method, 0, 0 }) directory.Write((ushort)value);
            directory.Write(checksum);
            directory.Write(part.Zip64 ? all : part.CentralCompressed ?? length);
            directory.Write(part.Zip64 ? all : part.CentralLength ?? length);
            foreach (var value in new[] { name.Length, part.Zip64 ? 28 : 0, 0, 0, 0, 0, 0 }) directory.Write((ushort)value);
            directory.Write(part.Zip64 ? all : part.CentralOffset ?? offset);
            directory.Write(name);
            if (part.Zip64) Extra(directory, part.CentralLength ?? length, part.CentralCompressed ?? length, part.CentralOffset ?? offset);
        }
        var start = bytes.Position;
        writer.Write(central.ToArray());
        var total = count ?? parts.Length;
        if (end64)
        {
            var end = bytes.Position;
            writer.Write(0x06064b50u);
            writer.Write(44UL);
            writer.Write(0x002d002du);
            writer.Write(0UL);
            foreach (var value in new[] { total, total, central.Length, start }) writer.Write((ulong)value);
            writer.Write(0x07064b50u);
            writer.Write(0u);
            writer.Write((ulong)end);
            writer.Write(1u);
        }
        writer.Write(0x06054b50u);
        writer.Write(0u);
        writer.Write((ushort)(end64 ? ushort.MaxValue : total));
        writer.Write((ushort)(end64 ? ushort.MaxValue : total));
        writer.Write(end64 ? uint.MaxValue : (uint)central.Length);
        writer.Write(end64 ? uint.MaxValue : (uint)start);
        writer.Write((ushort)comment.Length);
        writer.Write(Encoding.ASCII.GetBytes(comment));
        return bytes.ToArray();
    }

    /// <summary>CRC-32 bit by bit, as its definition has it.</summary>
    public static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }

    static void Extra(BinaryWriter writer, params ulong[] fields)
    {
        writer.Write((ushort)1);
        writer.Write((ushort)(8 * fields.Length));
        foreach (var field in fields) writer.Write(field);
    }
}
