using System.Buffers.Binary;
using System.Text;
using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>
/// Reads the central directory of a zip file (with or without its 64-bit extension) and checks every local header against it.
/// Layout: PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.
/// </summary>
sealed class ZipDirectory
{
    const int EntryLimit = 65_536;
    const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50, DescriptorSignature = 0x08074b50;
    const int EndLength = 22, End64Length = 56, Locator64Length = 20, EntryLength = 46, LocalLength = 30;

    // Sizes after the data; names in UTF-8; two bits that only deflation uses.
    const int DescriptorFlag = 0x0008, Utf8Flag = 0x0800, HarmlessFlags = DescriptorFlag | Utf8Flag | 0x0006;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Stream _stream;
    readonly Refusal _refusal;
    readonly List<(long Begin, long End, string Name)> _extents = [];

    ZipDirectory(Stream stream, Refusal refusal)
    {
        _stream = stream;
        _refusal = refusal;
    }

    /// <summary>All entries, folders included; duplicate names are the caller's to refuse.</summary>
    public static List<ZipRecord> Read(Stream stream, Refusal refusal) => new ZipDirectory(stream, refusal).Read();

    List<ZipRecord> Read()
    {
        var (count, offset, length) = FindDirectory();
        var directory = Bytes(offset, (int)length, "its directory");
        var records = new List<ZipRecord>();
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            if (directory.Length - position < EntryLength || U32(directory, position) != EntrySignature)
                throw Damaged("its directory is damaged");
            var entry = directory.AsSpan(position);
            int nameLength = U16(entry, 28), extraLength = U16(entry, 30), commentLength = U16(entry, 32);
            if (entry.Length < EntryLength + nameLength + extraLength + commentLength) throw Damaged("its directory is damaged");
            records.Add(ReadEntry(entry[..(EntryLength + nameLength + extraLength)], offset));
            position += EntryLength + nameLength + extraLength + commentLength;
        }
        if (position != directory.Length) throw Damaged("its directory holds more than it declares");
        CheckExtents(offset);
        return records;
    }

    /// <summary>The number of entries, and where the directory is.</summary>
    (long Count, long Offset, long Length) FindDirectory()
    {
        var (end, tail) = FindEnd();
        if (U16(tail, 4) != 0 || U16(tail, 6) != 0) throw Damaged("it is one part of several");
        long count = U16(tail, 10), length = U32(tail, 12), offset = U32(tail, 16), directoryEnd = end;
        if (U16(tail, 8) != count) throw Damaged("its directory's counts disagree");
        if (end >= Locator64Length + End64Length)
        {
            var locator = Bytes(end - Locator64Length, Locator64Length, "its directory");
            if (U32(locator, 0) == Locator64Signature)
            {
                directoryEnd = end - Locator64Length - End64Length;
                var end64 = Bytes(directoryEnd, End64Length, "its directory");
                if (S64(locator, 8) != directoryEnd || U32(end64, 0) != End64Signature || S64(end64, 4) != End64Length - 12
                    || U32(end64, 16) != 0 || U32(end64, 20) != 0 || S64(end64, 24) != S64(end64, 32))
                    throw Damaged("its 64-bit directory end is damaged");
                var (count64, length64, offset64) = (S64(end64, 32), S64(end64, 40), S64(end64, 48));
                // The 32-bit fields either say the same or that they are too small to.
                if (count != count64 && count != ushort.MaxValue || length != length64 && length != uint.MaxValue
                    || offset != offset64 && offset != uint.MaxValue)
                    throw Damaged("its two directory ends disagree");
                (count, length, offset) = (count64, length64, offset64);
            }
        }
        if (count is < 0 or > EntryLimit) throw Damaged($"it declares {count} records, more than the {EntryLimit} allowed");
        if (offset < 0 || length < 0 || offset > directoryEnd || length > directoryEnd - offset || offset + length != directoryEnd
            || length > Array.MaxLength)
            throw Damaged("its directory does not lie where it is declared");
        return (count, offset, length);
    }

    /// <summary>The record that ends every zip file, found from the back: its comment must reach to the end of the file exactly.</summary>
    (long Position, byte[] Bytes) FindEnd()
    {
        var length = (int)Math.Min(_stream.Length, EndLength + ushort.MaxValue);
        var tail = Bytes(_stream.Length - length, length, "it");
        for (var i = length - EndLength; i >= 0; i--)
            if (U32(tail, i) == EndSignature && i + EndLength + U16(tail, i + 20) == length)
                return (_stream.Length - length + i, tail[i..(i + EndLength)]);
        throw Damaged("its directory is missing, so it is cut off or no zip file");
    }

    ZipRecord ReadEntry(ReadOnlySpan<byte> entry, long directoryOffset)
    {
        int flags = U16(entry, 8), nameLength = U16(entry, 28);
        var name = Name(entry.Slice(EntryLength, nameLength));
        var quoted = Printable.Quote(name);
        if ((flags & 0x2041) != 0) throw Damaged($"its record {quoted} is encrypted");
        if ((flags & ~HarmlessFlags) != 0) throw Damaged($"its record {quoted} has the unknown flags 0x{flags:x}");
        long compressed = U32(entry, 20), length = U32(entry, 24), local = U32(entry, 42);
        var extra = new Extra64(entry[(EntryLength + nameLength)..]);
        if (!extra.Widen(ref length) || !extra.Widen(ref compressed) || !extra.Widen(ref local) || U16(entry, 34) != 0)
            throw Damaged($"its record {quoted} has a damaged directory entry");
        if (length != compressed && U16(entry, 10) == 0) throw Damaged($"its record {quoted} has two different lengths");
        if (local < 0 || length < 0 || compressed < 0 || local > directoryOffset - LocalLength
            || compressed > directoryOffset - LocalLength - local)
            throw Damaged($"its record {quoted} does not fit before the directory");
        var sizes = new Sizes(length, compressed, U32(entry, 16));
        var data = CheckLocal(entry, local, sizes, quoted);
        if (compressed > directoryOffset - data) throw Damaged($"its record {quoted} does not fit before the directory");
        var end = data + compressed;
        if ((flags & DescriptorFlag) != 0) end += CheckDescriptor(end, directoryOffset, sizes, quoted);
        _extents.Add((local, end, name));
        return new ZipRecord(name, data, length, sizes.Checksum, U16(entry, 10));
    }

    /// <summary>Compares the local header with the directory's entry; returns where the data begins.</summary>
    long CheckLocal(ReadOnlySpan<byte> entry, long offset, Sizes sizes, string quoted)
    {
        var local = Bytes(offset, LocalLength, $"its record {quoted}");
        if (U32(local, 0) != LocalSignature) throw Damaged($"its record {quoted} has no local header");
        int flags = U16(entry, 8), nameLength = U16(local, 26), extraLength = U16(local, 28);
        var rest = Bytes(offset + LocalLength, nameLength + extraLength, $"its record {quoted}");
        long size = U32(local, 22), compressed = U32(local, 18);
        var extra = new Extra64(rest.AsSpan(nameLength));
        var widened = extra.Widen(ref size) && extra.Widen(ref compressed);
        // With a descriptor the local header may leave checksum and lengths at zero. miniz sets that flag in the local headers of
        // empty records and not in the directory, where it makes no difference.
        var flagsAgree = U16(local, 6) == flags || sizes.Length == 0 && (U16(local, 6) ^ flags) == DescriptorFlag;
        var blank = (U16(local, 6) & DescriptorFlag) != 0 && U32(local, 14) == 0 && size == 0 && compressed == 0;
        var sizesAgree = blank || widened && new Sizes(size, compressed, U32(local, 14)) == sizes;
        if (!flagsAgree || U16(local, 8) != U16(entry, 10) || !sizesAgree
            || !rest.AsSpan(0, nameLength).SequenceEqual(entry.Slice(EntryLength, U16(entry, 28))))
            throw Damaged($"the local header of its record {quoted} disagrees with the directory");
        return offset + LocalLength + nameLength + extraLength;
    }

    /// <summary>Checks the descriptor behind a record's data (signature optional, lengths of 32 or 64 bits); returns its length.</summary>
    int CheckDescriptor(long offset, long directoryOffset, Sizes sizes, string quoted)
    {
        var bytes = Bytes(offset, (int)Math.Min(24, directoryOffset - offset), $"its record {quoted}").AsSpan();
        foreach (var start in (ReadOnlySpan<int>)[4, 0])
        {
            if (bytes.Length < start + 12 || start == 4 && U32(bytes, 0) != DescriptorSignature || U32(bytes, start) != sizes.Checksum)
                continue;
            if (bytes.Length >= start + 20 && S64(bytes, start + 4) == sizes.Compressed && S64(bytes, start + 12) == sizes.Length)
                return start + 20;
            if (U32(bytes, start + 4) == sizes.Compressed && U32(bytes, start + 8) == sizes.Length) return start + 12;
        }
        throw Damaged($"the data descriptor of its record {quoted} disagrees with the directory");
    }

    string Name(ReadOnlySpan<byte> bytes)
    {
        string name;
        try { name = StrictUtf8.GetString(bytes); }
        catch (DecoderFallbackException error) { throw _refusal.Because("the name of one of its records is not valid UTF-8", error); }
        var segments = name.Split('/');
        var last = segments.Length - 1;
        for (var i = 0; i <= last; i++)
            if (segments[i] is "." or ".." || segments[i].Length == 0 && (i < last || last == 0)) throw Unsafe();
        var drive = name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]);
        return drive || name.AsSpan().ContainsAny('\\', '\0') ? throw Unsafe() : name;

        ResiduumException Unsafe() => Damaged($"its record {Printable.Quote(name)} has an unsafe name");
    }

    void CheckExtents(long directoryOffset)
    {
        _extents.Sort((left, right) => left.Begin.CompareTo(right.Begin));
        for (var i = 0; i < _extents.Count; i++)
            if (_extents[i].End > (i + 1 < _extents.Count ? _extents[i + 1].Begin : directoryOffset))
                throw Damaged($"its record {Printable.Quote(_extents[i].Name)} overlaps what follows it");
    }

    byte[] Bytes(long offset, int length, string what)
    {
        if (offset < 0 || length > _stream.Length - offset) throw Damaged($"{what} is cut off");
        var bytes = new byte[length];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    ResiduumException Damaged(string reason) => _refusal.Because(reason);

    static int U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    static long S64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt64LittleEndian(bytes[offset..]);

    /// <summary>What the directory, the local header and the descriptor must agree on.</summary>
    readonly record struct Sizes(long Length, long Compressed, uint Checksum);

    /// <summary>The 64-bit extension of an entry: it holds, in order, those fields that are all ones in their 32-bit places.</summary>
    ref struct Extra64
    {
        ReadOnlySpan<byte> _left;

        public Extra64(ReadOnlySpan<byte> extra)
        {
            while (extra.Length >= 4)
            {
                int id = U16(extra, 0), length = U16(extra, 2);
                if (length > extra.Length - 4) return;
                if (id == 1)
                {
                    _left = extra.Slice(4, length);
                    return;
                }
                extra = extra[(4 + length)..];
            }
        }

        /// <summary>Replaces a field that is all ones by the next one of the extension; false where there is none.</summary>
        public bool Widen(ref long field)
        {
            if (field != uint.MaxValue) return true;
            if (_left.Length < 8) return false;
            field = S64(_left, 0);
            _left = _left[8..];
            return true;
        }
    }
}
