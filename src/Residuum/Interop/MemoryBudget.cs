namespace Residuum.Interop;

/// <summary>
/// Counts what reading one checkpoint allocates, so that a small file cannot ask for gigabytes: the file's own length and 64 MiB.
/// </summary>
sealed class MemoryBudget(long fileLength, Refusal refusal)
{
    const long Slack = 64L << 20;

    long _left = fileLength + Slack;

    /// <summary>Takes so many bytes off before they are allocated, or refuses the file.</summary>
    public void Charge(long bytes)
    {
        if (bytes > _left)
            throw refusal.Because("its content would take more memory than the file's own size and 64 MiB; it is damaged or made to do "
                + "harm");
        _left -= bytes;
    }
}
