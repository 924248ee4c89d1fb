using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>The two halves of shortcut A and their gradients.</summary>
static class ReferenceShortcuts
{
    public static void Subsample(ReferenceStep step)
    {
        var (strideHeight, strideWidth) = (Subsample)step.Op;
        ForEach(step.Output, (n, c, i, j) => step.Output[n, c, i, j] = step.Inputs[0][n, c, i * strideHeight, j * strideWidth]);
    }

    public static void SubsampleGradient(ReferenceStep step)
    {
        var op = (SubsampleGradient)step.Op;
        ForEach(step.Inputs[0], (n, c, i, j) => step.Output[n, c, i * op.StrideHeight, j * op.StrideWidth] = step.Inputs[0][n, c, i, j]);
    }

    public static void PadChannels(ReferenceStep step)
    {
        var before = ((PadChannels)step.Op).Before;
        ForEach(step.Inputs[0], (n, c, i, j) => step.Output[n, before + c, i, j] = step.Inputs[0][n, c, i, j]);
    }

    public static void SliceChannels(ReferenceStep step)
    {
        var start = ((SliceChannels)step.Op).Start;
        ForEach(step.Output, (n, c, i, j) => step.Output[n, c, i, j] = step.Inputs[0][n, start + c, i, j]);
    }

    /// <summary>Visits every image, channel, row and column.</summary>
    public static void ForEach(ReferenceTensor x, Action<int, int, int, int> visit)
    {
        for (var n = 0; n < x.Shape[0]; n++)
            for (var c = 0; c < x.Shape[1]; c++)
                for (var i = 0; i < x.Shape[2]; i++)
                    for (var j = 0; j < x.Shape[3]; j++) visit(n, c, i, j);
    }
}
