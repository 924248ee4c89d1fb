using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>One record of a zip file: where its data begins in the file, its length once unpacked, and its method (0: stored as it
/// is).</summary>
sealed record ZipRecord(string Name, long Offset, long Length, uint Checksum, int Method);

/// <summary>
/// The records of a zip file in which everything is stored as it is, as PyTorch writes them. Where PyTorch's own reader is lenient this
/// one is not: every record's headers must agree, records may not overlap or share a name, and a record's checksum is verified when it
/// is read.
/// </summary>
sealed class ZipRecords
{
    readonly Stream _stream;
    readonly Refusal _refusal;
    readonly OrderedDictionary<string, ZipRecord> _records = new(StringComparer.Ordinal);
    readonly HashSet<string> _verified = new(StringComparer.Ordinal);

    ZipRecords(Stream stream, Refusal refusal)
    {
        _stream = stream;
        _refusal = refusal;
    }

    /// <summary>The records in the order of the directory; folders are left out.</summary>
    public IEnumerable<ZipRecord> All => _records.Values;

    /// <summary>Reads the directory of a seekable stream and checks it; no record's data is read yet.</summary>
    public static ZipRecords Open(Stream stream, Refusal refusal)
    {
        var records = new ZipRecords(stream, refusal);
        foreach (var record in ZipDirectory.Read(stream, refusal))
            if (!records._records.TryAdd(record.Name, record))
                throw refusal.Because($"it holds two records called {Printable.Quote(record.Name)}");
        // PyTorch writes no folders, other tools may.
        foreach (var folder in records._records.Values.Where(record => record.Name.EndsWith('/')).ToArray())
        {
            if (folder.Length != 0) throw refusal.Because($"its folder {Printable.Quote(folder.Name)} has content");
            records._records.Remove(folder.Name);
        }
        return records;
    }

    /// <summary>The record of that name, or null.</summary>
    public ZipRecord? Find(string name) => _records.GetValueOrDefault(name);

    /// <summary>Refuses the file unless every record is stored as it is, which reading needs.</summary>
    public void RequireStored()
    {
        foreach (var record in _records.Values)
            if (record.Method != 0)
                throw _refusal.Because($"its record {Printable.Quote(record.Name)} is compressed (method {record.Method}); "
                    + "PyTorch stores records as they are: save it again with torch.save");
    }

    /// <summary>The data of a record, its checksum verified.</summary>
    public byte[] Read(ZipRecord record)
    {
        if (record.Length > Array.MaxLength)
            throw _refusal.Because($"its record {Printable.Quote(record.Name)} is larger than 2 GB, which is the most that one tensor "
                + "may hold");
        var bytes = new byte[record.Length];
        _stream.Position = record.Offset;
        _stream.ReadExactly(bytes);
        Verify(record, Crc32.Append(0, bytes));
        return bytes;
    }

    /// <summary>Verifies the checksums of all records that were not read.</summary>
    public void VerifyRest()
    {
        var buffer = new byte[1 << 20];
        foreach (var record in _records.Values)
        {
            if (_verified.Contains(record.Name)) continue;
            uint checksum = 0;
            _stream.Position = record.Offset;
            for (var left = record.Length; left > 0;)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                _stream.ReadExactly(piece);
                checksum = Crc32.Append(checksum, piece);
                left -= piece.Length;
            }
            Verify(record, checksum);
        }
    }

    void Verify(ZipRecord record, uint checksum)
    {
        if (checksum != record.Checksum)
            throw _refusal.Because($"the checksum of its record {Printable.Quote(record.Name)} is wrong, so it is damaged; fetch it again");
        _verified.Add(record.Name);
    }
}
