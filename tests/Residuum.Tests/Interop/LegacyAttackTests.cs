namespace Residuum.Tests.Interop;

public class LegacyAttackTests
{
    static readonly byte[] State = PickleBytes.State(legacy: true);
    static readonly (string, long, byte[]) Storage = ("0", 2, new byte[8]);

    static readonly Dictionary<string, (byte[] Bytes, string Reason)> Attacks = new()
    {
        ["another magic number"] = ([0x80, 2, 0x8a, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte)'.'], "no PyTorch checkpoint"),
        ["another version"] = (LegacyBytes.Build(State, [Storage], version: 1002), "protocol version"),
        ["big-endian"] = (LegacyBytes.Build(State, [Storage], littleEndian: false), "byte order"),
        ["cut off"] = (LegacyBytes.Build(State, [Storage])[..^1], "cut off"),
        ["something behind"] = ([.. LegacyBytes.Build(State, [Storage]), 0], "1 bytes follow"),
        ["storage not listed"] = (LegacyBytes.Build(State, []), "lacks one"),
        ["storage that no tensor uses"] = (LegacyBytes.Build(State, [Storage, ("1", 0, [])]), "no tensor uses"),
        ["storage listed twice"] = (LegacyBytes.Build(State, [Storage, Storage]), "twice"),
        ["another count"] = (LegacyBytes.Build(State, [("0", 1, new byte[8])]), "declares 1 elements where 2"),
        ["negative count"] = (LegacyBytes.Build(State, [("0", -1, new byte[8])]), "declares -1 elements"),
        ["huge storage"] = (LegacyBytes.Build(PickleBytes.State(count: 1L << 60, legacy: true), [("0", 1L << 60, new byte[8])]), "cut off"),
        ["view beyond its storage"] = (LegacyBytes.Build(View(1, 4), [("0", 4, new byte[16])]), "does not lie inside"),
        ["view that overflows"] = (LegacyBytes.Build(View(long.MaxValue, long.MaxValue), [("0", 4, new byte[16])]), "does not lie inside"),
        ["negative view"] = (LegacyBytes.Build(View(-1, 3), [("0", 4, new byte[16])]), "does not lie inside"),
        ["view in the place of its storage"] = (LegacyBytes.Build(View(1, 3), [("7", 3, new byte[12])]), "no tensor uses"),
        ["zip form's persistent id"] = (LegacyBytes.Build(PickleBytes.State(), [Storage]), "persistent id"),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_legacy_file_is_refused_for_its_own_reason(string name) =>
        PickleAttackTests.AssertRefused(Attacks[name].Bytes, Attacks[name].Reason);

    static byte[] View(long offset, long count) => new PickleBytes().Raw("}").Text("w")
        .Tensor(p => p.Storage("0", 4, legacy: true, view: v => v.Raw("(").Text("7").Int(offset).Int(count).Raw("t")), 0, [1], [1]).Raw("s")
        .Stop();
}
