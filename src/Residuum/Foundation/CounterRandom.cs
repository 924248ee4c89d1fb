namespace Residuum.Foundation;

/// <summary>What random numbers are for: each use has streams of its own, so that one seed serves them all without overlap.</summary>
public enum RandomUse
{
    /// <summary>Initial weights; the number of the stream is the parameter's.</summary>
    Initialization = 1,

    /// <summary>The order of the training images; the number of the stream is the epoch.</summary>
    Shuffle = 2,

    /// <summary>Crops and flips; the number of the stream is the epoch, the index is the image's.</summary>
    Augmentation = 3,

    /// <summary>Generated pictures; the number of the stream is the picture's.</summary>
    Pictures = 4,

    /// <summary>The keys under which images are dropped in part or whole; the index is the step's and the image's.</summary>
    Dropout = 5,

    /// <summary>Where the search for a map's pattern starts, and how it is moved about; the number of the stream is the map's.</summary>
    Patterns = 6,
}

/// <summary>
/// Counter-based random numbers: value = f(seed, stream, index), without state, so any value is computed alone, in any order and on any
/// thread, and is the same everywhere. The function is Philox4x32-10 (J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011), which passes TestU01's BigCrush. Not for cryptography. Immutable, safe from any thread.
/// The methods cut the same bits in different ways, so use one method per (seed, stream, index).
/// </summary>
/// <param name="seed">The run's seed: Philox's key.</param>
/// <param name="stream">Which of 2^64 independent sequences: the upper half of Philox's counter.</param>
public readonly struct CounterRandom(ulong seed, ulong stream)
{
    /// <summary>A stream for one use: <paramref name="number"/> tells apart the epochs, parameters or pictures within it.</summary>
    public static CounterRandom For(RandomUse use, ulong seed, uint number = 0) => new(seed, ((ulong)use << 32) | number);

    /// <summary>Four random words: one whole Philox block.</summary>
    public (uint First, uint Second, uint Third, uint Fourth) Block(ulong index) =>
        Kernels.Philox.Block((uint)index, (uint)(index >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));

    /// <summary>32 random bits: the first word of block <paramref name="index"/>.</summary>
    public uint UInt32(ulong index) => Block(index).First;

    /// <summary>A multiple of 2^-24, uniform in [0, 1).</summary>
    public float Uniform(ulong index) => ToUniform(UInt32(index));

    /// <summary>A whole number in 0 .. bound - 1; some are likelier than others by at most bound / 2^32 (multiply and shift).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Int(ulong index, int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return ToInt(UInt32(index), bound);
    }

    /// <summary>
    /// A number of the normal distribution with mean 0 and deviation 1 (G. E. P. Box and M. E. Muller, 1958, from two numbers of 53 bits);
    /// its magnitude is at most 8.6.
    /// </summary>
    public double Normal(ulong index)
    {
        var (a, b, c, d) = Block(index);
        // The radius's number is in (0, 1], so that its logarithm is finite; the angle's in [0, 1).
        var radius = ((((ulong)a << 32) | b) >> 11) + 1;
        var angle = (((ulong)c << 32) | d) >> 11;
        return Math.Sqrt(-2 * Kernels.DeterministicMath.Log(radius * (1.0 / 9007199254740992)))
            * Kernels.DeterministicMath.Cos(angle * (2 * Math.PI / 9007199254740992));
    }

    /// <summary>The numbers 0 .. count - 1 in an order drawn from this stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public int[] Permutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        Permute(order);
        return order;
    }

    /// <summary>Fills a span with the numbers 0 .. length - 1 in an order drawn from this stream (Fisher and Yates's shuffle).</summary>
    public void Permute(Span<int> order)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = ToInt(UInt32((ulong)i), i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }

    /// <summary>24 of a word's bits as a number in [0, 1).</summary>
    internal static float ToUniform(uint word) => (word >> 8) * (1f / 16777216);

    /// <summary>A word scaled to 0 .. bound - 1.</summary>
    internal static int ToInt(uint word, int bound) => (int)(((ulong)word * (uint)bound) >> 32);
}
