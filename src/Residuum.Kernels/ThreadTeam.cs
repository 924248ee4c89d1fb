namespace Residuum.Kernels;

/// <summary>
/// A fixed set of threads that runs kernels piece by piece: the caller and Threads - 1 workers. Each thread starts on its own
/// share of the pieces, so that it finds the images it wrote before in its cache, and then helps the others. Workers spin between
/// the kernels of a run and park when nothing came for a while. One caller at a time; a team is not re-entrant.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    // Waking a parked thread costs 50 to 90 microseconds, so a thread first spins, then offers its processor to others for about as
    // long as the gap between two runs of a busy plan, and only then parks. Each spin is less than a tenth of a microsecond.
    const int SpinsBeforeYielding = 1_200;
    const int SpinsBeforeParking = 6_000;

    readonly Thread[] _workers;
    readonly SemaphoreSlim[] _parking;
    readonly int[] _parked;
    readonly PaddedCounter[] _next;
    readonly int[] _ends;
    readonly bool _oversubscribed;

    Kernel? _kernel;
    int _phase;
    int _images;
    volatile int _round;
    int _finished;
    volatile bool _stopping;
    Exception? _failure;

    /// <summary>A team of this many threads, the caller included; at least one.</summary>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _oversubscribed = threads > Environment.ProcessorCount;
        _next = new PaddedCounter[threads];
        _ends = new int[threads];
        _parking = new SemaphoreSlim[threads];
        _parked = new int[threads];
        _workers = new Thread[threads - 1];
        for (var i = 0; i < threads; i++) _parking[i] = new SemaphoreSlim(0);
        for (var i = 1; i < threads; i++)
        {
            var index = i;
            _workers[i - 1] = new Thread(() => Work(index)) { IsBackground = true, Name = $"residuum worker {i}" };
            _workers[i - 1].Start();
        }
    }

    /// <summary>Threads that share the work, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Runs a kernel over this many images; returns when all of it is done. A piece's exception is thrown here.</summary>
    public void Run(Kernel kernel, int images)
    {
        for (var phase = 0; phase < kernel.Phases; phase++)
        {
            var pieces = kernel.Pieces(phase, images);
            if (Threads == 1 || pieces == 1)
                for (var piece = 0; piece < pieces; piece++) kernel.Run(phase, piece, images);
            else if (pieces > 0) Share(kernel, phase, pieces, images);
        }
    }

    /// <summary>Ends the workers.</summary>
    public void Dispose()
    {
        _stopping = true;
        for (var i = 1; i < Threads; i++) _parking[i].Release();
        foreach (var worker in _workers) worker.Join();
        foreach (var semaphore in _parking) semaphore.Dispose();
    }

    void Share(Kernel kernel, int phase, int pieces, int images)
    {
        _kernel = kernel;
        _phase = phase;
        _images = images;
        for (var i = 0; i < Threads; i++)
        {
            _next[i].Value = (int)((long)pieces * i / Threads);
            _ends[i] = (int)((long)pieces * (i + 1) / Threads);
        }
        Volatile.Write(ref _finished, 0);
        Interlocked.Increment(ref _round);
        for (var i = 1; i < Threads; i++)
            if (Interlocked.Exchange(ref _parked[i], 0) == 1) _parking[i].Release();
        TakePieces(0);
        for (var spins = 0; Volatile.Read(ref _finished) < Threads - 1; spins++) Pause(spins);
        if (Interlocked.Exchange(ref _failure, null) is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    void TakePieces(int self)
    {
        try
        {
            for (var turn = 0; turn < Threads; turn++)
            {
                var share = (self + turn) % Threads;
                int piece;
                while ((piece = Interlocked.Increment(ref _next[share].Value) - 1) < _ends[share]) _kernel!.Run(_phase, piece, _images);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }

    void Work(int self)
    {
        var seen = 0;
        while (!_stopping)
        {
            var spins = 0;
            while (_round == seen && !_stopping)
            {
                if (spins++ < SpinsBeforeParking)
                {
                    Pause(spins);
                    continue;
                }
                // Announce, look once more, then sleep: a round that starts in between either sees the mark or is seen here.
                Interlocked.Exchange(ref _parked[self], 1);
                if (_round == seen && !_stopping) _parking[self].Wait();
                else if (Interlocked.Exchange(ref _parked[self], 0) == 0) _parking[self].Wait();
                spins = 0;
            }
            if (_stopping) return;
            seen = _round;
            TakePieces(self);
            Interlocked.Increment(ref _finished);
        }
    }

    void Pause(int spins)
    {
        if (spins < SpinsBeforeYielding && !_oversubscribed) Thread.SpinWait(2);
        else Thread.Yield();
    }

    struct PaddedCounter
    {
#pragma warning disable CS0169 // the padding keeps two threads' counters off one cache line
        readonly long _p0, _p1, _p2, _p3, _p4, _p5, _p6, _p7;
#pragma warning restore CS0169
        public int Value;
    }
}
