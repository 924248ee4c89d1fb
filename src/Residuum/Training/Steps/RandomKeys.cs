using Residuum.Foundation;

namespace Residuum.Training;

/// <summary>The keys under which a training step drops at random (<see cref="Graphs.RandomOp"/>).</summary>
static class RandomKeys
{
    /// <summary>
    /// Writes two words for each image of a batch: a function of the run's seed, the step and the image's place in the batch, so that a
    /// step that is done again after an interruption drops the same.
    /// </summary>
    public static void Fill(Span<int> keys, ulong seed, long step, int images)
    {
        var random = CounterRandom.For(RandomUse.Dropout, seed);
        for (var image = 0; image < images; image++)
        {
            var (first, second, _, _) = random.Block(((ulong)step << 32) | (uint)image);
            (keys[2 * image], keys[2 * image + 1]) = ((int)first, (int)second);
        }
    }
}
