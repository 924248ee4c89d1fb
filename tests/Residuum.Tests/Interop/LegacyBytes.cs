using System.Buffers.Binary;

namespace Residuum.Tests.Interop;

/// <summary>Writes checkpoints of the legacy form, well formed or not.</summary>
static class LegacyBytes
{
    public static readonly byte[] Magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    public static byte[] Build(byte[] pickle, (string Key, long Count, byte[] Data)[] storages, bool littleEndian = true,
        long version = 1001, string[]? keys = null)
    {
        var bytes = new MemoryStream();
        bytes.Write(Magic);
        bytes.Write(new PickleBytes().Int(version).Stop());
        bytes.Write(new PickleBytes().Raw("}(").Text("protocol_version").Int(version).Text("little_endian")
            .Raw([littleEndian ? (byte)0x88 : (byte)0x89])
            .Text("type_sizes").Raw("}").Text("int").Int(4).Raw("su").Stop());
        bytes.Write(pickle);
        var list = new PickleBytes().Raw("](");
        foreach (var key in keys ?? [.. storages.Select(storage => storage.Key)]) list.Text(key);
        bytes.Write(list.Raw("e").Stop());
        var number = new byte[8];
        foreach (var (_, count, data) in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, count);
            bytes.Write(number);
            bytes.Write(data);
        }
        return bytes.ToArray();
    }
}
