using Residuum.Interop;
using Residuum.Tensors;

namespace Residuum.Tests.Interop;

public sealed class WeightFilesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("residuum-weights-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("net.zip.pth", "x.pth")]
    [InlineData("net.legacy.pth", "x.ckpt")]
    [InlineData("net.zip.pth", "x")]
    [InlineData("net.legacy.pth", "x.weights")]
    [InlineData("net.zip.pth", "x.safetensors")]
    public void The_content_decides_what_a_file_is(string golden, string name) =>
        Assert.Contains("bn1.running_var", WeightFiles.Read(Put(name, Golden.Bytes(golden))).Tensors.Keys);

    [Theory]
    [InlineData("x.safetensors")]
    [InlineData("x.bin")]
    [InlineData("x")]
    public void Safetensors_are_recognised_and_lose_their_prefixes(string name)
    {
        var file = new TensorFile();
        file.Tensors.Add("module.fc.weight", Tensor.Of(new Shape(), [1f]));
        file.Tensors.Add("conv1.weight", Tensor.Of(new Shape(), [2f]));
        file.Metadata.Add("key", "value");
        using var stream = new MemoryStream();
        Safetensors.Write(stream, file);
        var read = WeightFiles.Read(Put(name, stream.ToArray()));
        Assert.Equal(["conv1.weight", "fc.weight"], read.Tensors.Keys);
        Assert.Equal("value", read.Metadata["key"]);
    }

    [Theory]
    [InlineData("x.txt", "hello", "known are safetensors")]
    [InlineData("x.onnx", "hello", "known are safetensors")]
    [InlineData("x.pth", "hello", "neither like a zip file nor like a pickle")]
    [InlineData("x.safetensors", "hello", "too few")]
    [InlineData("x.safetensors", "", "too few")]
    [InlineData("x.pt", "", "no checkpoint")]
    public void A_file_of_another_kind_is_refused(string name, string content, string reason)
    {
        var path = Put(name, System.Text.Encoding.ASCII.GetBytes(content));
        var error = Assert.Throws<ResiduumException>(() => WeightFiles.Read(path));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_absent_and_a_folder_are_refused()
    {
        Assert.Contains("does not exist",
            Assert.Throws<ResiduumException>(() => WeightFiles.Read(Path.Combine(_folder, "absent.pth"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<ResiduumException>(() => WeightFiles.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_names_that_become_one_are_refused()
    {
        var file = new TensorFile();
        file.Tensors.Add("module.w", Tensor.Of(new Shape(), [1f]));
        file.Tensors.Add("w", Tensor.Of(new Shape(), [2f]));
        using var stream = new MemoryStream();
        Safetensors.Write(stream, file);
        Assert.Contains("two of its tensors", Assert.Throws<ResiduumException>(() => WeightFiles.Read(Put("x", stream.ToArray()))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_of_more_than_two_gigabytes_is_refused() =>
        Assert.Contains("larger than 2 GB", Assert.Throws<ResiduumException>(() => WeightFiles.Read(new LongStream(), "it")).Message,
            StringComparison.Ordinal);

    string Put(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    sealed class LongStream : MemoryStream
    {
        public override long Length => 3L << 30;
    }
}
