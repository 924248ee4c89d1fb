using System.Buffers.Binary;

namespace Residuum.Foundation;

/// <summary>The checksum of zip records and PNG chunks: CRC-32 with the reflected polynomial 0xEDB88320, eight bytes at a time.</summary>
static class Crc32
{
    static readonly uint[][] Tables = MakeTables();

    /// <summary>Continues a checksum over more bytes; the first call starts from 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        uint[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3], t4 = Tables[4], t5 = Tables[5], t6 = Tables[6],
            t7 = Tables[7];
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t7[low & 255] ^ t6[low >> 8 & 255] ^ t5[low >> 16 & 255] ^ t4[low >> 24]
                ^ t3[high & 255] ^ t2[high >> 8 & 255] ^ t1[high >> 16 & 255] ^ t0[high >> 24];
            bytes = bytes[8..];
        }
        foreach (var value in bytes) crc = t0[(crc ^ value) & 255] ^ crc >> 8;
        return ~crc;
    }

    // Table k gives the checksum of a byte that is followed by k zero bytes.
    static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var k = 0; k < 8; k++)
        {
            tables[k] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                var crc = k == 0 ? value : tables[k - 1][value];
                for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
                tables[k][value] = crc;
            }
        }
        return tables;
    }
}
