using Residuum.Interop;

namespace Residuum.Tests.Interop;

/// <summary>Pickles that a stranger may send: each is refused for its own reason, in both forms of checkpoint, and nothing is
/// executed.</summary>
public class PickleAttackTests
{
    static readonly Dictionary<string, (byte[] Pickle, string Reason)> Attacks = new()
    {
        ["os.system"] = (new PickleBytes().Global("os", "system").Raw("(").Text("touch executed").Raw("tR").Stop(), "\"os.system\""),
        ["posix.system"] = (new PickleBytes().Global("posix", "system").Raw("(").Text("touch executed").Raw("tR").Stop(),
            "\"posix.system\""),
        ["builtins.eval"] = (new PickleBytes().Global("builtins", "eval").Raw("(").Text("1").Raw("tR").Stop(), "\"builtins.eval\""),
        ["stack global"] = (new PickleBytes().Text("os").Text("system").Raw([0x93]).Stop(), "\"os.system\""),
        ["dotted name"] = (new PickleBytes().Global("torch", "_utils._rebuild_tensor_v2.__globals__").Stop(), "__globals__"),
        ["numpy scalar"] = (new PickleBytes().Global("numpy.core.multiarray", "scalar").Stop(), "numpy.core.multiarray.scalar"),
        ["whole module"] = (new PickleBytes().Global("torch.nn.modules.conv", "Conv2d").Stop(), "whole pickled module"),
        ["user class"] = (new PickleBytes().Global("__main__", "Net").Stop(), "\"__main__.Net\""),
        ["newobj"] = (new PickleBytes().Global("collections", "OrderedDict").Raw(")").Raw([0x81]).Stop(), "NEWOBJ"),
        ["inst"] = (new PickleBytes().Raw("(ios\nsystem\n").Stop(), "INST"),
        ["obj"] = (new PickleBytes().Raw("(o").Stop(), "OBJ"),
        ["extension"] = (new PickleBytes().Raw(0x82, 1).Stop(), "EXT"),
        ["unknown opcode"] = (new PickleBytes().Raw([0xff]).Stop(), "0xff"),
        ["protocol 1 opcode"] = (new PickleBytes().Raw("I1\n").Stop(), "INT"),
        ["protocol 9"] = (new PickleBytes().Raw(0x80, 9).Raw("N").Stop(), "protocol"),
        ["reduce of a storage class"] =
            (new PickleBytes().Global("torch", "FloatStorage").Raw(")R").Stop(), "arguments that it does not take"),
        ["reduce of a string"] = (new PickleBytes().Text("x").Raw(")R").Stop(), "no function of the table"),
        ["reduce with a wrong count"] =
            (new PickleBytes().Global("torch._utils", "_rebuild_tensor_v2").Raw(")R").Stop(), "arguments that it does not take"),
        ["build on a plain dict"] = (new PickleBytes().Raw("}}b").Stop(), "attributes"),
        ["deep lists"] = (new PickleBytes().Raw(new string(']', 65) + new string('a', 64)).Stop(), "64 levels"),
        ["deep tuples"] = (new PickleBytes().Raw(")" + new string('\x85', 100)).Stop(), "64 levels"),
        ["deep dicts"] = (new PickleBytes().Raw("}" + Nested(70)).Stop(), "64 levels"),
        ["deep marks"] = (new PickleBytes().Raw(new string('(', 65)).Stop(), "64 levels"),
        ["list within itself"] = (new PickleBytes().Raw("]q\0" + string.Concat(Enumerable.Repeat("h\0a", 70))).Stop(), "64 levels"),
        ["memo bomb"] = (MemoBomb(), "remembers more than 1000000"),
        ["object bomb"] = (new PickleBytes().Raw(new string(']', 1_500_000)).Stop(), "64 MiB"),
        ["long string"] = (new PickleBytes().Raw("X").UInt32(uint.MaxValue).Stop(), "cut off"),
        ["longer string"] = (new PickleBytes().Raw([0x8d]).Raw(255, 255, 255, 255, 255, 255, 255, 255).Stop(), "cut off"),
        ["long integer"] = (new PickleBytes().Raw([0x8b]).UInt32(int.MaxValue).Stop(), "more than 255 bytes"),
        ["long name"] = (new PickleBytes().Raw("c" + new string('x', 2000)).Stop(), "longer than 1024"),
        ["invalid text"] = (new PickleBytes().Raw("X").UInt32(1).Raw([0xff]).Stop(), "UTF-8"),
        ["empty stack"] = (new PickleBytes().Raw("t").Stop(), "malformed"),
        ["pop below a mark"] = (new PickleBytes().Raw("N(0").Stop(), "malformed"),
        ["open mark"] = (new PickleBytes().Raw("N(").Stop(), "malformed"),
        ["memo that is not there"] = (new PickleBytes().Raw("h\x07").Stop(), "malformed"),
        ["odd items"] = (new PickleBytes().Raw("}(Nu").Stop(), "malformed"),
        ["nothing"] = (new PickleBytes().Stop(), "malformed"),
        ["no end"] = (new PickleBytes().Raw("N").Stop()[..^1], "pickle"),
        ["a list"] = (new PickleBytes().Raw("]").Stop(), "a list"),
        ["None"] = (new PickleBytes().Raw("N").Stop(), "None"),
        ["no tensors"] = (new PickleBytes().Raw("}").Text("epoch").Int(3).Raw("s").Stop(), "\"epoch\""),
        ["wrappers in a circle"] = (new PickleBytes().Raw("}q\0").Text("model").Raw("h\0s").Stop(), "8 wrappers"),
        ["two tensors of one name"] = (new PickleBytes().Raw("}(").Text("w").Tensor(p => p.Storage("0", 2), 0, [2], [1]).Text("module.w")
            .Tensor(p => p.Storage("0", 2), 0, [2], [1]).Raw("u").Stop(), "two of its tensors"),
        ["persistent id of a module"] = (new PickleBytes().Raw("(").Text("module").Raw("NNNtQ").Stop(), "source of a pickled module"),
        ["persistent id of a number"] = (new PickleBytes().Int(3).Raw("Q").Stop(), "persistent id"),
        ["negative count"] = (PickleBytes.State(count: -1), "declares -1 elements"),
        ["count that overflows"] = (PickleBytes.State(count: long.MaxValue), "elements"),
        ["storage in two ways"] = (new PickleBytes().Raw("}(").Text("a").Tensor(p => p.Storage("0", 2), 0, [2], [1]).Text("b")
            .Tensor(p => p.Storage("0", 1, "DoubleStorage"), 0, [1], [1]).Raw("u").Stop(), "two ways"),
        ["beyond the storage"] = (PickleBytes.State(sizes: [3]), "reaches beyond"),
        ["offset beyond the storage"] = (PickleBytes.State(offset: 1), "reaches beyond"),
        ["offset far beyond"] = (PickleBytes.State(offset: long.MaxValue), "begins at element"),
        ["negative offset"] = (PickleBytes.State(offset: -1), "begins at element -1"),
        ["negative stride"] = (PickleBytes.State(offset: 1, strides: [-1]), "not a whole number"),
        ["negative size"] = (PickleBytes.State(sizes: [-1]), "not a whole number"),
        ["size that overflows"] = (PickleBytes.State(sizes: [1L << 32, 1L << 32], strides: [0, 0]), "overflows"),
        ["size near overflow"] = (PickleBytes.State(sizes: [long.MaxValue], strides: [0]), "2 GB"),
        ["stride that overflows"] = (PickleBytes.State(sizes: [3], strides: [long.MaxValue / 2 + 1]), "reaches beyond"),
        ["expanded to gigabytes"] = (PickleBytes.State(sizes: [1 << 28], strides: [0]), "64 MiB"),
        ["expanded beyond 2 GB"] = (PickleBytes.State(sizes: [1L << 40], strides: [0]), "2 GB"),
        ["rank of 65"] = (PickleBytes.State(sizes: [.. Enumerable.Repeat(1L, 65)], strides: [.. Enumerable.Repeat(0L, 65)]), "at most 64"),
        ["ranks that disagree"] = (PickleBytes.State(sizes: [2], strides: [1, 1]), "dimensions and 2 strides"),
        ["many expanded tensors"] = (ManyExpanded(), "64 MiB"),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_attack_is_refused_for_its_own_reason(string name)
    {
        var (pickle, reason) = Attacks[name];
        AssertRefused(ZipBytes.Checkpoint(pickle, new byte[8]), reason);
        // Persistent ids have one item more in the legacy form, so reasons that need one are seen in the zip form only.
        var named = pickle.AsSpan().Contains((byte)'Q') || name == "no end" ? "" : reason;
        AssertRefused(LegacyBytes.Build(pickle, []), named);
    }

    [Fact]
    public void Sixty_four_levels_are_legal()
    {
        var pickle = new PickleBytes().Raw("}").Text("w").Tensor(p => p.Storage("0", 2), 0, [2], [1]).Raw("s").Text("x")
            .Raw(new string(']', 63) + new string('a', 62) + "s").Stop();
        Assert.Single(PyTorchCheckpoint.Read(ZipBytes.Checkpoint(pickle, new byte[8])).Tensors);
    }

    [Fact]
    public void A_view_without_elements_may_have_any_strides()
    {
        var pickle = PickleBytes.State(sizes: [0, 5], strides: [long.MaxValue, long.MaxValue]);
        Assert.Equal("0x5", PyTorchCheckpoint.Read(ZipBytes.Checkpoint(pickle, new byte[8])).Tensors["w"].Shape.ToString());
    }

    [Fact]
    public void Something_after_the_end_of_the_pickle_is_refused() =>
        AssertRefused(ZipBytes.Checkpoint([.. PickleBytes.State(), 0], new byte[8]), "follows the end");

    [Fact]
    public void A_bare_pickle_is_refused_without_being_executed()
    {
        AssertRefused(new PickleBytes().Global("posix", "system").Raw("(").Text("touch executed").Raw("tR").Stop(), "\"posix.system\"");
        AssertRefused(new PickleBytes().Raw("}").Stop(), "no PyTorch checkpoint");
        Assert.False(File.Exists("executed"));
    }

    internal static void AssertRefused(byte[] bytes, string reason)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Read(bytes, "FILE"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(" FILE ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 600, error.Message);
        // Growing collections leave smaller copies behind, so what is allocated in all may be twice what is held.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * (bytes.Length + (64L << 20)));
    }

    static string Nested(int depth) => string.Concat(Enumerable.Repeat("N}", depth)) + new string('s', depth);

    static byte[] MemoBomb()
    {
        var pickle = new PickleBytes().Raw("N");
        for (uint i = 0; i <= 1_000_000; i++) pickle.Raw("r").UInt32(i);
        return pickle.Stop();
    }

    static byte[] ManyExpanded()
    {
        var pickle = new PickleBytes().Raw("}");
        for (var i = 0; i < 80; i++) pickle.Text($"w{i}").Tensor(p => p.Storage("0", 2), 0, [1 << 18], [0]).Raw("s");
        return pickle.Stop();
    }
}
