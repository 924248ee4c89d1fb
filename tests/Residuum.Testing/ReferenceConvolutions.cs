using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Convolution and its gradients. All three are one set of products, summed over different indices.</summary>
static class ReferenceConvolutions
{
    public static void Forward(ReferenceStep step)
    {
        var (x, w, y) = (step.Inputs[0], step.Inputs[1], step.Output);
        Convolve(((Conv2d)step.Op).Window, ((Conv2d)step.Op).Groups, x, w, y);
        if (step.Inputs.Length > 2) AddBias(y, step.Inputs[2]);
    }

    public static void Convolve(Window window, int groups, ReferenceTensor x, ReferenceTensor w, ReferenceTensor y) =>
        ForEachRow(window, groups, x, w, y, (xi, wi, yi, count, stride) =>
        {
            for (var j = 0; j < count; j++) y[yi + j] += w[wi] * x[xi + j * stride];
        });

    public static void AddBias(ReferenceTensor y, ReferenceTensor bias)
    {
        var pixels = y.Shape[2] * y.Shape[3];
        for (var i = 0; i < y.Data.Length; i++) y[i] += bias[i / pixels % y.Shape[1]];
    }

    public static void InputGradient(ReferenceStep step)
    {
        var (dy, w, dx) = (step.Inputs[0], step.Inputs[1], step.Output);
        ForEachRow(((ConvInputGradient)step.Op).Window, ((ConvInputGradient)step.Op).Groups, dx, w, dy, (xi, wi, yi, count, stride) =>
        {
            for (var j = 0; j < count; j++) dx[xi + j * stride] += w[wi] * dy[yi + j];
        });
    }

    public static void WeightGradient(ReferenceStep step)
    {
        var (x, dy, dw) = (step.Inputs[0], step.Inputs[1], step.Output);
        ForEachRow(((ConvWeightGradient)step.Op).Window, ((ConvWeightGradient)step.Op).Groups, x, dw, dy, (xi, wi, yi, count, stride) =>
        {
            for (var j = 0; j < count; j++) dw[wi] += x[xi + j * stride] * dy[yi + j];
        });
    }

    // The formula of the gradient to an image, w's first dimension being the channels of what it starts from in both.
    public static void Transposed(ReferenceStep step)
    {
        var op = (ConvTranspose2d)step.Op;
        var (x, w, y) = (step.Inputs[0], step.Inputs[1], step.Output);
        ForEachRow(op.Window, op.Groups, y, w, x, (yi, wi, xi, count, stride) =>
        {
            for (var j = 0; j < count; j++) y[yi + j * stride] += w[wi] * x[xi + j];
        });
        if (step.Inputs.Length > 2) AddBias(y, step.Inputs[2]);
    }

    // Visits every triple of elements of x, w and y that meet in y += w x; those on padding are left out. A row of y is visited at once:
    // offsets into x, w and y of the first, how many, and how far apart they are in x.
    static void ForEachRow(Window window, int groups, ReferenceTensor x, ReferenceTensor w, ReferenceTensor y,
        Action<int, int, int, int, int> visit)
    {
        var (inputChannels, height, width) = (x.Shape[1], x.Shape[2], x.Shape[3]);
        var (images, outputChannels, outputHeight, outputWidth) = (y.Shape[0], y.Shape[1], y.Shape[2], y.Shape[3]);
        for (var n = 0; n < images; n++)
            for (var o = 0; o < outputChannels; o++)
                for (var i = 0; i < outputHeight; i++)
                    for (var c = 0; c < inputChannels / groups; c++)
                        for (var u = 0; u < window.KernelHeight; u++)
                            for (var v = 0; v < window.KernelWidth; v++)
                            {
                                var row = i * window.StrideHeight + u - window.PadTop;
                                int Column(int j) => j * window.StrideWidth + v - window.PadLeft;
                                var (first, end) = (0, outputWidth);
                                while (first < end && Column(first) < 0) first++;
                                while (first < end && Column(end - 1) >= width) end--;
                                if (row < 0 || row >= height || first == end) continue;
                                visit(
                                    ((n * inputChannels + o / (outputChannels / groups) * (inputChannels / groups) + c) * height
                                        + row) * width + Column(first),
                                    ((o * (inputChannels / groups) + c) * window.KernelHeight + u) * window.KernelWidth + v,
                                    ((n * outputChannels + o) * outputHeight + i) * outputWidth + first,
                                    end - first, window.StrideWidth);
                            }
    }
}
