using Residuum.Foundation;
using Residuum.Images;

namespace Residuum.Data;

/// <summary>
/// Fills batches: looks up the epoch's order, augments bytes, and turns them into numbers through a table. One thread at a time.
/// </summary>
sealed class BatchFiller(IImageDataset set, Normalization normalization, Augmentation augmentation, int batchSize, ulong seed, bool shuffle)
{
    readonly float[] _table = normalization.Table(set.Channels);
    readonly byte[] _augmented = new byte[set.Channels * set.Height * set.Width];
    readonly int[] _order = new int[set.Count];
    readonly bool _augments = augmentation != Augmentation.None;
    int _orderedEpoch = -1;

    /// <summary>Fills a batch with the images of one place in one epoch's order.</summary>
    public void Fill(Batch batch, int epoch, int number)
    {
        Order(epoch);
        var first = number * batchSize;
        batch.Number = number;
        batch.Count = Math.Min(batchSize, set.Count - first);
        for (var i = 0; i < batch.Count; i++)
        {
            var image = _order[first + i];
            batch.IndexBuffer[i] = image;
            batch.LabelBuffer[i] = set.Label(image);
            var pixels = set.Pixels(image);
            if (_augments)
            {
                augmentation.Apply(pixels, set.Channels, set.Height, set.Width, seed, epoch, image, _augmented);
                pixels = _augmented;
            }
            Normalize(pixels, batch.ImageBuffer.AsSpan(i * pixels.Length, pixels.Length));
        }
    }

    void Order(int epoch)
    {
        if (epoch == _orderedEpoch) return;
        if (shuffle) CounterRandom.For(RandomUse.Shuffle, seed, (uint)epoch).Permute(_order);
        else if (_orderedEpoch < 0)
            for (var i = 0; i < _order.Length; i++) _order[i] = i;
        _orderedEpoch = epoch;
    }

    void Normalize(ReadOnlySpan<byte> pixels, Span<float> result)
    {
        var plane = set.Height * set.Width;
        for (var channel = 0; channel < set.Channels; channel++)
        {
            var table = _table.AsSpan(channel * 256, 256);
            var source = pixels.Slice(normalization.Source(channel, set.Channels) * plane, plane);
            var target = result.Slice(channel * plane, plane);
            for (var i = 0; i < source.Length; i++) target[i] = table[source[i]];
        }
    }
}
