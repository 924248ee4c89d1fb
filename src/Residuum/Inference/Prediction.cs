namespace Residuum.Inference;

/// <summary>One class that a network considered.</summary>
/// <param name="Index">The class, from 0.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">Its share of the softmax over all classes, 0 to 1.</param>
/// <param name="Logit">The network's number for it.</param>
public readonly record struct Prediction(int Index, string Label, float Probability, float Logit)
{
    /// <summary>The most probable classes, best first; of equal ones the first. Sums in double precision.</summary>
    internal static Prediction[] Top(ReadOnlySpan<float> logits, IReadOnlyList<string> labels, int top)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        double largest = float.NegativeInfinity, sum = 0;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        foreach (var logit in logits) sum += Kernels.DeterministicMath.Exp(logit - largest);
        var best = Largest(logits, Math.Min(top, logits.Length));
        var predictions = new Prediction[best.Length];
        for (var i = 0; i < best.Length; i++)
        {
            var logit = logits[best[i]];
            predictions[i] = new Prediction(best[i], labels[best[i]], (float)(Kernels.DeterministicMath.Exp(logit - largest) / sum), logit);
        }
        return predictions;
    }

    // The few best are kept in order; one that is no better than the last of them, the usual case, costs one comparison.
    static int[] Largest(ReadOnlySpan<float> logits, int count)
    {
        var best = new int[count];
        var kept = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (kept == count && logits[i].CompareTo(logits[best[^1]]) <= 0) continue;
            var place = kept < count ? kept++ : count - 1;
            for (; place > 0 && logits[i].CompareTo(logits[best[place - 1]]) > 0; place--) best[place] = best[place - 1];
            best[place] = i;
        }
        return best;
    }
}
