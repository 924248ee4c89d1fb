using System.Buffers.Binary;
using System.Text;

namespace Residuum.Interop;

/// <summary>Reads the arguments of opcodes; whatever length they declare is checked against the bytes that are left.</summary>
sealed class PickleInput(Stream stream, Refusal refusal)
{
    const int LongestLine = 1024;
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly byte[] _small = new byte[8];

    public byte Byte()
    {
        var value = stream.ReadByte();
        return value >= 0 ? (byte)value : throw CutOff();
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Small(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Small(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Small(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Small(8));

    /// <summary>The only number that pickle stores with its high byte first.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Small(8));

    public byte[] Bytes(ulong length, MemoryBudget budget)
    {
        if (length > (ulong)Math.Min(stream.Length - stream.Position, Array.MaxLength)) throw CutOff();
        budget.Charge(PickleMachine.ObjectCost + (long)length);
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public string Text(ulong length, MemoryBudget budget)
    {
        var bytes = Bytes(length, budget);
        budget.Charge(2 * (long)length);
        try { return StrictUtf8.GetString(bytes); }
        catch (DecoderFallbackException error) { throw refusal.Because("a string in its pickle is not valid UTF-8", error); }
    }

    /// <summary>The text up to the next line feed, which is ASCII wherever we read it.</summary>
    public string Line()
    {
        var line = new StringBuilder();
        for (var value = Byte(); value != (byte)'\n'; value = Byte())
        {
            if (line.Length == LongestLine) throw refusal.Because($"a name in its pickle is longer than {LongestLine} characters");
            line.Append((char)value);
        }
        return line.ToString();
    }

    ReadOnlySpan<byte> Small(int length)
    {
        var bytes = _small.AsSpan(0, length);
        if (stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length) throw CutOff();
        return bytes;
    }

    ResiduumException CutOff() => refusal.Because("it ends in the middle of a pickle, so it is cut off or damaged");
}
