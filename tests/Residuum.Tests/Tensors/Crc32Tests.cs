using Residuum.Foundation;

namespace Residuum.Tests.Tensors;

public sealed class Crc32Tests
{
    [Fact]
    public void The_checksum_is_the_one_that_everyone_uses()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xCBF43926u, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));
        Assert.Equal(0xAE426082u, Crc32.Append(0, "IEND"u8));
    }

    [Fact]
    public void Every_length_agrees_with_the_definition_bit_by_bit()
    {
        var random = new Random(1);
        for (var length = 0; length < 40; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(BitByBit(bytes), Crc32.Append(0, bytes));
        }
    }

    static uint BitByBit(byte[] bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
