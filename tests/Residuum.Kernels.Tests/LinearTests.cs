namespace Residuum.Kernels.Tests;

public class LinearTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 64, 10 }, { 128, 64, 10 }, { 3, 512, 100 }, { 2, 1152, 100 }, { 17, 100, 10 }, { 1, 2048, 40 }, { 7, 15, 1 }, { 1, 1, 1 },
        { 33, 33, 33 }, { 5, 71, 6 }, { 2, 300, 130 }, { 65, 16, 5 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Forward_is_exact_on_whole_numbers_at_every_width(int images, int inputs, int outputs)
    {
        var (x, w, bias) = (Numbers.Whole(images * inputs, 1), Numbers.Whole(outputs * inputs, 2), Numbers.Whole(outputs, 3));
        var expected = new double[images * outputs];
        for (var image = 0; image < images; image++)
            for (var output = 0; output < outputs; output++)
                for (var input = 0; input < inputs; input++)
                    expected[image * outputs + output] += (double)x[image * inputs + input] * w[output * inputs + input];
        foreach (var width in Numbers.Widths)
        {
            Numbers.AssertEqual(expected, Forward(images, inputs, outputs, x, w, null, false, width), $"x{width}");
            Numbers.AssertEqual([.. expected.Select((value, i) => Math.Max(0, value + bias[i % outputs]))],
                Forward(images, inputs, outputs, x, w, bias, true, width), $"with bias and ReLU, x{width}");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_are_exact_on_whole_numbers_at_every_width(int images, int inputs, int outputs)
    {
        var (x, w, dy) = (Numbers.Whole(images * inputs, 1), Numbers.Whole(outputs * inputs, 2), Numbers.Whole(images * outputs, 3));
        var (dx, dw, bias) = (new double[images * inputs], new double[outputs * inputs], new double[outputs]);
        for (var image = 0; image < images; image++)
            for (var output = 0; output < outputs; output++)
            {
                var gradient = dy[image * outputs + output];
                bias[output] += gradient;
                for (var input = 0; input < inputs; input++)
                {
                    dx[image * inputs + input] += (double)gradient * w[output * inputs + input];
                    dw[output * inputs + input] += (double)gradient * x[image * inputs + input];
                }
            }
        foreach (var width in Numbers.Widths)
        {
            Numbers.AssertEqual(dx, InputGradient(images, inputs, outputs, dy, w, width), $"dx x{width}");
            var (actual, actualBias) = WeightGradient(images, inputs, outputs, x, dy, width);
            Numbers.AssertEqual(dw, actual, $"dw x{width}");
            Numbers.AssertEqual(bias, actualBias, $"bias x{width}");
        }
    }

    [Theory]
    [InlineData(100, 10)]
    [InlineData(513, 37)]
    public void Bits_depend_neither_on_width_nor_threads_and_for_an_image_not_on_its_batch(int inputs, int outputs)
    {
        const int images = 17;
        var (x, w, dy) = (Numbers.Real(images * inputs, 1), Numbers.Real(outputs * inputs, 2), Numbers.Real(images * outputs, 3));
        var y = Forward(images, inputs, outputs, x, w, null, false, 4);
        var dx = InputGradient(images, inputs, outputs, dy, w, 4);
        var (dw, _) = WeightGradient(images, inputs, outputs, x, dy, 4);
        foreach (var width in Numbers.Widths)
        {
            foreach (var threads in new[] { 1, 2, 3 })
            {
                Numbers.AssertSameBits(y, Forward(images, inputs, outputs, x, w, null, false, width, threads), $"y x{width}");
                Numbers.AssertSameBits(dx, InputGradient(images, inputs, outputs, dy, w, width, threads), $"dx x{width}");
                Numbers.AssertSameBits(dw, WeightGradient(images, inputs, outputs, x, dy, width, threads).Weights, $"dw x{width}");
            }
            foreach (var image in new[] { 0, 8, 16 })
                Numbers.AssertSameBits(y.AsSpan(image * outputs, outputs),
                    Forward(1, inputs, outputs, x.AsSpan(image * inputs, inputs).ToArray(), w, null, false, width),
                        $"image {image}, x{width}");
        }
        var term = Math.Pow(2, -24) * (inputs + 2);
        for (var i = 0; i < y.Length; i++)
        {
            var (value, magnitude) = (0.0, 0.0);
            for (var input = 0; input < inputs; input++)
            {
                var product = (double)x[i / outputs * inputs + input] * w[i % outputs * inputs + input];
                value += product;
                magnitude += Math.Abs(product);
            }
            Assert.InRange(y[i], value - term * magnitude, value + term * magnitude);
        }
    }

    static float[] Forward(int images, int inputs, int outputs, float[] x, float[] w, float[]? bias, bool relu, int width, int threads = 1)
    {
        using var xs = Filled(x);
        using var ws = Filled(w);
        using var biases = bias is null ? null : Filled(bias);
        using var y = new GuardedBuffer(images * outputs);
        Run(LinearForwardKernel.Create(inputs, outputs, xs.Address, ws.Address, biases?.Address ?? default, y.Address, relu, width), images,
            threads);
        return Taken(y);
    }

    static float[] InputGradient(int images, int inputs, int outputs, float[] dy, float[] w, int width, int threads = 1)
    {
        using var dys = Filled(dy);
        using var ws = Filled(w);
        using var dx = new GuardedBuffer(images * inputs);
        Run(LinearInputGradientKernel.Create(inputs, outputs, dys.Address, ws.Address, dx.Address, width), images, threads);
        return Taken(dx);
    }

    static (float[] Weights, float[] Bias) WeightGradient(
        int images, int inputs, int outputs, float[] x, float[] dy, int width, int threads = 1)
    {
        using var xs = Filled(x);
        using var dys = Filled(dy);
        using var dw = new GuardedBuffer(inputs * outputs);
        using var bias = new GuardedBuffer(outputs);
        Run(LinearWeightGradientKernel.Create(inputs, outputs, xs.Address, dys.Address, dw.Address, bias.Address, width), images, threads);
        return (Taken(dw), Taken(bias));
    }

    static void Run(Kernel kernel, int images, int threads)
    {
        using var team = new ThreadTeam(threads);
        team.Run(kernel, images);
    }

    static GuardedBuffer Filled(float[] numbers)
    {
        var buffer = new GuardedBuffer(numbers.Length);
        numbers.CopyTo(buffer.Span);
        return buffer;
    }

    static float[] Taken(GuardedBuffer buffer)
    {
        buffer.CheckGuards();
        return buffer.Span.ToArray();
    }
}
