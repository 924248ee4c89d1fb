using Residuum.Data;

namespace Residuum.Tests.Data;

public sealed class Cifar10Tests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_become_labels_and_planes_in_order()
    {
        _folder.Write("test_batch.bin", Record(3, 0), Record(9, 7));
        var set = Cifar10.Load(_folder.Path, Split.Test);
        Assert.Equal((2, 3, 32, 32), (set.Count, set.Channels, set.Height, set.Width));
        Assert.Equal([3, 9], [set.Label(0), set.Label(1)]);
        Assert.Equal(Record(3, 0)[1..], set.Pixels(0).ToArray());
        Assert.Equal(Record(9, 7)[1..], set.Pixels(1).ToArray());
        Assert.Equal("airplane", set.Classes[0]);
        Assert.Equal("truck", set.Classes[9]);
    }

    [Fact]
    public void Training_reads_five_files_of_any_length_one_after_the_other()
    {
        for (var i = 1; i <= 5; i++)
            _folder.Write($"data_batch_{i}.bin", [.. Enumerable.Range(0, i).Select(j => Record((byte)i, j))]);
        var set = Cifar10.Load(_folder.Path, Split.Train);
        Assert.Equal([1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5], Enumerable.Range(0, set.Count).Select(set.Label));
        Assert.Equal(Record(5, 4)[1..], set.Pixels(14).ToArray());
    }

    [Fact]
    public void Class_names_come_from_the_meta_file_where_it_exists()
    {
        _folder.Write("test_batch.bin", Record(0, 0));
        _folder.Write("batches.meta.txt", "a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj\r\n\r\n"u8.ToArray());
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"], Cifar10.Load(_folder.Path, Split.Test).Classes);
        var meta = _folder.Write("batches.meta.txt", "a\nb\n"u8.ToArray());
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Test), meta, "2 class names");
        _folder.Write("batches.meta.txt", new byte[10001]);
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Test), meta, "too long");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3072)]
    [InlineData(3074)]
    [InlineData(6145)]
    public void A_file_that_is_not_whole_records_is_refused(int length)
    {
        var path = _folder.Write("test_batch.bin", new byte[length]);
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Test), path, $"{length} bytes", "truncated");
    }

    [Fact]
    public void A_label_above_nine_is_refused_with_its_record()
    {
        var path = _folder.Write("test_batch.bin", Record(1, 0), Record(10, 0));
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Test), path, "Record 1", "label 10");
    }

    [Fact]
    public void A_missing_file_or_folder_is_named()
    {
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Test), Path.Combine(_folder.Path, "test_batch.bin"), "test images");
        _folder.Write("data_batch_1.bin", Record(1, 0));
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Train), Path.Combine(_folder.Path, "data_batch_2.bin"),
            "training images");
        var absent = Path.Combine(_folder.Path, "absent");
        TemporaryFolder.Fails(() => Cifar10.Load(absent, Split.Test), absent, "test_batch.bin");
    }

    [Fact]
    public void A_set_too_large_for_memory_is_refused_before_it_is_read()
    {
        var path = Path.Combine(_folder.Path, "test_batch.bin");
        // A sparse file: its length is all that may be looked at.
        using (var file = File.Create(path)) file.SetLength(700_000L * 3073);
        TemporaryFolder.Fails(() => Cifar10.Load(_folder.Path, Split.Test), _folder.Path, "700000 images");
    }

    static byte[] Record(byte label, int salt) => [label, .. Enumerable.Range(0, 3072).Select(i => (byte)(i * 7 + i / 256 + salt))];
}
