using System.Text;
using Residuum.Interop;
using Residuum.Tensors;

namespace Residuum.Tests.Interop;

public sealed class SafetensorsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("residuum-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_bytes_written_are_those_of_the_format()
    {
        var file = new TensorFile();
        file.Tensors.Add("b", Tensor.Of(new Shape(2), [1f, 2f]));
        file.Tensors.Add("flags", Tensor.Over(ElementType.Bool, new Shape(1), [1]));
        file.Tensors.Add("a", Tensor.Of(new Shape(), [3f]));
        file.Tensors.Add("n", Tensor.Of(new Shape(1), [4L]));
        file.Tensors.Add("none", Tensor.Of(new Shape(0, 7), ReadOnlySpan<float>.Empty));
        file.Metadata.Add("z", "1");
        file.Metadata.Add("json", "{\"é\":1}");
        using var stream = new MemoryStream();
        Safetensors.Write(stream, file);
        var header = "{\"__metadata__\":{\"json\":\"{\\\"é\\\":1}\",\"z\":\"1\"},"
            + "\"n\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]},"
            + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[20,20]},"
            + "\"flags\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[20,21]}}";
        var utf8 = Encoding.UTF8.GetBytes(header);
        Array.Resize(ref utf8, (utf8.Length + 7) / 8 * 8);
        for (var i = Encoding.UTF8.GetByteCount(header); i < utf8.Length; i++) utf8[i] = (byte)' ';
        byte[] data = [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 64, 0, 0, 128, 63, 0, 0, 0, 64, 1];
        Assert.Equal([.. BitConverter.GetBytes((long)utf8.Length), .. utf8, .. data], stream.ToArray());
    }

    [Fact]
    public void What_is_written_is_read_again_and_written_to_the_same_bytes_in_any_order()
    {
        var file = Safetensors.Read(Sample());
        Assert.Equal(Enum.GetValues<ElementType>().Length + 2, file.Tensors.Count);
        Assert.Equal("a description", file.Metadata["about"]);
        var shuffled = new TensorFile();
        foreach (var (name, tensor) in file.Tensors.Reverse()) shuffled.Tensors.Add(name, tensor);
        foreach (var (key, value) in file.Metadata) shuffled.Metadata.Add(key, value);
        using var stream = new MemoryStream();
        Safetensors.Write(stream, shuffled);
        Assert.Equal(Sample(), stream.ToArray());
    }

    [Fact]
    public void A_file_on_disk_is_replaced_whole()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        File.WriteAllText(path, "something old");
        Safetensors.Write(path, Safetensors.Read(Sample()));
        Assert.Equal(Sample(), File.ReadAllBytes(path));
        Assert.Equal("Float32 2x3", Safetensors.Read(path).Tensors["Float32"].ToString());
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_name_that_cannot_be_written_is_refused_before_anything_is_written()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        foreach (var name in (string[])["__metadata__", "half \ud800"])
        {
            var file = new TensorFile();
            file.Tensors.Add(name, Tensor.Of(new Shape(), [1f]));
            Assert.Contains("cannot be written", Assert.Throws<ResiduumException>(() => Safetensors.Write(path, file)).Message,
                StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Throws<ResiduumException>(() => Safetensors.Write(Path.Combine(_folder, "no", "model.safetensors"), new TensorFile()));
    }

    [Fact]
    public void A_header_above_the_limit_is_not_written()
    {
        var file = new TensorFile();
        file.Metadata.Add("long", new string('x', 100_000_000));
        Assert.Contains("100000000", Assert.Throws<ResiduumException>(() => Safetensors.Write(Stream.Null, file)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_tensors_is_legal()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, new TensorFile());
        Assert.Equal("\b\0\0\0\0\0\0\0{}      "u8.ToArray(), stream.ToArray());
        Assert.Empty(Safetensors.Read(stream.ToArray()).Tensors);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, "scalar")]
    [InlineData("{\"a\":{\"data_offsets\":[0,4],\"shape\":[1, 1],\"dtype\":\"F32\"}}", 4, "1x1")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]}}   ", 0, "0x3")]
    [InlineData("{ \n\"a\" :\t{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "2")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "1")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"b\":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[4,4]}}", 4, "1")]
    [InlineData("{\"__metadata__\":{},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "1")]
    public void Headers_within_the_rules_are_read(string header, int data, string shape) =>
        Assert.Equal(shape, Safetensors.Read(Bytes(header, data)).Tensors["a"].Shape.ToString());

    [Fact]
    public void Tensors_come_in_the_order_of_their_data() => Assert.Equal(["b", "a"], Safetensors.Read(
        Bytes("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8)).Tensors.Keys);

    [Theory]
    [InlineData("", 0, "brace")]
    [InlineData(" {}", 0, "brace")]
    [InlineData("[]", 0, "brace")]
    [InlineData("{} \n", 0, "other than spaces")]
    [InlineData("{}x", 0, "other than spaces")]
    [InlineData("{}\0\0", 0, "other than spaces")]
    [InlineData("{}{}", 0, "JSON")]
    [InlineData("{", 0, "cut off")]
    [InlineData("{\"a\":}", 0, "JSON")]
    [InlineData("{\"a\":1}", 0, "not an object")]
    [InlineData("{\"a\":{}}", 0, "lacks")]
    [InlineData("{}", 4, "appended")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "F8_E4M3")]
    [InlineData("{\"a\":{\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "f32")]
    [InlineData("{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not a string")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "cut off")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "appended")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "8 bytes by its shape but 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e0],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0, "overflows")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}", 0, "overflows")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1073741824],\"data_offsets\":[0,4294967296]}}", 4, "2 GB")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0,5000000000],\"data_offsets\":[0,0]}}", 0, "2147483647")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000],\"data_offsets\":[0,4000000000]}}", 0, "2 GB")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[100000000],\"data_offsets\":[0,400000000]}}", 4, "cut off")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "gap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12, "gap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "overlaps")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "overlaps")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "-4 by its data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", 4, "more than 2 numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "two data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", 4, "not a list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "two values for dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4, "unknown field")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "occurs twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "occurs twice")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", 0, "not a string")]
    [InlineData("{\"__metadata__\":{\"k\":{}}}", 0, "not a string")]
    [InlineData("{\"__metadata__\":[]}", 0, "not an object")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "occurs twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "occurs twice")]
    [InlineData("{\"\\ud800\":{}}", 0, "JSON")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", 0, "not an object")]
    public void Headers_against_the_rules_are_refused_for_their_own_reason(string header, int data, string reason)
    {
        var error = Assert.Throws<ResiduumException>(() => Safetensors.Read(Bytes(header, data), "FILE"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(" FILE ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_of_the_header_that_cannot_be_are_refused_before_anything_is_allocated()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused([1, 2, 3], "3 bytes");
        AssertRefused([0, 0, 0, 0, 0, 0, 0, 0], "brace");
        AssertRefused([255, 255, 255, 255, 255, 255, 255, 255, (byte)'{'], "100000000");
        AssertRefused([0, 0, 0, 0, 0, 0, 0, 128, (byte)'{'], "100000000");
        AssertRefused([.. BitConverter.GetBytes(100_000_001L), (byte)'{'], "100000000");
        AssertRefused([.. BitConverter.GetBytes(100_000_000L), (byte)'{'], "only 1 follow");
        AssertRefused([.. BitConverter.GetBytes(3L), .. "{\"\xff"u8], "other than spaces");
        AssertRefused([.. BitConverter.GetBytes(6L), (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)' ', (byte)'}'], "UTF-8");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var bytes = Sample();
        for (var length = 0; length < bytes.Length; length++) AssertRefused(bytes[..length], "");
    }

    [Fact]
    public void More_tensors_than_the_limit_are_refused()
    {
        var header = new StringBuilder("{");
        for (var i = 0; i <= 65_536; i++)
            header.Append($"{(i > 0 ? "," : "")}\"{i}\":{{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
        AssertRefused(Bytes(header.Append('}').ToString(), 0), "65536");
    }

    [Fact]
    public void Files_that_cannot_be_opened_are_one_clear_error()
    {
        AssertOpening(Path.Combine(_folder, "absent.safetensors"), "does not exist");
        AssertOpening(Path.Combine(_folder, "absent", "x.safetensors"), "does not exist");
        AssertOpening(_folder, "folder");
        AssertOpening("", "cannot be read");
        AssertOpening("a\0b", "cannot be read");
    }

    /// <summary>A file with every element type, a scalar, a tensor without elements and metadata.</summary>
    internal static byte[] Sample()
    {
        var file = new TensorFile();
        foreach (var type in Enum.GetValues<ElementType>())
        {
            var bytes = new byte[6 * type.Size()];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(type == ElementType.Bool ? i & 1 : i);
            file.Tensors.Add(type.ToString(), Tensor.Over(type, new Shape(2, 3), bytes));
        }
        file.Tensors.Add("scalar", Tensor.Of(new Shape(), [1f]));
        file.Tensors.Add("none", Tensor.Of(new Shape(3, 0), ReadOnlySpan<float>.Empty));
        file.Metadata.Add("about", "a description");
        using var stream = new MemoryStream();
        Safetensors.Write(stream, file);
        return stream.ToArray();
    }

    static void AssertOpening(string path, string reason) =>
        Assert.Contains(reason, Assert.Throws<ResiduumException>(() => Safetensors.Read(path)).Message, StringComparison.Ordinal);

    static void AssertRefused(byte[] bytes, string reason) =>
        Assert.Contains(reason, Assert.Throws<ResiduumException>(() => Safetensors.Read(bytes)).Message, StringComparison.Ordinal);

    static byte[] Bytes(string header, int data)
    {
        var utf8 = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)utf8.Length), .. utf8, .. new byte[data]];
    }
}
