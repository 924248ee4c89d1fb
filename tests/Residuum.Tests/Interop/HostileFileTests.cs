using System.Diagnostics;
using Residuum.Interop;

namespace Residuum.Tests.Interop;

/// <summary>Damaged at random (from fixed seeds) or cut off at every length, a file is read or refused; nothing else happens, and
/// soon.</summary>
public class HostileFileTests
{
    const string Opcodes = "().0123456789]}abcehjlqrstuQRKXUNMJG\x80\x85\x86\x87\x88\x8a\x8c\x8f\x93\x94\x95";

    [Theory]
    [InlineData("types.zip.pth")]
    [InlineData("wrapped.zip.pth")]
    [InlineData("views.legacy.pth")]
    [InlineData("wrapped.legacy.pth")]
    public void A_checkpoint_cut_off_anywhere_is_refused(string file)
    {
        var bytes = Golden.Bytes(file);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Read(bytes[..length]));
    }

    [Theory]
    [InlineData("types.zip.pth", 1)]
    [InlineData("wrapped.zip.pth", 2)]
    [InlineData("protocol4.zip.pth", 3)]
    [InlineData("types.legacy.pth", 4)]
    [InlineData("views.legacy.pth", 5)]
    [InlineData("wrapped.legacy.pth", 6)]
    public void A_damaged_checkpoint_is_read_or_refused(string file, int seed) =>
        Mutate(Golden.Bytes(file), seed, mutant => PyTorchCheckpoint.Read(mutant));

    [Theory]
    [InlineData("views.zip.pth", 7)]
    [InlineData("wrapped.zip.pth", 8)]
    [InlineData("protocol4.zip.pth", 9)]
    public void A_damaged_pickle_with_a_right_checksum_is_read_or_refused(string file, int seed)
    {
        using var stream = new MemoryStream(Golden.Bytes(file));
        var records = ZipRecords.Open(stream, new Refusal("file", file));
        var parts = records.All.Select(record => new ZipPart(record.Name, records.Read(record))).ToArray();
        Mutate(parts[0].Data, seed, mutant => PyTorchCheckpoint.Read(ZipBytes.Build([parts[0] with { Data = mutant }, .. parts[1..]])));
    }

    [Fact]
    public void Damaged_safetensors_are_read_or_refused() => Mutate(SafetensorsTests.Sample(), 10, mutant => Safetensors.Read(mutant));

    [Fact]
    public void Damaged_safetensors_headers_of_the_right_length_are_read_or_refused()
    {
        var sample = SafetensorsTests.Sample();
        var header = sample[8..(8 + BitConverter.ToInt32(sample))];
        Mutate(header, 11, mutant => Safetensors.Read(
            [.. BitConverter.GetBytes((long)mutant.Length), .. mutant, .. sample[(8 + header.Length)..]]));
    }

    [Fact]
    public void Noise_is_refused()
    {
        var random = new Random(12);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (i % 3 == 1 && bytes.Length > 2) (bytes[0], bytes[1]) = (0x80, 2);
            if (i % 3 == 2 && bytes.Length > 4) "PK\u0003\u0004"u8.CopyTo(bytes);
            Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Read(bytes));
            Assert.Throws<ResiduumException>(() => Safetensors.Read(bytes));
        }
    }

    static void Mutate(byte[] original, int seed, Action<byte[]> read)
    {
        var random = new Random(seed);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 2000; i++)
        {
            var mutant = original.ToList();
            for (var damage = random.Next(1, 4); damage > 0; damage--) Damage(mutant, random);
            var clock = Stopwatch.StartNew();
            try { read([.. mutant]); }
            catch (ResiduumException) { /* the only way to fail */ }
            if (clock.Elapsed > slowest) slowest = clock.Elapsed;
        }
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    static void Damage(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0) return;
        var place = random.Next(bytes.Count);
        var length = Math.Min(random.Next(1, 9), bytes.Count - place);
        switch (random.Next(6))
        {
            case 0: bytes[place] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[place] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(place, length); break;
            case 3: bytes.InsertRange(place, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
            case 4:
                var extreme = (byte)(random.Next(2) * 255);
                for (var i = place; i < place + length; i++) bytes[i] = extreme;
                break;
            default: bytes[place] = (byte)Opcodes[random.Next(Opcodes.Length)]; break;
        }
    }
}
