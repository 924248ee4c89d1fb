using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Inference;

/// <summary>
/// A few plans for inference of one graph with one input and one output, whose weights they share, for callers on any number of
/// threads: a caller takes an idle plan, or waits for one. The first is made at once, further ones when callers meet. Safe from several
/// threads.
/// </summary>
sealed class PlanPool : IDisposable
{
    readonly Plan _first;
    readonly Lock _lock = new();
    readonly Stack<Plan> _idle = new();
    readonly List<Plan> _siblings = [];
    readonly SemaphoreSlim _permits;
    readonly int _concurrency;
    readonly string _input;
    readonly string _output;
    int _disposed;

    /// <summary>A pool with one plan, loaded.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its parameters and state.</param>
    /// <param name="batch">The most images of one run.</param>
    /// <param name="threads">Threads of each plan; 0 for an even share of the cores.</param>
    /// <param name="concurrency">The most plans.</param>
    /// <param name="options">How to compute.</param>
    public PlanPool(
        Graph graph, IReadOnlyDictionary<string, Tensor> weights, int batch, int threads, int concurrency, PlanOptions? options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (threads == 0) threads = Math.Max(1, Environment.ProcessorCount / concurrency);
        _concurrency = concurrency;
        _permits = new SemaphoreSlim(concurrency);
        _first = Plan.ForInference(graph, batch, threads, options);
        try
        {
            _first.Load(weights);
        }
        catch
        {
            _first.Dispose();
            throw;
        }
        var input = _first.Graph.Inputs.First();
        (_input, _output) = (input.Name, _first.Graph.Outputs[0].Name);
        ImageLength = (int)input.Outputs[0].Shape.WithBatch(1).Count;
        ResultLength = (int)_first.Graph.TypeOf(_first.Graph.Outputs[0].Value).Shape.WithBatch(1).Count;
        Batch = batch;
        _idle.Push(_first);
    }

    /// <summary>The most images of one run.</summary>
    public int Batch { get; }

    /// <summary>Floats of one image.</summary>
    public int ImageLength { get; }

    /// <summary>Floats of one image's result.</summary>
    public int ResultLength { get; }

    /// <summary>Bytes that all plans hold that were made so far.</summary>
    public long MemoryBytes
    {
        get { lock (_lock) return _first.MemoryBytes + _siblings.Sum(plan => plan.MemoryBytes); }
    }

    /// <summary>Runs images, which lie one behind another, and copies their results out. As many at a time as the batch allows.</summary>
    public void Run(ReadOnlySpan<float> images, Span<float> results, CancellationToken cancellation)
    {
        var count = images.Length / ImageLength;
        for (var first = 0; first < count; first += Batch)
        {
            var part = Math.Min(Batch, count - first);
            var plan = Take(cancellation);
            try
            {
                images.Slice(first * ImageLength, part * ImageLength).CopyTo(plan.Input(_input));
                plan.Run(part);
                plan.Output(_output)[..(part * ResultLength)].CopyTo(results[(first * ResultLength)..]);
            }
            finally
            {
                Return(plan);
            }
        }
    }

    /// <summary>Waits for those who run, then frees all plans. Who waits for a plan or comes later gets an exception.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        for (var i = 0; i < _concurrency; i++) _permits.Wait();
        foreach (var plan in _siblings) plan.Dispose();
        _first.Dispose();
        _permits.Release(_concurrency);
    }

    Plan Take(CancellationToken cancellation)
    {
        ThrowIfDisposed();
        _permits.Wait(cancellation);
        try
        {
            ThrowIfDisposed();
            lock (_lock)
            {
                if (_idle.TryPop(out var idle)) return idle;
                var plan = _first.Sibling();
                _siblings.Add(plan);
                return plan;
            }
        }
        catch
        {
            _permits.Release();
            throw;
        }
    }

    void Return(Plan plan)
    {
        lock (_lock) _idle.Push(plan);
        _permits.Release();
    }

    void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, typeof(PlanPool));
}
