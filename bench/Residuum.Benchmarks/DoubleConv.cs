using Residuum.Kernels;

namespace Residuum.Benchmarks;

/// <summary>A square convolution of stride 1 and its gradients by the definition in double precision, on dense arrays.</summary>
sealed class DoubleConv(ConvShape shape, int images)
{
    readonly int _side = shape.InputHeight;

    public int XLength => images * shape.InputChannels * shape.InputHeight * shape.InputWidth;

    public int YLength => images * shape.OutputChannels * shape.OutputHeight * shape.OutputWidth;

    public int WLength => shape.OutputChannels * shape.InputChannels * shape.KernelHeight * shape.KernelWidth;

    public double[] Forward(double[] x, double[] w)
    {
        var y = new double[YLength];
        Visit((xRow, yRow, tap, count) =>
        {
            for (var i = 0; i < count; i++) y[yRow + i] += w[tap] * x[xRow + i];
        });
        return y;
    }

    public double[] InputGradient(double[] dy, double[] w)
    {
        var dx = new double[XLength];
        Visit((xRow, yRow, tap, count) =>
        {
            for (var i = 0; i < count; i++) dx[xRow + i] += w[tap] * dy[yRow + i];
        });
        return dx;
    }

    public double[] WeightGradient(double[] x, double[] dy)
    {
        var dw = new double[WLength];
        Visit((xRow, yRow, tap, count) =>
        {
            var sum = 0.0;
            for (var i = 0; i < count; i++) sum += x[xRow + i] * dy[yRow + i];
            dw[tap] += sum;
        });
        return dw;
    }

    // Every row of results with every weight: where the row of inputs, the row of results and the weight are, and how many results.
    void Visit(Action<int, int, int, int> visit)
    {
        for (var image = 0; image < images; image++)
            for (var output = 0; output < shape.OutputChannels; output++)
                for (var input = 0; input < shape.InputChannels; input++)
                    for (var kernelRow = 0; kernelRow < shape.KernelHeight; kernelRow++)
                        for (var kernelColumn = 0; kernelColumn < shape.KernelWidth; kernelColumn++)
                        {
                            var (down, right) = (kernelRow - shape.PadTop, kernelColumn - shape.PadLeft);
                            var (first, end) = (Math.Max(0, -right), Math.Min(_side, _side - right));
                            var tap = ((output * shape.InputChannels + input) * shape.KernelHeight + kernelRow) * shape.KernelWidth
                                + kernelColumn;
                            for (var row = Math.Max(0, -down); row < Math.Min(_side, _side - down); row++)
                                visit(((image * shape.InputChannels + input) * _side + row + down) * _side + first + right,
                                    ((image * shape.OutputChannels + output) * _side + row) * _side + first, tap, end - first);
                        }
    }
}
