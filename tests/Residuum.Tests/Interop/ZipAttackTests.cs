using Residuum.Interop;

namespace Residuum.Tests.Interop;

/// <summary>What PyTorch's own zip reader lets pass, and more, is refused here for its own reason.</summary>
public class ZipAttackTests
{
    static readonly byte[] Storage = [0, 0, 128, 63, 0, 0, 0, 64];
    static readonly ZipPart Pickle = new("a/data.pkl", PickleBytes.State());
    static readonly ZipPart Data = new("a/data/0", Storage);

    static readonly Dictionary<string, (byte[] Bytes, string Reason)> Attacks = new()
    {
        ["wrong checksum"] = (ZipBytes.Build(Pickle, Data with { Checksum = 1 }), "checksum"),
        ["wrong checksum of the pickle"] = (ZipBytes.Build(Pickle with { Checksum = 1 }, Data), "checksum"),
        ["wrong checksum of what no tensor uses"] =
            (ZipBytes.Build(Pickle, Data, new ZipPart("a/data/1", [1]) { Checksum = 1 }), "checksum"),
        ["flipped bit"] = (Flipped(), "checksum"),
        ["duplicate name"] = (ZipBytes.Build(Pickle, Data, Data), "two records called \"a/data/0\""),
        ["parent folder"] = (ZipBytes.Build(Pickle, Data, new ZipPart("a/../b", [])), "unsafe name"),
        ["leading parent folder"] = (ZipBytes.Build(Pickle, Data, new ZipPart("../b", [])), "unsafe name"),
        ["absolute name"] = (ZipBytes.Build(Pickle, Data, new ZipPart("/a/b", [])), "unsafe name"),
        ["drive"] = (ZipBytes.Build(Pickle, Data, new ZipPart("C:b", [])), "unsafe name"),
        ["backslash"] = (ZipBytes.Build(Pickle, Data, new ZipPart("a\\b", [])), "unsafe name"),
        ["empty name"] = (ZipBytes.Build(Pickle, Data, new ZipPart("", [])), "unsafe name"),
        ["zero byte"] = (ZipBytes.Build(Pickle, Data, new ZipPart("a/\0", [])), "unsafe name"),
        ["outside the folder"] = (ZipBytes.Build(Pickle, Data, new ZipPart("b/x", [])), "outside its folder"),
        ["deflated"] = (ZipBytes.Build(Pickle, Data with { Method = 8 }), "compressed (method 8)"),
        ["encrypted"] = (ZipBytes.Build(Pickle, Data with { Flags = 1 }), "encrypted"),
        ["strongly encrypted"] = (ZipBytes.Build(Pickle, Data with { Flags = 0x41 }), "encrypted"),
        ["unknown flag"] = (ZipBytes.Build(Pickle, Data with { Flags = 0x20 }), "unknown flags"),
        ["another local name"] = (ZipBytes.Build(Pickle, Data with { LocalName = "a/data/1" }), "disagrees"),
        ["another local method"] = (ZipBytes.Build(Pickle, Data with { LocalMethod = 8 }), "disagrees"),
        ["another local checksum"] = (ZipBytes.Build(Pickle, Data with { LocalChecksum = 1 }), "disagrees"),
        ["another local length"] = (ZipBytes.Build(Pickle, Data with { LocalLength = 4 }), "disagrees"),
        ["another descriptor"] = (ZipBytes.Build(Pickle, Data with { Descriptor = 32, DescriptorChecksum = 1 }), "data descriptor"),
        ["two lengths"] = (ZipBytes.Build(Pickle, Data with { CentralCompressed = 4 }), "two different lengths"),
        ["record too long for the file"] =
            (ZipBytes.Build(Pickle, Data with { CentralLength = 1 << 30, CentralCompressed = 1 << 30 }), "does not fit"),
        ["64-bit length that overflows"] =
            (ZipBytes.Build(Pickle, Data with { CentralLength = uint.MaxValue, CentralCompressed = uint.MaxValue }), "damaged"),
        ["record that is missing"] = (ZipBytes.Build(Pickle), "record of its storage \"0\" is missing"),
        ["record too short"] = (ZipBytes.Build(Pickle, Data with { Data = [0, 0, 0, 0] }), "4 bytes where 8"),
        ["record too long"] = (ZipBytes.Build(Pickle, Data with { Data = new byte[12] }), "12 bytes where 8"),
        ["overlapping records"] = (Overlapping(), "overlaps"),
        ["two records in one place"] =
            (ZipBytes.Build(Pickle, Data, Data with { Name = "a/data/1", LocalName = "a/data/0", CentralOffset = LocalOffset() }),
            "disagrees"),
        ["no local header"] = (ZipBytes.Build(Pickle, Data with { CentralOffset = 1 }), "no local header"),
        ["no pickle"] = (ZipBytes.Build(Data), "data.pkl"),
        ["two pickles"] = (ZipBytes.Build(Pickle, Data, new ZipPart("b/data.pkl", [])), "two records"),
        ["program"] = (ZipBytes.Build(Pickle, Data, new ZipPart("a/constants.pkl", [])), "TorchScript"),
        ["count too high"] = (ZipBytes.Build([Pickle, Data], end64: false, count: 3), "directory is damaged"),
        ["count too low"] = (ZipBytes.Build([Pickle, Data], end64: false, count: 1), "more than it declares"),
        ["count of 65,537"] = (ZipBytes.Build([Pickle, Data], end64: true, count: 65_537), "more than the 65536"),
        ["count beyond counting"] = (ZipBytes.Build([Pickle, Data], end64: true, count: -1), "records"),
        ["something before"] = ([.. "PK\u0003\u0004"u8, .. ZipBytes.Build(Pickle, Data)], "directory"),
        ["something behind"] = ([.. ZipBytes.Build(Pickle, Data), 0], "directory is missing"),
        ["folder with content"] = (ZipBytes.Build(Pickle, Data, new ZipPart("a/b/", [1])), "folder"),
        ["empty zip"] = (ZipBytes.Build(), "data.pkl"),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_zip_file_is_refused_for_its_own_reason(string name) =>
        PickleAttackTests.AssertRefused(Attacks[name].Bytes, Attacks[name].Reason);

    [Fact]
    public void Every_legal_way_to_write_a_record_is_read()
    {
        byte[][] files =
        [
            ZipBytes.Build(Pickle, Data),
            ZipBytes.Build(Pickle, Data with { Descriptor = 32, Flags = 0x800 }),
            ZipBytes.Build(Pickle, Data with { Descriptor = 64 }),
            ZipBytes.Build(Pickle, Data with { Zip64 = true }),
            ZipBytes.Build([Pickle with { Zip64 = true }, Data with { Zip64 = true }], end64: true),
            ZipBytes.Build([Pickle, Data], end64: false, comment: "PK"),
            ZipBytes.Build(new ZipPart("a/", []), Pickle, Data),
            ZipBytes.Build(new ZipPart("model: ü/data.pkl", Pickle.Data), new ZipPart("model: ü/data/0", Storage)),
        ];
        foreach (var file in files) Assert.Equal([1f, 2f], PyTorchCheckpoint.Read(file).Tensors["w"].Span<float>().ToArray());
    }

    [Fact]
    public void As_many_records_as_the_limit_are_legal()
    {
        var parts = new List<ZipPart> { Pickle, Data };
        for (var i = 2; i < 65_536; i++) parts.Add(new ZipPart($"a/data/{i}", []));
        Assert.Single(PyTorchCheckpoint.Read(ZipBytes.Build([.. parts], end64: true)).Tensors);
    }

    // The last byte of the only storage.
    static byte[] Flipped()
    {
        var bytes = ZipBytes.Build(Pickle, Data);
        bytes[bytes.AsSpan().LastIndexOf(Storage) + 7] ^= 1;
        return bytes;
    }

    // A record whose data is itself a whole record, named in the directory as well.
    static byte[] Overlapping()
    {
        var inner = ZipBytes.Build(Data)[..(30 + Data.Name.Length + Storage.Length)];
        var outer = new ZipPart("a/data/1", inner);
        var offset = (uint)(30 + Pickle.Name.Length + Pickle.Data.Length + 30 + outer.Name.Length);
        return ZipBytes.Build(Pickle, outer, Data with { CentralOffset = offset });
    }

    static uint LocalOffset() => (uint)(30 + Pickle.Name.Length + Pickle.Data.Length);
}
