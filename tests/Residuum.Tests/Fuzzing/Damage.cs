using System.Buffers.Binary;

namespace Residuum.Tests.Fuzzing;

/// <summary>Ways to damage bytes and numbers that hold for every format.</summary>
static class Damage
{
    static readonly long[] s_numbers =
    [
        0, 1, 2, 3, 4, 7, 8, 16, 63, 64, 65, 127, 128, 255, 256, 4096, 65_535, 65_536, 1 << 24, int.MaxValue - 1, int.MaxValue,
        1L << 31, uint.MaxValue, 1L << 32, 1L << 40, long.MaxValue / 2 + 1, long.MaxValue, -1, -2, int.MinValue, long.MinValue,
    ];

    /// <summary>A number at which readers go wrong, or one near the given one.</summary>
    public static long Number(long number, Random random) => random.Next(4) switch
    {
        0 => unchecked(number + random.Next(-3, 4)),
        1 => unchecked(number << random.Next(1, 40)),
        _ => s_numbers[random.Next(s_numbers.Length)],
    };

    /// <summary>One to three changes anywhere: bits and bytes flipped, pieces removed, repeated, moved or blanked, numbers
    /// replaced.</summary>
    public static byte[] Bytes(ReadOnlySpan<byte> original, Random random)
    {
        var bytes = original.ToArray().ToList();
        for (var change = random.Next(1, 4); change > 0; change--) Once(bytes, random);
        return [.. bytes];
    }

    /// <summary>One of the items.</summary>
    public static T OneOf<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    static void Once(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }
        var place = random.Next(bytes.Count);
        var length = Math.Min(random.Next(1, 17), bytes.Count - place);
        switch (random.Next(8))
        {
            case 0: bytes[place] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[place] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(place, length); break;
            case 3: bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(place, length)); break;
            case 4:
                var fill = (byte)(random.Next(2) * 255);
                for (var i = place; i < place + length; i++) bytes[i] = fill;
                break;
            case 5: bytes.RemoveRange(place, bytes.Count - place); break;
            case 6:
                var inserted = new byte[length];
                random.NextBytes(inserted);
                bytes.InsertRange(place, inserted);
                break;
            default:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, Number(0, random));
                if (random.Next(2) == 0) number.Reverse();
                var width = Math.Min(1 << random.Next(4), bytes.Count - place);
                for (var i = 0; i < width; i++) bytes[place + i] = number[i];
                break;
        }
    }
}
