using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>
/// How fast this processor reads memory, measured: what fits a cache comes faster. Between the measured sizes it is interpolated.
/// </summary>
sealed class MemorySpeed
{
    const long Megabyte = 1 << 20;

    // About what a core's own cache holds, what a shared one holds, and more.
    static readonly long[] s_sizes = [4 * Megabyte, 32 * Megabyte, 256 * Megabyte];

    readonly double[] _bytesPerSecond;

    MemorySpeed(double[] bytesPerSecond) => _bytesPerSecond = bytesPerSecond;

    /// <summary>Measures for so many threads, in about a fifth of a second.</summary>
    public static MemorySpeed Measure(int threads) =>
        new([.. s_sizes.Select(bytes => 1e9 * Bandwidth.Measure(threads, bytes / sizeof(float)))]);

    /// <summary>Bytes a second where so many bytes are gone over again and again.</summary>
    public double BytesPerSecond(long bytes)
    {
        if (bytes <= s_sizes[0]) return _bytesPerSecond[0];
        for (var i = 1; i < s_sizes.Length; i++)
        {
            if (bytes > s_sizes[i]) continue;
            var share = (double)(bytes - s_sizes[i - 1]) / (s_sizes[i] - s_sizes[i - 1]);
            return _bytesPerSecond[i - 1] + share * (_bytesPerSecond[i] - _bytesPerSecond[i - 1]);
        }
        return _bytesPerSecond[^1];
    }

    /// <summary>Seconds for so many bytes that are gone over again and again.</summary>
    public double Seconds(long bytes) => bytes / BytesPerSecond(bytes);
}
