using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Operations on one element at a time.</summary>
static class ReferenceElementwise
{
    public static void Relu(ReferenceStep step) => ForEach(step, i => Math.Max(step.Inputs[0][i], 0));

    public static void ReluGradient(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i] > 0 ? step.Inputs[1][i] : 0);

    public static void Add(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i] + step.Inputs[1][i]);

    public static void Multiply(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i] * step.Inputs[1][i]);

    public static void Affine(ReferenceStep step) =>
        ForEach(step, i => ((Affine)step.Op).Scale * step.Inputs[0][i] + ((Affine)step.Op).Shift);

    public static void Sigmoid(ReferenceStep step) => ForEach(step, i => 1 / (1 + Math.Exp(-step.Inputs[0][i])));

    public static void SigmoidGradient(ReferenceStep step) =>
        ForEach(step, i => step.Inputs[1][i] * step.Inputs[0][i] * (1 - step.Inputs[0][i]));

    public static void Clip(ReferenceStep step) =>
        ForEach(step, i => Math.Min(Math.Max(step.Inputs[0][i], ((Clip)step.Op).Least), ((Clip)step.Op).Greatest));

    public static void ClipGradient(ReferenceStep step)
    {
        var (least, greatest) = (ClipGradient)step.Op;
        ForEach(step, i => step.Inputs[0][i] > least && step.Inputs[0][i] < greatest ? step.Inputs[1][i] : 0);
    }

    /// <summary>Flattening and its gradient: another shape over the same order of elements.</summary>
    public static void Copy(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i]);

    static void ForEach(ReferenceStep step, Func<int, double> element)
    {
        for (var i = 0; i < step.Output.Data.Length; i++) step.Output[i] = element(i);
    }
}
