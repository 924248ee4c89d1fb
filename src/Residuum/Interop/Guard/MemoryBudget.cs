namespace Residuum.Interop;

/// <summary>
/// Counts what reading one file allocates, so that a small file cannot ask for gigabytes: the file's own length, or some multiple of it
/// where a format packs numbers tighter than memory can, and 64 MiB.
/// </summary>
sealed class MemoryBudget(long fileLength, Refusal refusal, int factor = 1)
{
    const long Slack = 64L << 20;

    long _left = fileLength * factor + Slack;

    /// <summary>Counts another file's length as part of the file's own.</summary>
    public void Extend(long length) => _left += length * factor;

    /// <summary>Takes so many bytes off before they are allocated, or refuses the file.</summary>
    public void Charge(long bytes)
    {
        if (bytes > _left)
            throw refusal.Because($"its content would take more memory than {(factor == 1 ? "" : $"{factor} times ")}the "
                + "file's own size and "
                + "64 MiB; it is damaged or made to do harm");
        _left -= bytes;
    }
}
