namespace Residuum.Testing;

/// <summary>Operations on one element at a time.</summary>
static class ReferenceElementwise
{
    public static void Relu(ReferenceStep step) => ForEach(step, i => Math.Max(step.Inputs[0][i], 0));

    public static void ReluGradient(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i] > 0 ? step.Inputs[1][i] : 0);

    public static void Add(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i] + step.Inputs[1][i]);

    /// <summary>Flattening and its gradient: another shape over the same order of elements.</summary>
    public static void Copy(ReferenceStep step) => ForEach(step, i => step.Inputs[0][i]);

    static void ForEach(ReferenceStep step, Func<int, double> element)
    {
        for (var i = 0; i < step.Output.Data.Length; i++) step.Output[i] = element(i);
    }
}
