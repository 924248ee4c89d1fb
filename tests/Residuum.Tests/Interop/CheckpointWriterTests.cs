using System.IO.Compression;
using System.Security.Cryptography;
using Residuum.Interop;
using Residuum.Tensors;

namespace Residuum.Tests.Interop;

/// <summary>Checkpoints as we write them, beside what PyTorch wrote for the same tensors (tests/golden/checkpoint.py).</summary>
public class CheckpointWriterTests
{
    [Fact]
    public void The_pickle_is_byte_for_byte_what_PyTorch_writes()
    {
        var theirs = Golden.Bytes("dense.zip.pth");
        var ours = Written(PyTorchCheckpoint.Read(theirs));
        Assert.Equal(Record(theirs, "data.pkl"), Record(ours, "data.pkl"));
    }

    [Fact]
    public void The_pickle_of_many_tensors_is_what_PyTorch_writes()
    {
        var many = new TensorFile();
        for (var i = 0; i <= 2000; i++) many.Tensors.Add($"n{i}", new Tensor(ElementType.Int8, new Shape(0)));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Record(Written(many), "data.pkl")));
        Assert.Equal(File.ReadAllText(Golden.Path("many.txt")).TrimEnd(), digest);
    }

    [Fact]
    public void Records_have_the_structure_of_PyTorchs()
    {
        var theirs = Golden.Bytes("dense.zip.pth");
        var ours = Written(PyTorchCheckpoint.Read(theirs));
        var (expected, actual) = (Records(theirs), Records(ours));
        // Newer PyTorch writes the byte order too; the version that made the golden file did not.
        Assert.Equal([.. expected.Keys.Append("byteorder").Order(StringComparer.Ordinal)], actual.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("little"u8.ToArray(), Record(ours, "byteorder"));
        foreach (var (name, record) in expected)
        {
            Assert.Equal(record.Length, actual[name].Length);
            Assert.Equal(record.Method, actual[name].Method);
            Assert.Equal(record.Offset % 64, actual[name].Offset % 64);
            Assert.Equal(Record(theirs, name), Record(ours, name));
        }
        Assert.All(actual.Values, record => Assert.Equal(0, record.Offset % 64));
        Assert.Equal(0, actual["data.pkl"].Method);
    }

    [Fact]
    public void What_is_written_reads_back_and_writes_the_same_bytes()
    {
        var file = Safetensors.Read(SafetensorsTests.Sample());
        var bytes = Written(file);
        var read = PyTorchCheckpoint.Read(bytes);
        Assert.Equal(file.Tensors.Keys, read.Tensors.Keys);
        foreach (var (name, tensor) in file.Tensors)
        {
            Assert.Equal((tensor.ElementType, tensor.Shape), (read.Tensors[name].ElementType, read.Tensors[name].Shape));
            Assert.Equal(tensor.Bytes, read.Tensors[name].Bytes);
        }
        Assert.Equal(bytes, Written(read));
        Assert.Empty(read.Metadata);
    }

    [Theory]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void From_65535_records_on_the_directory_ends_in_64_bits(int count)
    {
        using var stream = new MemoryStream();
        var zip = new ZipWriter(stream);
        for (var i = 0; i < count; i++) zip.Add($"{i}", [1]);
        zip.Finish();
        Assert.Equal(count, ZipRecords.Open(stream, new Refusal("file", "in memory")).All.Count());
        Assert.Equal(count >= ushort.MaxValue, stream.ToArray().AsSpan()[^200..].IndexOf("PK\u0006\u0006"u8) >= 0);
        using var archive = new ZipArchive(stream);
        Assert.Equal(count, archive.Entries.Count);
    }

    [Fact]
    public void As_many_tensors_as_are_written_can_be_read_and_one_more_is_refused()
    {
        var file = new TensorFile();
        for (var i = 0; i < 32_768; i++) file.Tensors.Add($"{i}", new Tensor(ElementType.UInt8, new Shape(0)));
        Assert.Equal(file.Tensors.Keys, PyTorchCheckpoint.Read(Written(file)).Tensors.Keys);
        file.Tensors.Add("last", new Tensor(ElementType.UInt8, new Shape(0)));
        var error = Assert.Throws<ResiduumException>(() => PyTorchCheckpoint.Write("many.pth", file));
        Assert.Contains("32769 tensors", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("many.pth"));
    }

    [Fact]
    public void A_name_that_is_no_text_is_refused()
    {
        var file = new TensorFile();
        file.Tensors.Add("a\ud800", new Tensor(ElementType.Float32, new Shape()));
        Assert.Contains("not valid Unicode", Assert.Throws<ResiduumException>(() => Written(file)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_file_beyond_four_gigabytes_reads_back()
    {
        Skip.If(Environment.GetEnvironmentVariable("RESIDUUM_LARGE_FILES") != "1",
            "It writes 4.6 GB; set RESIDUUM_LARGE_FILES=1 to run it.");
        var path = Path.Combine(Path.GetTempPath(), $"residuum-large-{Environment.ProcessId}.pth");
        try
        {
            var block = new Tensor(ElementType.UInt8, new Shape(512 << 20));
            block.Bytes[^1] = 7;
            var file = new TensorFile();
            for (var i = 0; i < 9; i++) file.Tensors.Add($"block{i}", block);
            file.Tensors.Add("last", Tensor.Of(new Shape(2), [1f, 2f]));
            PyTorchCheckpoint.Write(path, file);
            using var stream = File.OpenRead(path);
            var records = ZipRecords.Open(stream, new Refusal("file", path));
            Assert.Equal([1f, 2f], Tensor.Over(
                ElementType.Float32, new Shape(2), records.Read(records.Find("archive/data/9")!)).Span<float>().ToArray());
            records.VerifyRest();
        }
        finally { File.Delete(path); }
    }

    static byte[] Written(TensorFile file)
    {
        using var stream = new MemoryStream();
        PyTorchCheckpoint.Write(stream, file);
        return stream.ToArray();
    }

    static Dictionary<string, ZipRecord> Records(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return ZipRecords.Open(stream, new Refusal("file", "in memory")).All.ToDictionary(record => record.Name["archive/".Length..]);
    }

    static byte[] Record(byte[] bytes, string name)
    {
        using var stream = new MemoryStream(bytes);
        var records = ZipRecords.Open(stream, new Refusal("file", "in memory"));
        return records.Read(records.Find($"archive/{name}")!);
    }
}
