using Residuum.Images;

namespace Residuum.Data;

/// <summary>
/// Prepares an epoch's batches on a thread of its own, a few ahead of the reader. Which images a batch holds, and how they are changed,
/// depends on (seed, epoch, batch number) only, so an epoch can be resumed at any batch and gives the same bits. Batches are recycled:
/// after the first epoch nothing is allocated but the enumerator.
/// One reader at a time; <see cref="Dispose"/> may be called from any thread and ends the preparing thread.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    const int BuffersAhead = 3;

    readonly object _gate = new();
    readonly BatchFiller _filler;
    readonly Queue<Batch> _free = new();
    readonly Queue<Batch> _ready = new();
    readonly Thread _thread;

    // All of this is read and written under the gate. A run is one enumeration; its batches are worthless to the next.
    int _run;
    int _epoch;
    int _next;
    Exception? _failure;
    bool _disposed;

    /// <summary>Starts a loader; its thread waits for the first epoch.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalization">How bytes become numbers.</param>
    /// <param name="augmentation">Random changes; <see cref="Augmentation.None"/> to measure.</param>
    /// <param name="batchSize">Images in a batch, at least 1.</param>
    /// <param name="seed">The seed of order and changes.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own; otherwise images come as in the set.</param>
    /// <param name="dropLast">Whether an epoch's last batch is left out where it is not full.</param>
    /// <exception cref="ResiduumException">The batch size does not fit the set, or the normalization not its channels.</exception>
    public BatchLoader(
        IImageDataset set, Normalization normalization, Augmentation augmentation, int batchSize, ulong seed = 0,
        bool shuffle = true, bool dropLast = true)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(augmentation);
        var imageSize = set.Channels * set.Height * set.Width;
        if (batchSize < 1 || batchSize > Array.MaxLength / imageSize)
            throw new ResiduumException($"The batch size is {batchSize}; it must be between 1 and {Array.MaxLength / imageSize}.");
        if (dropLast && batchSize > set.Count)
            throw new ResiduumException($"The batch size {batchSize} is larger than the {set.Count} images of "
                + $"'{set.Name}', so that no batch "
                + "is full; choose a smaller one.");
        BatchSize = batchSize;
        BatchesPerEpoch = dropLast ? set.Count / batchSize : (set.Count - 1) / batchSize + 1;
        _filler = new BatchFiller(set, normalization, augmentation, batchSize, seed, shuffle);
        _next = BatchesPerEpoch;
        for (var i = 0; i < Math.Min(BuffersAhead, BatchesPerEpoch); i++)
            _free.Enqueue(new Batch(Math.Min(batchSize, set.Count), imageSize));
        _thread = new Thread(Prepare) { IsBackground = true, Name = "Residuum batch loader" };
        _thread.Start();
    }

    /// <summary>A loader to measure with: images in the set's order, unchanged, the last batch included.</summary>
    public static BatchLoader ForEvaluation(IImageDataset set, Normalization normalization, int batchSize) =>
        new(set, normalization, Augmentation.None, batchSize, shuffle: false, dropLast: false);

    /// <summary>Images in a full batch.</summary>
    public int BatchSize { get; }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>
    /// The batches of an epoch from one of them on. Each batch is valid until the enumeration moves on; leaving the enumeration early is
    /// fine, and a new one ends the one before.
    /// </summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="firstBatch">The first batch, to resume in mid-epoch; 0 to <see cref="BatchesPerEpoch"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or the batch is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchesPerEpoch);
        return Enumerate(epoch, firstBatch);
    }

    /// <summary>Ends the thread and waits for it; an enumeration under way raises <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }
        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    IEnumerable<Batch> Enumerate(int epoch, int firstBatch)
    {
        var run = Begin(epoch, firstBatch);
        for (var number = firstBatch; number < BatchesPerEpoch; number++)
        {
            var batch = Take(run);
            try
            {
                yield return batch;
            }
            finally
            {
                // Also when the reader leaves early: every buffer comes back exactly once.
                Return(batch);
            }
        }
    }

    int Begin(int epoch, int firstBatch)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (_epoch, _next, _failure) = (epoch, firstBatch, null);
            while (_ready.TryDequeue(out var stale)) _free.Enqueue(stale);
            Monitor.PulseAll(_gate);
            return ++_run;
        }
    }

    Batch Take(int run)
    {
        lock (_gate)
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (run != _run) throw new InvalidOperationException("The loader has begun another epoch; read one epoch at a time.");
                if (_ready.TryDequeue(out var batch)) return batch;
                if (_failure is not null) throw Surfaced(_failure);
                Monitor.Wait(_gate);
            }
        }
    }

    void Return(Batch batch)
    {
        lock (_gate)
        {
            _free.Enqueue(batch);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The thread: fills free buffers in order, until disposed.</summary>
    void Prepare()
    {
        while (true)
        {
            Batch? batch;
            int run, epoch, number;
            lock (_gate)
            {
                while (!_disposed && (_next == BatchesPerEpoch || _failure is not null || _free.Count == 0)) Monitor.Wait(_gate);
                if (_disposed) return;
                (batch, run, epoch, number) = (_free.Dequeue(), _run, _epoch, _next++);
            }
            Exception? failure = null;
            try
            {
                _filler.Fill(batch, epoch, number);
            }
#pragma warning disable CA1031 // Whatever went wrong belongs to the reader, on the reader's thread.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failure = error;
            }
            lock (_gate)
            {
                // A new run has begun meanwhile: this batch is not for it.
                (run == _run && failure is null ? _ready : _free).Enqueue(batch);
                if (run == _run) _failure = failure;
                Monitor.PulseAll(_gate);
            }
        }
    }

    // A fresh exception, so that the reader's stack is told too; a ResiduumException keeps its sentence.
    static Exception Surfaced(Exception failure) => failure is ResiduumException
        ? new ResiduumException(failure.Message, failure)
        : new InvalidOperationException($"A batch could not be prepared: {failure.Message}", failure);
}
