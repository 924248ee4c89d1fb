namespace Residuum.Kernels.Tests;

/// <summary>
/// Convolution and its gradients in double precision, straight from the definition, on NCHW arrays. <c>Magnitude</c> is the same sum over
/// absolute values, which bounds the rounding of any order of summation.
/// </summary>
sealed class ConvReference(ConvShape shape, int images)
{
    public int XLength => images * shape.InputChannels * shape.InputHeight * shape.InputWidth;

    public int YLength => images * shape.OutputChannels * shape.OutputHeight * shape.OutputWidth;

    public int WLength => shape.OutputChannels * Inputs * shape.KernelHeight * shape.KernelWidth;

    int Inputs => shape.InputChannels / shape.Groups;

    public (double[] Value, double[] Magnitude) Forward(float[] x, float[] w) => Sum(YLength, (result, magnitude) =>
        Visit((xAt, wAt, yAt) => Add(result, magnitude, yAt, (double)x[xAt] * w[wAt])));

    public (double[] Value, double[] Magnitude) InputGradient(float[] dy, float[] w) => Sum(XLength, (result, magnitude) =>
        Visit((xAt, wAt, yAt) => Add(result, magnitude, xAt, (double)dy[yAt] * w[wAt])));

    public (double[] Value, double[] Magnitude) WeightGradient(float[] x, float[] dy) => Sum(WLength, (result, magnitude) =>
        Visit((xAt, wAt, yAt) => Add(result, magnitude, wAt, (double)x[xAt] * dy[yAt])));

    static (double[], double[]) Sum(int length, Action<double[], double[]> fill)
    {
        var (result, magnitude) = (new double[length], new double[length]);
        fill(result, magnitude);
        return (result, magnitude);
    }

    static void Add(double[] result, double[] magnitude, int at, double term)
    {
        result[at] += term;
        magnitude[at] += Math.Abs(term);
    }

    /// <summary>Every multiply-add: the positions of x, w and y that it joins.</summary>
    void Visit(Action<int, int, int> visit)
    {
        for (var image = 0; image < images; image++)
            for (var output = 0; output < shape.OutputChannels; output++)
                for (var outputRow = 0; outputRow < shape.OutputHeight; outputRow++)
                    for (var outputColumn = 0; outputColumn < shape.OutputWidth; outputColumn++)
                        for (var input = 0; input < Inputs; input++)
                            for (var kernelRow = 0; kernelRow < shape.KernelHeight; kernelRow++)
                                for (var kernelColumn = 0; kernelColumn < shape.KernelWidth; kernelColumn++)
                                {
                                    var row = outputRow * shape.StrideHeight - shape.PadTop + kernelRow;
                                    var column = outputColumn * shape.StrideWidth - shape.PadLeft + kernelColumn;
                                    if (row < 0 || row >= shape.InputHeight || column < 0 || column >= shape.InputWidth) continue;
                                    visit(
                                        ((image * shape.InputChannels + output / (shape.OutputChannels / shape.Groups) * Inputs
                                            + input) * shape.InputHeight + row) * shape.InputWidth + column,
                                        ((output * Inputs + input) * shape.KernelHeight + kernelRow) * shape.KernelWidth + kernelColumn,
                                        ((image * shape.OutputChannels + output) * shape.OutputHeight + outputRow) * shape.OutputWidth
                                            + outputColumn);
                                }
    }
}
