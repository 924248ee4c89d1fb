using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>The linear layer, softmax, the losses, and their gradients.</summary>
static class ReferenceClassifier
{
    public static void Linear(ReferenceStep step)
    {
        var (x, w, y) = (step.Inputs[0], step.Inputs[1], step.Output);
        ForEachProduct(x, w, (n, o, f) => y[n, o] += x[n, f] * w[o, f]);
        if (step.Inputs.Length < 3) return;
        for (var i = 0; i < y.Data.Length; i++) y[i] += step.Inputs[2][i % y.Shape[1]];
    }

    public static void LinearInputGradient(ReferenceStep step)
    {
        var (dy, w, dx) = (step.Inputs[0], step.Inputs[1], step.Output);
        ForEachProduct(dx, w, (n, o, f) => dx[n, f] += dy[n, o] * w[o, f]);
    }

    public static void LinearWeightGradient(ReferenceStep step)
    {
        var (x, dy, dw) = (step.Inputs[0], step.Inputs[1], step.Output);
        ForEachProduct(x, dw, (n, o, f) => dw[o, f] += dy[n, o] * x[n, f]);
    }

    public static void CrossEntropy(ReferenceStep step)
    {
        var (z, labels, smoothing) = (step.Inputs[0], step.Inputs[1], ((SoftmaxCrossEntropy)step.Op).LabelSmoothing);
        var (images, classes) = (z.Shape[0], z.Shape[1]);
        for (var n = 0; n < images; n++)
        {
            var logSum = LogSum(z, n);
            for (var k = 0; k < classes; k++)
                step.Outputs[1][n] -= Target(labels, n, k, classes, smoothing) * (z[n, k] - logSum);
            step.Output[0] += step.Outputs[1][n] / images;
        }
    }

    public static void CrossEntropyGradient(ReferenceStep step)
    {
        var (z, labels, gradient) = (step.Inputs[0], step.Inputs[1], step.Inputs[2]);
        var smoothing = ((SoftmaxCrossEntropyGradient)step.Op).LabelSmoothing;
        var (images, classes) = (z.Shape[0], z.Shape[1]);
        for (var n = 0; n < images; n++)
        {
            var logSum = LogSum(z, n);
            for (var k = 0; k < classes; k++)
                step.Output[n, k] = (Math.Exp(z[n, k] - logSum) - Target(labels, n, k, classes, smoothing)) / images * gradient[0];
        }
    }

    public static void Softmax(ReferenceStep step)
    {
        var x = step.Inputs[0];
        for (var n = 0; n < x.Shape[0]; n++)
        {
            var logSum = LogSum(x, n);
            for (var k = 0; k < x.Shape[1]; k++) step.Output[n, k] = Math.Exp(x[n, k] - logSum);
        }
    }

    public static void SoftmaxGradient(ReferenceStep step)
    {
        var (y, dy) = (step.Inputs[0], step.Inputs[1]);
        for (var n = 0; n < y.Shape[0]; n++)
        {
            var sum = 0.0;
            for (var k = 0; k < y.Shape[1]; k++) sum += y[n, k] * dy[n, k];
            for (var k = 0; k < y.Shape[1]; k++) step.Output[n, k] = y[n, k] * (dy[n, k] - sum);
        }
    }

    public static void SquaredError(ReferenceStep step)
    {
        var (x, target) = (step.Inputs[0], step.Inputs[1]);
        var (images, count) = (x.Shape[0], x.Data.Length);
        for (var i = 0; i < count; i++)
        {
            var square = (x[i] - target[i]) * (x[i] - target[i]);
            step.Output[0] += square / count;
            step.Outputs[1][i / (count / images)] += square / (count / images);
        }
    }

    public static void SquaredErrorGradient(ReferenceStep step)
    {
        var (x, target, gradient) = (step.Inputs[0], step.Inputs[1], step.Inputs[2]);
        for (var i = 0; i < x.Data.Length; i++) step.Output[i] = 2 * (x[i] - target[i]) / x.Data.Length * gradient[0];
    }

    static double Target(ReferenceTensor labels, int n, int k, int classes, double smoothing) =>
        (k == (int)labels[n] ? 1 - smoothing : 0) + smoothing / classes;

    static double LogSum(ReferenceTensor z, int n)
    {
        var largest = double.NegativeInfinity;
        for (var k = 0; k < z.Shape[1]; k++) largest = Math.Max(largest, z[n, k]);
        var sum = 0.0;
        for (var k = 0; k < z.Shape[1]; k++) sum += Math.Exp(z[n, k] - largest);
        return largest + Math.Log(sum);
    }

    static void ForEachProduct(ReferenceTensor x, ReferenceTensor w, Action<int, int, int> visit)
    {
        for (var n = 0; n < x.Shape[0]; n++)
            for (var o = 0; o < w.Shape[0]; o++)
                for (var f = 0; f < w.Shape[1]; f++) visit(n, o, f);
    }
}
