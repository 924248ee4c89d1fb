using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Poolings and their gradients.</summary>
static class ReferencePooling
{
    public static void Maximum(ReferenceStep step)
    {
        var (x, window) = (step.Inputs[0], ((MaxPool)step.Op).Window);
        ReferenceShortcuts.ForEach(step.Output, (n, c, i, j) =>
        {
            var (best, position) = (double.NegativeInfinity, -1);
            for (var u = 0; u < window.KernelHeight; u++)
                for (var v = 0; v < window.KernelWidth; v++)
                {
                    var (row, column) = (i * window.StrideHeight + u - window.PadTop, j * window.StrideWidth + v - window.PadLeft);
                    if (row < 0 || row >= x.Shape[2] || column < 0 || column >= x.Shape[3]) continue;
                    if (position >= 0 && x[n, c, row, column] <= best) continue;
                    (best, position) = (x[n, c, row, column], u * window.KernelWidth + v);
                }
            step.Output[n, c, i, j] = best;
            step.Outputs[1][n, c, i, j] = position;
        });
    }

    public static void MaximumGradient(ReferenceStep step)
    {
        var (dy, positions, window) = (step.Inputs[0], step.Inputs[1], ((MaxPoolGradient)step.Op).Window);
        ReferenceShortcuts.ForEach(dy, (n, c, i, j) =>
        {
            var (u, v) = Math.DivRem((int)positions[n, c, i, j], window.KernelWidth);
            step.Output[n, c, i * window.StrideHeight + u - window.PadTop, j * window.StrideWidth + v - window.PadLeft] += dy[n, c, i, j];
        });
    }

    public static void Average(ReferenceStep step)
    {
        var x = step.Inputs[0];
        ReferenceShortcuts.ForEach(x, (n, c, i, j) => step.Output[n, c] += x[n, c, i, j]);
        for (var i = 0; i < step.Output.Data.Length; i++) step.Output[i] /= x.Shape[2] * x.Shape[3];
    }

    public static void AverageGradient(ReferenceStep step)
    {
        var dx = step.Output;
        ReferenceShortcuts.ForEach(dx, (n, c, i, j) => dx[n, c, i, j] = step.Inputs[0][n, c] / (dx.Shape[2] * dx.Shape[3]));
    }
}
