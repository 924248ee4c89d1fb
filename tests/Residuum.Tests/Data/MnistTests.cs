using System.Buffers.Binary;
using Residuum.Data;
using Residuum.Testing;

namespace Residuum.Tests.Data;

public sealed class MnistTests : IDisposable
{
    const string Images = "t10k-images-idx3-ubyte";
    const string Labels = "t10k-labels-idx1-ubyte";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plain_and_gzipped_files_load_alike(bool gzipped)
    {
        var (images, labels) = (Idx(2051, [2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), Idx(2049, [2], [4, 9]));
        _folder.Write(gzipped ? Images + ".gz" : Images, gzipped ? TemporaryFolder.Gzip(images) : images);
        _folder.Write(gzipped ? Labels + ".gz" : Labels, gzipped ? TemporaryFolder.Gzip(labels) : labels);
        var set = Mnist.Load(_folder.Path, Split.Test);
        Assert.Equal((2, 1, 2, 3), (set.Count, set.Channels, set.Height, set.Width));
        Assert.Equal([4, 9], [set.Label(0), set.Label(1)]);
        Assert.Equal([7, 8, 9, 10, 11, 12], set.Pixels(1).ToArray());
        Assert.Equal("9", set.Classes[9]);
        Assert.Equal("Ankle boot", Mnist.Load(_folder.Path, Split.Test, fashion: true).Classes[9]);
    }

    [Fact]
    public void A_wrong_magic_number_is_refused_with_both_numbers()
    {
        var (images, labels) = WriteGood();
        _folder.Write(Images, Idx(2049, [1], [0]), new byte[20]);
        TemporaryFolder.Fails(Load, images, "0x00000801", "0x00000803");
        WriteGood();
        _folder.Write(Labels, TemporaryFolder.Gzip(Idx(2049, [1], [0])));
        TemporaryFolder.Fails(Load, labels, "0x00000801", "not compressed");
    }

    [Theory]
    [InlineData(0, 28, 28, "count is 0")]
    [InlineData(1, 0, 28, "height is 0")]
    [InlineData(1, 28, 5000, "width is 5000")]
    [InlineData(-1, 28, 28, "count is 4294967295")]
    [InlineData(2_000_000_000, 1000, 1000, "2000000000000000 bytes")]
    [InlineData(1_000_000_000, 1, 1, "a file of its length")]
    public void Impossible_sizes_are_refused_before_memory_is_taken(int count, int height, int width, string said)
    {
        var (images, _) = WriteGood();
        _folder.Write(Images, Idx(2051, [count, height, width], [1, 2, 3]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        TemporaryFolder.Fails(Load, images, said);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void Truncated_files_are_refused()
    {
        var (images, labels) = WriteGood();
        _folder.Write(Images, Idx(2051, [1, 2, 2], [1, 2, 3]));
        TemporaryFolder.Fails(Load, images, "truncated");
        _folder.Write(Images, [0, 0, 8]);
        TemporaryFolder.Fails(Load, images, "truncated");
        WriteGood();
        _folder.Write(Labels, Idx(2049, [1], []));
        TemporaryFolder.Fails(Load, labels, "truncated");
    }

    [Fact]
    public void Damaged_and_truncated_gzip_files_are_refused()
    {
        WriteGood();
        File.Delete(Path.Combine(_folder.Path, Images));
        var content = Enumerable.Range(0, 3000).Select(i => (byte)(i * i >> 3)).ToArray();
        var sound = TemporaryFolder.Gzip(Idx(2051, [3, 10, 100], content));
        var path = _folder.Write(Images + ".gz", sound[..(sound.Length / 2)]);
        TemporaryFolder.Fails(Load, path);
        var damaged = sound.ToArray();
        for (var i = 40; i < 60; i++) damaged[i] ^= 0x5A;
        _folder.Write(Images + ".gz", damaged);
        TemporaryFolder.Fails(Load, path);
        _folder.Write(Images + ".gz", "not gzip at all"u8.ToArray());
        TemporaryFolder.Fails(Load, path, "not a sound gzip file");
        _folder.Write(Images + ".gz", []);
        TemporaryFolder.Fails(Load, path, "truncated");
    }

    [Fact]
    public void Bytes_after_the_data_are_refused_without_inflating_them_all()
    {
        var (images, _) = WriteGood();
        _folder.Write(Images, Idx(2051, [1, 2, 2], [1, 2, 3, 4, 5]));
        TemporaryFolder.Fails(Load, images, "goes on after the 4 bytes");
        File.Delete(images);
        var path = _folder.Write(Images + ".gz", TemporaryFolder.Gzip(Idx(2051, [1, 2, 2], new byte[50_000_000])));
        var before = GC.GetAllocatedBytesForCurrentThread();
        TemporaryFolder.Fails(Load, path, "goes on after the 4 bytes");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Labels_must_be_as_many_as_images_and_at_most_nine()
    {
        var (images, labels) = WriteGood();
        _folder.Write(Labels, Idx(2049, [2], [0, 1]));
        TemporaryFolder.Fails(Load, images, labels, "1 images", "2 labels");
        _folder.Write(Labels, Idx(2049, [1], [10]));
        TemporaryFolder.Fails(Load, labels, "Label 0", "is 10");
    }

    [Fact]
    public void A_missing_file_or_folder_is_named()
    {
        TemporaryFolder.Fails(Load, Path.Combine(_folder.Path, Images), Images + ".gz", "MNIST's test images");
        _folder.Write(Images, Idx(2051, [1, 1, 1], [0]));
        TemporaryFolder.Fails(() => Mnist.Load(_folder.Path, Split.Test, true), Path.Combine(_folder.Path, Labels),
            "Fashion-MNIST's test labels");
        TemporaryFolder.Fails(() => Mnist.Load(_folder.Path + "x", Split.Train), _folder.Path + "x", "train-images-idx3-ubyte");
    }

    [SkippableFact]
    public void The_real_MNIST_loads_with_the_counts_of_its_classes()
    {
        var folder = SharedData.Find("data/mnist");
        Skip.If(folder is null, "The shared folder with MNIST is not here.");
        var train = Mnist.Load(folder, Split.Train);
        Assert.Equal((60000, 1, 28, 28), (train.Count, train.Channels, train.Height, train.Width));
        var counts = Enumerable.Range(0, train.Count).Select(train.Label).CountBy(label => label)
            .OrderBy(pair => pair.Key).Select(pair => pair.Value);
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], counts);
        var sum = 0L;
        for (var i = 0; i < train.Count; i++)
            foreach (var pixel in train.Pixels(i)) sum += pixel;
        Assert.Equal(0.1307, sum / 255.0 / (60000 * 784), 0.0001);
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], Enumerable.Range(0, 10).Select(Mnist.Load(folder, Split.Test).Label));
    }

    void Load() => Mnist.Load(_folder.Path, Split.Test);

    (string Images, string Labels) WriteGood() =>
        (_folder.Write(Images, Idx(2051, [1, 2, 2], [1, 2, 3, 4])), _folder.Write(Labels, Idx(2049, [1], [5])));

    static byte[] Idx(int magic, int[] sizes, byte[] data)
    {
        var header = new byte[4 + 4 * sizes.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, magic);
        for (var i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), sizes[i]);
        return [.. header, .. data];
    }
}
