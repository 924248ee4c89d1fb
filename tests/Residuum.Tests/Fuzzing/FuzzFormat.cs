namespace Residuum.Tests.Fuzzing;

/// <summary>A format whose reader is tried with damaged files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seeds">Small files that load.</param>
/// <param name="Mutate">Damages a copy of a seed, mostly within its structure.</param>
/// <param name="PassesHeader">Whether a file passes what any reader looks at first, judged without our reader.</param>
/// <param name="Read">Reads a file to the end, or throws.</param>
/// <param name="Bound">How many bytes reading a file of that length may allocate in all.</param>
sealed record FuzzFormat(
    string Name, byte[][] Seeds, Func<byte[], Random, byte[]> Mutate, Func<byte[], bool> PassesHeader, Action<byte[]> Read,
    Func<long, long> Bound)
{
    public override string ToString() => Name;
}
