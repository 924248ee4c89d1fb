namespace Residuum.Kernels;

/// <summary>
/// A fixed set of threads that runs kernels piece by piece: the caller and Threads - 1 workers. Each thread starts on its own
/// share of the pieces, so that it finds the images it wrote before in its cache, and then helps the others. Workers spin between
/// the kernels of a run and park when nothing came for a while. A run ends when all pieces are done: a worker that the system gave no
/// processor meanwhile is not waited for, the others take its share. One caller at a time; a team is not re-entrant.
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

    [ThreadStatic]
    static int t_slot;

    Kernel? _kernel;
    int _phase;
    int _images;
    int _round;
    int _done;
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

    /// <summary>Which thread of its team the current one is, from 0, the caller: where a kernel keeps working memory for each
    /// thread.</summary>
    public static int Slot => t_slot;

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
        var round = _round + 1;
        _kernel = kernel;
        _phase = phase;
        _images = images;
        Volatile.Write(ref _done, 0);
        // Counters before ends: a late worker of an earlier round that sees a new end cannot count on with an old counter.
        for (var i = 0; i < Threads; i++) Volatile.Write(ref _next[i].Value, Counter(round, (int)((long)pieces * i / Threads)));
        for (var i = 0; i < Threads; i++) Volatile.Write(ref _ends[i], (int)((long)pieces * (i + 1) / Threads));
        Interlocked.Exchange(ref _round, round);
        for (var i = 1; i < Threads; i++)
            if (Interlocked.Exchange(ref _parked[i], 0) == 1) _parking[i].Release();
        TakePieces(0, round);
        for (var spins = 0; Volatile.Read(ref _done) < pieces; spins++) Pause(spins);
        if (Interlocked.Exchange(ref _failure, null) is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    // While a piece that a thread took is not done, its round is not over, and kernel, phase and images are those of the round.
    void TakePieces(int self, int round)
    {
        var done = 0;
        for (var turn = 0; turn < Threads; turn++)
        {
            var share = (self + turn) % Threads;
            while (TakePiece(share, round, out var piece))
            {
                try
                {
                    _kernel!.Run(_phase, piece, _images);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref _failure, exception, null);
                }
                done++;
            }
        }
        if (done > 0) Interlocked.Add(ref _done, done);
    }

    bool TakePiece(int share, int round, out int piece)
    {
        while (true)
        {
            var counter = Volatile.Read(ref _next[share].Value);
            piece = (int)counter;
            if ((int)(counter >> 32) != round || piece >= Volatile.Read(ref _ends[share])) return false;
            if (Interlocked.CompareExchange(ref _next[share].Value, counter + 1, counter) == counter) return true;
        }
    }

    // A share's next piece, and the round to which it belongs.
    static long Counter(int round, int piece) => ((long)round << 32) | (uint)piece;

    void Work(int self)
    {
        t_slot = self;
        var seen = 0;
        while (!_stopping)
        {
            var spins = 0;
            while (Volatile.Read(ref _round) == seen && !_stopping)
            {
                if (spins++ < SpinsBeforeParking)
                {
                    Pause(spins);
                    continue;
                }
                // Announce, look once more, then sleep: a round that starts in between either sees the mark or is seen here.
                Interlocked.Exchange(ref _parked[self], 1);
                if (Volatile.Read(ref _round) == seen && !_stopping) _parking[self].Wait();
                else if (Interlocked.Exchange(ref _parked[self], 0) == 0) _parking[self].Wait();
                spins = 0;
            }
            if (_stopping) return;
            seen = Volatile.Read(ref _round);
            TakePieces(self, seen);
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
        public long Value;
    }
}
