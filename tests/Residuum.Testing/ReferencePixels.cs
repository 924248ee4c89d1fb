using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Padding, cropping and enlarging maps.</summary>
static class ReferencePixels
{
    public static void Pad(ReferenceStep step)
    {
        var op = (PadPixels)step.Op;
        var x = step.Inputs[0];
        ReferenceShortcuts.ForEach(x, (n, c, i, j) => step.Output[n, c, op.Top + i, op.Left + j] = x[n, c, i, j]);
    }

    public static void Crop(ReferenceStep step)
    {
        var op = (CropPixels)step.Op;
        var y = step.Output;
        ReferenceShortcuts.ForEach(y, (n, c, i, j) => y[n, c, i, j] = step.Inputs[0][n, c, op.Top + i, op.Left + j]);
    }

    public static void Upsample(ReferenceStep step)
    {
        var op = (Upsample)step.Op;
        var (x, y) = (step.Inputs[0], step.Output);
        ForEachWeight(x, y, op.FactorHeight, op.FactorWidth, op.Mode,
            (n, c, row, column, i, j, weight) => y[n, c, i, j] += weight * x[n, c, row, column]);
    }

    public static void UpsampleGradient(ReferenceStep step)
    {
        var op = (UpsampleGradient)step.Op;
        var (dx, dy) = (step.Output, step.Inputs[0]);
        ForEachWeight(dx, dy, op.FactorHeight, op.FactorWidth, op.Mode,
            (n, c, row, column, i, j, weight) => dx[n, c, row, column] += weight * dy[n, c, i, j]);
    }

    static void ForEachWeight(ReferenceTensor small, ReferenceTensor large, int factorHeight, int factorWidth, UpsampleMode mode,
        Action<int, int, int, int, int, int, double> visit) =>
        ReferenceShortcuts.ForEach(large, (n, c, i, j) =>
        {
            foreach (var (row, rowWeight) in Sources(i, factorHeight, small.Shape[2], mode))
                foreach (var (column, columnWeight) in Sources(j, factorWidth, small.Shape[3], mode))
                    visit(n, c, row, column, i, j, rowWeight * columnWeight);
        });

    static (int Place, double Weight)[] Sources(int output, int factor, int length, UpsampleMode mode)
    {
        if (mode == UpsampleMode.Nearest) return [(output / factor, 1)];
        var place = Math.Clamp((output + 0.5) / factor - 0.5, 0, length - 1);
        var first = (int)Math.Floor(place);
        return [(first, 1 - (place - first)), (Math.Min(first + 1, length - 1), place - first)];
    }
}
