namespace Residuum.Kernels;

/// <summary>
/// How a row of positions is cut into tiles: the cheapest cover without overlap by a small model of the processor's cycles. Among equals
/// the even cut wins, since small tiles suffer more from everything that the model leaves out.
/// The cut never changes a result, since each number is summed in its own accumulator in the same order in any tile.
/// </summary>
internal static class Tiling
{
    // Two fused multiply-adds and two loads a cycle, four cycles from one to the next that needs it, four instructions a cycle.
    // A tile of one vector reads each number straight from memory; others read it once into a register for all vectors.
    const double Latency = 4.2;

    /// <summary>Cycles of one step of a tile.</summary>
    public static double StepCost(int pixels, int vectors)
    {
        var multiplies = pixels * vectors / 2.0;
        var loads = (pixels + vectors) / 2.0;
        var instructions = (pixels * vectors + (vectors == 1 ? 0 : pixels) + vectors + 4) / 4.0;
        return Math.Max(Math.Max(multiplies, loads), Math.Max(instructions, Latency));
    }

    /// <summary>The sizes, descending, that cover this many positions at the least cost; and the cost.</summary>
    public static (int[] Sizes, double Cost) Cover(int positions, ReadOnlySpan<int> sizes, int vectors)
    {
        var cost = new double[positions + 1];
        var last = new int[positions + 1];
        for (var end = 1; end <= positions; end++)
        {
            cost[end] = double.PositiveInfinity;
            foreach (var size in sizes)
            {
                if (size > end) break;
                var total = cost[end - size] + StepCost(size, vectors) + 1.0 / (size * vectors);
                if (total > cost[end]) continue;
                cost[end] = total;
                last[end] = size;
            }
        }
        var cut = new List<int>();
        for (var end = positions; end > 0; end -= last[end]) cut.Add(last[end]);
        cut.Sort((left, right) => right - left);
        return ([.. cut], cost[positions]);
    }

    /// <summary>
    /// Sizes that cover two rows of this many positions, the first half of one of them at the end of the first row and its second half
    /// at the beginning of the second; null where no size does. And the cost.
    /// </summary>
    public static (int[]? Sizes, double Cost) CoverPair(int positions, ReadOnlySpan<int> sizes, int vectors)
    {
        int[]? best = null;
        var least = double.PositiveInfinity;
        foreach (var size in sizes)
        {
            var (before, after) = (positions - size / 2, positions - (size - size / 2));
            if (size < 2 || after < 0) continue;
            var (left, leftCost) = Cover(before, sizes, vectors);
            var (right, rightCost) = Cover(after, sizes, vectors);
            var cost = leftCost + StepCost(size, vectors) + 1.0 / (size * vectors) + rightCost;
            if (cost >= least) continue;
            (best, least) = ([.. left, size, .. right], cost);
        }
        return (best, least);
    }
}
