using Residuum.Data;
using Residuum.Foundation;
using Residuum.Images;

namespace Residuum.Tests.Data;

public class BatchLoaderTests
{
    static readonly ImageSet Set = Make(23);

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 6)]
    public void An_epoch_holds_every_image_once_in_the_order_of_seed_and_epoch(bool dropLast, int batches)
    {
        using var loader = new BatchLoader(Set, Normalization.None, Augmentation.None, 4, 9, shuffle: true, dropLast);
        Assert.Equal(batches, loader.BatchesPerEpoch);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var order = CounterRandom.For(RandomUse.Shuffle, 9, (uint)epoch).Permutation(23);
            var seen = new List<int>();
            foreach (var batch in loader.Epoch(epoch))
            {
                Assert.Equal(seen.Count, batch.Number * 4);
                seen.AddRange(batch.Indices);
                for (var i = 0; i < batch.Count; i++) Assert.Equal(Set.Label(batch.Indices[i]), batch.Labels[i]);
            }
            Assert.Equal(order[..(dropLast ? 20 : 23)], seen);
        }
    }

    [Fact]
    public void Evaluation_takes_every_image_in_order_and_unchanged()
    {
        var normalization = Normalization.Parse("cifar10");
        using var loader = BatchLoader.ForEvaluation(Set, normalization, 10);
        var counts = new List<int>();
        var expected = new float[Set.Channels * Set.Height * Set.Width];
        foreach (var batch in loader.Epoch(0))
        {
            counts.Add(batch.Count);
            Assert.Equal(batch.Count * expected.Length, batch.Images.Length);
            for (var i = 0; i < batch.Count; i++)
            {
                normalization.Apply(Set.Pixels(batch.Number * 10 + i), 3, expected);
                Assert.True(batch.Images.Slice(i * expected.Length, expected.Length).SequenceEqual(expected));
            }
        }
        Assert.Equal([10, 10, 3], counts);
    }

    [Fact]
    public void Images_are_augmented_by_their_index_whatever_the_batch_size()
    {
        var augmentation = new Augmentation(2, true);
        var normalization = Normalization.Parse("imagenet");
        var (bytes, expected) = (new byte[75], new float[75]);
        foreach (var batchSize in (int[])[1, 5, 23])
        {
            using var loader = new BatchLoader(Set, normalization, augmentation, batchSize, 4, dropLast: false);
            foreach (var batch in loader.Epoch(6))
                for (var i = 0; i < batch.Count; i++)
                {
                    augmentation.Apply(Set.Pixels(batch.Indices[i]), 3, 5, 5, 4, 6, batch.Indices[i], bytes);
                    normalization.Apply(bytes, 3, expected);
                    Assert.True(batch.Images.Slice(i * 75, 75).SequenceEqual(expected));
                }
        }
    }

    [Fact]
    public void A_resumed_epoch_gives_the_same_bits_as_a_whole_one()
    {
        using var whole = new BatchLoader(Set, Normalization.None, new Augmentation(1, true), 3, 8);
        using var resumed = new BatchLoader(Set, Normalization.None, new Augmentation(1, true), 3, 8);
        var expected = Collect(whole, 2, 0);
        for (var first = 0; first <= 7; first++) Assert.Equal(expected[first..], Collect(resumed, 2, first));
        Assert.Throws<ArgumentOutOfRangeException>(() => resumed.Epoch(2, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => resumed.Epoch(-1));
    }

    [Fact]
    public void Leaving_an_epoch_early_does_not_disturb_the_next()
    {
        using var fresh = new BatchLoader(Set, Normalization.None, new Augmentation(1, true), 2, 8);
        var expected = Collect(fresh, 1, 0);
        using var loader = new BatchLoader(Set, Normalization.None, new Augmentation(1, true), 2, 8);
        for (var round = 0; round < 50; round++)
        {
            var left = round % 5;
            foreach (var batch in loader.Epoch(0))
                if (left-- == 0) break;
            Assert.Equal(expected, Collect(loader, 1, 0));
        }
    }

    [Fact]
    public void An_older_enumeration_ends_with_an_error_when_a_newer_begins()
    {
        using var loader = new BatchLoader(Set, Normalization.None, Augmentation.None, 2);
        using var older = loader.Epoch(0).GetEnumerator();
        Assert.True(older.MoveNext());
        Assert.Equal(11, loader.Epoch(1).Count());
        Assert.Throws<InvalidOperationException>(() => older.MoveNext());
        Assert.Equal(11, loader.Epoch(2).Count());
    }

    [Fact]
    public void Buffers_are_recycled_and_steady_epochs_allocate_only_the_enumerator()
    {
        using var loader = new BatchLoader(Set, Normalization.None, new Augmentation(2, true), 2, 1);
        var buffers = new HashSet<float[]>();
        for (var epoch = 0; epoch < 4; epoch++)
            foreach (var batch in loader.Epoch(epoch)) buffers.Add(batch.ImageBuffer);
        Assert.InRange(buffers.Count, 1, 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var batch in loader.Epoch(5)) _ = batch.Images.Length;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400);
    }

    [Fact]
    public void A_failure_of_the_set_reaches_the_reader_and_the_loader_goes_on()
    {
        using var loader = Failing(new ResiduumException("Image 7 of 'test' is gone."));
        var read = 0;
        var error = Assert.Throws<ResiduumException>(() =>
        {
            foreach (var batch in loader.Epoch(0)) read++;
        });
        Assert.Equal((7, "Image 7 of 'test' is gone."), (read, error.Message));
        Assert.Equal(15, loader.Epoch(0, 8).Count());

        using var other = Failing(new FormatException("broken"));
        Assert.IsType<FormatException>(Assert.Throws<InvalidOperationException>(() => other.Epoch(0).Count()).InnerException);
    }

    [Fact]
    public void Disposal_ends_a_waiting_thread_at_once_and_later_use_is_refused()
    {
        var loader = new BatchLoader(Set, Normalization.None, Augmentation.None, 2);
        var enumerator = loader.Epoch(0).GetEnumerator();
        Assert.True(enumerator.MoveNext());
        var watch = System.Diagnostics.Stopwatch.StartNew();
        loader.Dispose();
        loader.Dispose();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Throws<ObjectDisposedException>(() => enumerator.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => loader.Epoch(1).Count());
    }

    [Fact]
    public void Batch_sizes_and_channels_that_do_not_fit_are_refused()
    {
        TemporaryFolder.Fails(() => new BatchLoader(Set, Normalization.None, Augmentation.None, 0).Dispose(), "batch size is 0");
        TemporaryFolder.Fails(() => new BatchLoader(Set, Normalization.None, Augmentation.None, 24).Dispose(), "batch size 24", "23 images",
            "'test'");
        TemporaryFolder.Fails(() => new BatchLoader(Set, Normalization.None, Augmentation.None, int.MaxValue).Dispose(), "2147483647");
        using var evaluation = BatchLoader.ForEvaluation(Set, Normalization.None, 100);
        Assert.Equal(23, evaluation.Epoch(0).Single().Count);
        var two = new Normalization([0f, 0f], [1f, 1f]);
        TemporaryFolder.Fails(() => new BatchLoader(Set, two, Augmentation.None, 1).Dispose(), "2 channels", "have 3");
    }

    static List<(string Labels, string Bits)> Collect(BatchLoader loader, int epoch, int firstBatch) =>
        [.. loader.Epoch(epoch, firstBatch).Select(batch => (
            string.Join(',', batch.Labels.ToArray()),
            Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Images))))];

    static ImageSet Make(int count) => new("test", 3, 5, 5, ["a", "b", "c"],
        [.. Enumerable.Range(0, count * 75).Select(i => (byte)(i * 31 + i / 75))],
        [.. Enumerable.Range(0, count).Select(i => (byte)(i * i % 3))]);

    static BatchLoader Failing(Exception failure) =>
        new(new FailingSet(Set, failure), Normalization.None, Augmentation.None, 1, shuffle: false);

    sealed class FailingSet(ImageSet inner, Exception failure) : IImageDataset
    {
        public string Name => inner.Name;
        public int Count => inner.Count;
        public int Channels => inner.Channels;
        public int Height => inner.Height;
        public int Width => inner.Width;
        public IReadOnlyList<string> Classes => inner.Classes;
        public ReadOnlySpan<byte> Pixels(int index) => index == 7 ? throw failure : inner.Pixels(index);
        public int Label(int index) => inner.Label(index);
    }
}
