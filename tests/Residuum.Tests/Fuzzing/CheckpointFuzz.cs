using System.Buffers.Binary;
using System.IO.Compression;
using Residuum.Interop;
using Residuum.Tests.Interop;

namespace Residuum.Tests.Fuzzing;

/// <summary>PyTorch's checkpoints in both forms.</summary>
static class CheckpointFuzz
{
    // Growing collections leave smaller copies behind, so what is allocated in all may be twice what is held.
    static long Bound(long length) => 2 * (length + (64L << 20));

    public static FuzzFormat Zip { get; } = new(
        "checkpoint-zip", [.. new[] { "net.zip.pth", "views.zip.pth", "wrapped.zip.pth", "protocol4.zip.pth" }.Select(Golden.Bytes)],
        MutateZip, IsZip, bytes => PyTorchCheckpoint.Read(bytes), Bound);

    public static FuzzFormat Legacy { get; } = new(
        "checkpoint-legacy", [.. new[] { "net.legacy.pth", "views.legacy.pth", "wrapped.legacy.pth" }.Select(Golden.Bytes)],
        MutateLegacy, IsLegacy, bytes => PyTorchCheckpoint.Read(bytes), Bound);

    static readonly Dictionary<byte[], ZipPart[]> s_parts = Zip.Seeds.ToDictionary(seed => seed, Parts);

    static byte[] MutateZip(byte[] seed, Random random)
    {
        if (random.Next(8) == 0) return Damage.Bytes(seed, random);
        var parts = s_parts[seed].ToList();
        var place = random.Next(parts.Count);
        switch (random.Next(8))
        {
            case 0: parts[place] = Field(parts[place], random); break;
            case 1: parts[place] = parts[place] with { Data = Damage.Bytes(parts[place].Data, random) }; break;
            case 2:
                if (random.Next(2) == 0) parts.RemoveAt(place);
                else parts.Insert(place, random.Next(2) == 0 ? parts[place] : parts[place] with { Name = $"a/data/{random.Next(9)}" });
                break;
            default:
                var pickle = parts.FindIndex(part => part.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
                parts[pickle] = parts[pickle] with { Data = PickleDamage.Bytes(parts[pickle].Data, random) };
                break;
        }
        return ZipBytes.Build([.. parts], end64: random.Next(8) == 0);
    }

    static ZipPart Field(ZipPart part, Random random)
    {
        var number = (uint)Damage.Number(part.Data.Length, random);
        return random.Next(12) switch
        {
            0 => part with { Method = random.Next(20) },
            1 => part with { Flags = 1 << random.Next(16) },
            2 => part with { Checksum = number },
            3 => part with { LocalName = "archive/x" },
            4 => part with { LocalLength = number },
            5 => part with { CentralLength = number },
            6 => part with { CentralLength = number, CentralCompressed = number, LocalLength = number },
            7 => part with { CentralOffset = number },
            8 => part with { Zip64 = true, CentralOffset = random.Next(2) == 0 ? null : number },
            9 => part with { Descriptor = random.Next(2) == 0 ? 32 : 64, DescriptorChecksum = random.Next(2) == 0 ? null : number },
            10 => part with { Name = random.OneOf(["../x", "/x", "a\\b", "archive/", "archive/../data.pkl", "", "constants.pkl"]) },
            _ => part with { Name = part.Name + (char)random.Next(1, 0xd800) },
        };
    }

    static byte[] MutateLegacy(byte[] seed, Random random)
    {
        if (random.Next(8) == 0) return Damage.Bytes(seed, random);
        var pickles = new List<byte[]>();
        var position = 0;
        for (var i = 0; i < 5; i++)
        {
            PickleDamage.Split(seed.AsSpan(position), out var end);
            pickles.Add(seed[position..(position + end)]);
            position += end;
        }
        var storages = seed[position..];
        switch (random.Next(8))
        {
            case 0: storages = Damage.Bytes(storages, random); break;
            case 1: BinaryPrimitives.WriteInt64LittleEndian(storages, Damage.Number(BitConverter.ToInt64(storages), random)); break;
            case 2: pickles[random.Next(5)] = PickleDamage.Bytes(pickles[random.Next(5)], random); break;
            case 3: pickles[4] = PickleDamage.Bytes(pickles[4], random); break;
            default: pickles[3] = PickleDamage.Bytes(pickles[3], random); break;
        }
        return [.. pickles.SelectMany(pickle => pickle), .. storages];
    }

    static ZipPart[] Parts(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return [.. archive.Entries.Select(entry => new ZipPart(entry.FullName, Content(entry)))];
    }

    static byte[] Content(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    // The base library's reader finds the directory, and the pickle in it.
    static bool IsZip(byte[] bytes)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes));
            return archive.Entries.Any(entry => entry.Name == "data.pkl");
        }
        catch (InvalidDataException) { return false; }
    }

    // The magic number and the version.
    static bool IsLegacy(byte[] bytes)
    {
        byte[] version = [0x80, 2, (byte)'M', 0xe9, 3, (byte)'.'];
        return bytes.AsSpan().StartsWith(LegacyBytes.Magic) && bytes.AsSpan(LegacyBytes.Magic.Length).StartsWith(version);
    }
}
