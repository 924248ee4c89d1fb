using System.Globalization;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Inference;

namespace Residuum.Inspection;

/// <summary>Finds a network's logits, names its classes, and says how probable they are.</summary>
static class ClassScores
{
    /// <summary>The logits: what the classifier makes, before a softmax.</summary>
    /// <exception cref="ResiduumException">The network has no classifier.</exception>
    public static Value Logits(InspectedModel model)
    {
        var value = NamedFeatures.Classifier(model.Graph)?.Output() ?? model.Graph.Outputs[0].Value;
        return model.Graph.TypeOf(value).Shape is { HasFreeBatch: true, Rank: 2 } ? value
            : throw new ResiduumException($"The network {model.Name} has no classifier, so there is no class to "
            + "explain; name one that has.");
    }

    /// <summary>The name of a class; its number where it has none.</summary>
    public static string Label(InspectedModel model, int index) =>
        index < model.Labels.Count ? model.Labels[index] : string.Create(CultureInfo.InvariantCulture, $"class {index}");

    /// <summary>The class that a user means by its number or its name.</summary>
    /// <exception cref="ResiduumException">There is no such class.</exception>
    public static int Find(InspectedModel model, string text)
    {
        var classes = model.Graph.TypeOf(Logits(model)).Shape[1];
        for (var i = 0; i < Math.Min(classes, model.Labels.Count); i++)
            if (model.Labels[i].Equals(text, StringComparison.OrdinalIgnoreCase)) return i;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return Check(model, index, classes);
        var nearest = EditDistance.Nearest(text, model.Labels);
        throw new ResiduumException($"{model.Name} has no class {Printable.Quote(text)}"
            + (nearest is null ? $"; name one by its label or its number from 0 to {classes - 1}."
            : $"; the nearest is {Printable.Quote(nearest)}."));
    }

    /// <summary>The class itself, where there is one of this number.</summary>
    /// <exception cref="ResiduumException">There is not.</exception>
    public static int Check(InspectedModel model, int index, int classes) => index >= 0 && index < classes ? index
        : throw new ResiduumException($"{model.Name} has no class {index}; its classes are numbered from 0 to {classes - 1}.");

    /// <summary>One class among its logits, with its share of the softmax; sums in double precision.</summary>
    public static Prediction Of(InspectedModel model, ReadOnlySpan<float> logits, int index)
    {
        double largest = float.NegativeInfinity, sum = 0;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        foreach (var logit in logits) sum += Kernels.DeterministicMath.Exp(logit - largest);
        return new Prediction(index, Label(model, index), (float)(Kernels.DeterministicMath.Exp(logits[index] - largest) / sum),
            logits[index]);
    }

    /// <summary>The classes with the largest logits, best first; of equal ones the first.</summary>
    public static int[] Best(ReadOnlySpan<float> logits, int count)
    {
        var dense = logits.ToArray();
        return [.. Enumerable.Range(0, dense.Length).OrderByDescending(i => dense[i]).Take(count)];
    }
}
