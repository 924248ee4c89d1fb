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

    public static void WindowAverage(ReferenceStep step)
    {
        var op = (AveragePool)step.Op;
        ForEachShare(op.Window, op.CountPadding, step.Inputs[0], step.Output, (x, y, share) => step.Output[y] += step.Inputs[0][x] * share);
    }

    public static void WindowAverageGradient(ReferenceStep step)
    {
        var op = (AveragePoolGradient)step.Op;
        ForEachShare(op.Window, op.CountPadding, step.Output, step.Inputs[0], (x, y, share) => step.Output[x] += step.Inputs[0][y] * share);
    }

    // Visits every pixel of every window that lies inside: its offset, that of the window's output, and its weight.
    static void ForEachShare(Window window, bool countPadding, ReferenceTensor x, ReferenceTensor y, Action<int, int, double> visit)
    {
        var (height, width) = (x.Shape[2], x.Shape[3]);
        ReferenceShortcuts.ForEach(y, (n, c, i, j) =>
        {
            var inside = new List<int>();
            for (var u = 0; u < window.KernelHeight; u++)
                for (var v = 0; v < window.KernelWidth; v++)
                {
                    var (row, column) = (i * window.StrideHeight + u - window.PadTop, j * window.StrideWidth + v - window.PadLeft);
                    if (row >= 0 && row < height && column >= 0 && column < width)
                        inside.Add(((n * x.Shape[1] + c) * height + row) * width + column);
                }
            var share = 1.0 / (countPadding ? window.KernelHeight * window.KernelWidth : inside.Count);
            foreach (var pixel in inside) visit(pixel, ((n * y.Shape[1] + c) * y.Shape[2] + i) * y.Shape[3] + j, share);
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
