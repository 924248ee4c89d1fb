using System.Security.Cryptography;
using System.Text;
using Residuum.Interop;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Interop;

public class PyTorchCheckpointTests
{
    [Theory]
    [InlineData("types", "types.zip.pth")]
    [InlineData("types", "types.legacy.pth")]
    [InlineData("views", "views.zip.pth")]
    [InlineData("views", "views.legacy.pth")]
    [InlineData("wrapped", "wrapped.zip.pth")]
    [InlineData("wrapped", "wrapped.legacy.pth")]
    [InlineData("wrapped", "protocol4.zip.pth")]
    [InlineData("net", "net.zip.pth")]
    [InlineData("net", "net.legacy.pth")]
    public void A_checkpoint_holds_what_PyTorch_put_into_it(string expected, string file)
    {
        var read = PyTorchCheckpoint.Read(Golden.Path(file));
        Assert.Equal(Golden.Expected(expected), read.Tensors.Select(entry =>
            (entry.Key, entry.Value.ElementType.ToString(), entry.Value.Shape.ToString(), Golden.Hexadecimal(entry.Value))));
        Assert.Empty(read.Metadata);
    }

    [Theory]
    [InlineData("module.zip.pth", "torch.nn.modules.linear.Linear", "whole pickled module")]
    [InlineData("script.zip.pth", "TorchScript", "save model.state_dict()")]
    [InlineData("complex.zip.pth", "torch.ComplexFloatStorage", "not supported")]
    public void What_is_no_state_dictionary_is_refused_by_name(string file, string name, string advice)
    {
        var error = Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Read(Golden.Path(file)));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    // The digest runs over name, shape as Python prints it, and elements of every tensor, in order; PyTorch gave the same.
    [SkippableTheory]
    [InlineData("resnet20-12fca82f.th", 97, "eef0afa13cfe98b4f347e16d4b0e05c2c2c4c2f2001d8e7c27cab7edf24f983d")]
    [InlineData("resnet32-d509ac18.th", 157, "6977ae0c342c413314936464f26271315cdd48adc61a0caa1454083a816327c4")]
    public void Weights_that_others_trained_are_read_to_the_bit(string file, int count, string digest)
    {
        var path = SharedData.Find("data/weights/" + file);
        Skip.If(path is null, "the shared folder of real weights is absent");
        var read = WeightFiles.Read(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in read.Tensors)
        {
            Assert.Equal(ElementType.Float32, tensor.ElementType);
            hash.AppendData(Encoding.ASCII.GetBytes($"{name}[{string.Join(", ", tensor.Shape.Dimensions)}]"));
            hash.AppendData(tensor.Bytes);
        }
        Assert.Equal(count, read.Tensors.Count);
        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void The_metadata_of_a_hand_made_checkpoint_may_be_missing_and_its_tensors_are_there()
    {
        var read = PyTorchCheckpoint.Read(ZipBytes.Checkpoint(PickleBytes.State(), [0, 0, 128, 63, 0, 0, 0, 64]));
        Assert.Equal([1f, 2f], read.Tensors["w"].Span<float>().ToArray());
    }

    [Fact]
    public void Two_tensors_that_share_a_storage_do_not_share_memory_here()
    {
        var pickle = new PickleBytes().Raw("}(").Text("a").Tensor(p => p.Storage("0", 2), 0, [2], [1]).Text("b")
            .Tensor(p => p.Storage("0", 2), 0, [2], [1]).Raw("u").Stop();
        var read = PyTorchCheckpoint.Read(ZipBytes.Checkpoint(pickle, new byte[8]));
        read.Tensors["a"].Span<float>()[0] = 1;
        Assert.Equal(0, read.Tensors["b"].Span<float>()[0]);
    }

    [Fact]
    public void A_legacy_storage_may_be_a_part_of_another()
    {
        var pickle = new PickleBytes().Raw("}").Text("w")
            .Tensor(p => p.Storage("0", 4, legacy: true, view: v => v.Raw("(").Text("7").Int(1).Int(3).Raw("t")), 1, [2], [1]).Raw("s")
            .Stop();
        var read = PyTorchCheckpoint.Read(LegacyBytes.Build(pickle, [("0", 4, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64])]));
        Assert.Equal([1f, 2f], read.Tensors["w"].Span<float>().ToArray());
    }

    [Theory]
    [InlineData("byteorder", "little", true)]
    [InlineData("byteorder", "big", false)]
    [InlineData("version", "3\n", true)]
    [InlineData(".format_version", "1", true)]
    [InlineData(".data/serialization_id", "0123", true)]
    public void Records_of_newer_versions_are_known(string name, string content, bool legal)
    {
        var bytes = ZipBytes.Build(new ZipPart("a/data.pkl", PickleBytes.State()), new ZipPart("a/data/0", new byte[8]),
            new ZipPart("a/" + name, Encoding.ASCII.GetBytes(content)));
        if (legal) Assert.Single(PyTorchCheckpoint.Read(bytes).Tensors);
        else Assert.Contains("byte order", Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Read(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_tar_form_is_refused_by_name()
    {
        var bytes = new byte[1024];
        "ustar"u8.CopyTo(bytes.AsSpan(257));
        Assert.Contains("tar form", Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Read(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module.", "w")]
    [InlineData("_orig_mod.", "w")]
    [InlineData("module._orig_mod.module.", "w")]
    [InlineData("modules.", "modules.w")]
    public void Prefixes_of_wrappers_are_taken_off(string prefix, string expected)
    {
        var pickle = new PickleBytes().Raw("}").Text(prefix + "w").Tensor(p => p.Storage("0", 2), 0, [2], [1]).Raw("s").Stop();
        Assert.Equal([expected], PyTorchCheckpoint.Read(ZipBytes.Checkpoint(pickle, new byte[8])).Tensors.Keys);
    }
}
