using System.Buffers.Binary;
using System.Text;
using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>
/// Writes a zip file of stored records whose data begin at multiples of 64 bytes, as PyTorch lays them out, so that they can be mapped
/// into memory. Checksums and lengths stand in the local headers; no time stamp, so the same records give the same bytes. The 64-bit
/// extension is used only where a field needs it. Layout: PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.
/// </summary>
sealed class ZipWriter(Stream stream)
{
    const int Alignment = 64;
    const int LocalLength = 30, FieldHeader = 4;

    // "FB": what PyTorch calls the extra field that only pads.
    const ushort PaddingField = 0x4246, Zip64Field = 1;
    const ushort Version = 20, Version64 = 45, Utf8Flag = 0x0800;

    // 1 January 1980, the first day that the format can say.
    const ushort FirstDay = 1 << 5 | 1;

    readonly List<byte> _directory = [];
    long _position;
    long _count;

    /// <summary>Adds a record; its name is the caller's to check. At most 2 GB each.</summary>
    public void Add(string name, ReadOnlySpan<byte> data)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        var offset = _position;
        var unpadded = LocalLength + nameBytes.Length + FieldHeader;
        var padding = (int)((Alignment - (offset + unpadded) % Alignment) % Alignment);
        var checksum = Crc32.Append(0, data);

        var header = new List<byte>(unpadded + padding);
        Add32(header, 0x04034b50);
        AddShared(header, Version, checksum, data.Length, nameBytes.Length, FieldHeader + padding);
        header.AddRange(nameBytes);
        Add16(header, PaddingField);
        Add16(header, padding);
        header.AddRange(new byte[padding]);
        Write(header);
        stream.Write(data);
        _position += data.Length;

        var far = offset >= uint.MaxValue;
        Add32(_directory, 0x02014b50);
        Add16(_directory, Version64);
        AddShared(_directory, far ? Version64 : Version, checksum, data.Length, nameBytes.Length, far ? FieldHeader + 8 : 0);
        Add16(_directory, 0); // comment
        Add16(_directory, 0); // part of a split file
        Add16(_directory, 0); // text or binary
        Add32(_directory, 0); // permissions
        Add32(_directory, Narrow(offset));
        _directory.AddRange(nameBytes);
        if (far)
        {
            Add16(_directory, Zip64Field);
            Add16(_directory, 8);
            Add64(_directory, offset);
        }
        _count++;
    }

    /// <summary>Writes the directory, which ends the file.</summary>
    public void Finish()
    {
        var start = _position;
        Write(_directory);
        var length = _directory.Count;
        var end = new List<byte>();
        if (_count >= ushort.MaxValue || start >= uint.MaxValue)
        {
            Add32(end, 0x06064b50);
            Add64(end, 44); // what follows of this record
            Add16(end, Version64);
            Add16(end, Version64);
            Add64(end, 0); // one part of one
            Add64(end, _count);
            Add64(end, _count);
            Add64(end, length);
            Add64(end, start);
            Add32(end, 0x07064b50);
            Add32(end, 0);
            Add64(end, _position);
            Add32(end, 1);
        }
        Add32(end, 0x06054b50);
        Add32(end, 0); // one part of one
        Add16(end, (int)Math.Min(_count, ushort.MaxValue));
        Add16(end, (int)Math.Min(_count, ushort.MaxValue));
        Add32(end, (uint)length);
        Add32(end, Narrow(start));
        Add16(end, 0); // comment
        Write(end);
    }

    void Write(List<byte> bytes)
    {
        stream.Write([.. bytes]);
        _position += bytes.Count;
    }

    // What the local header and the directory's entry share.
    static void AddShared(List<byte> bytes, ushort version, uint checksum, int length, int nameLength, int extraLength)
    {
        Add16(bytes, version);
        Add16(bytes, Utf8Flag);
        Add16(bytes, 0); // stored
        Add16(bytes, 0); // midnight
        Add16(bytes, FirstDay);
        Add32(bytes, checksum);
        Add32(bytes, (uint)length);
        Add32(bytes, (uint)length);
        Add16(bytes, nameLength);
        Add16(bytes, extraLength);
    }

    // A field of 32 bits is all ones where the number stands in the 64-bit extension.
    static uint Narrow(long number) => (uint)Math.Min(number, uint.MaxValue);

    static void Add16(List<byte> bytes, int value)
    {
        bytes.Add((byte)value);
        bytes.Add((byte)(value >> 8));
    }

    static void Add32(List<byte> bytes, uint value)
    {
        Span<byte> raw = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(raw, value);
        bytes.AddRange(raw);
    }

    static void Add64(List<byte> bytes, long value)
    {
        Span<byte> raw = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(raw, value);
        bytes.AddRange(raw);
    }
}
