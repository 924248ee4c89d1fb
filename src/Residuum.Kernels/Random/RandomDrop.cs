namespace Residuum.Kernels;

/// <summary>What dropout and stochastic depth share: how a random word decides, and what is left is scaled by.</summary>
/// <param name="rate">The share that is dropped, at least 0 and below 1.</param>
/// <param name="stream">The third word of the counters.</param>
internal readonly unsafe struct RandomDrop(float rate, int stream)
{
    readonly uint _least = (uint)Math.Ceiling(rate * 4294967296.0);

    /// <summary>What is kept is multiplied by this.</summary>
    public readonly float Scale = (float)(1 / (1 - (double)rate));

    /// <summary>Four random words of an image, whose key is two 32-bit integers.</summary>
    public (uint First, uint Second, uint Third, uint Fourth) Words(Address keys, int image, ulong block) =>
        Philox.Block((uint)block, (uint)(block >> 32), (uint)stream, 0, (uint)keys.Integers[2 * image], (uint)keys.Integers[2 * image + 1]);

    /// <summary>The factor that a word stands for.</summary>
    public float Factor(uint word) => word < _least ? 0 : Scale;
}
