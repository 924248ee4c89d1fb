namespace Residuum.Kernels.Tests;

/// <summary>A convolution kernel run from NCHW arrays to NCHW arrays, with everything around it checked.</summary>
sealed record ConvRuns(ConvShape Shape, int Images, int Width, int Inner = 16, int ExtraHalo = 0, int OutputHalo = 0, int Threads = 1)
{
    Layout Input(int halo) => new(Shape.InputChannels, Shape.InputHeight, Shape.InputWidth, halo, Inner);

    Layout Output(int halo) => new(Shape.OutputChannels, Shape.OutputHeight, Shape.OutputWidth, halo);

    WeightLayout Weights => Shape.Weights(Inner);

    public float[] Forward(float[] x, float[] w, float[]? bias = null, float[]? residual = null, bool relu = false, int residualHalo = 0,
        bool inPlace = false)
    {
        var input = Input(Shape.RequiredHalo + ExtraHalo);
        var output = Output(OutputHalo);
        var residualLayout = Output(inPlace ? OutputHalo : residualHalo);
        using var xMap = new GuardedMap(input, Images, x);
        using var packed = Pack(w);
        using var yMap = inPlace ? new GuardedMap(output, Images, residual!) : new GuardedMap(output, Images);
        using var residualMap = residual is null ? null : new GuardedMap(residualLayout, Images, residual);
        using var biasBuffer = bias is null ? null : new GuardedBuffer(output.Blocks * 16);
        if (bias is not null)
        {
            biasBuffer!.Span.Clear();
            bias.CopyTo(biasBuffer.Span);
        }
        var kernel = ConvForwardKernel.Create(Shape, input, output, xMap.Address, packed.Address, biasBuffer?.Address ?? Address.None,
            residual is null ? Address.None : inPlace ? yMap.Address : residualMap!.Address, residualLayout, relu, yMap.Address, Width);
        Run(kernel);
        return yMap.Read();
    }

    public float[] InputGradient(float[] dy, float[] w, float[]? residual = null, int residualHalo = 0, bool inPlace = false)
    {
        var output = Output(ConvInputGradientKernel.RequiredHalo(Shape) + ExtraHalo);
        var input = Input(OutputHalo);
        using var dyMap = new GuardedMap(output, Images, dy);
        using var packed = Pack(w);
        using var scratch = new GuardedBuffer(ConvInputGradientKernel.ScratchLength(Shape));
        var residualLayout = Input(inPlace ? OutputHalo : residualHalo);
        using var dxMap = inPlace ? new GuardedMap(input, Images, residual!) : new GuardedMap(input, Images);
        using var residualMap = residual is null ? null : new GuardedMap(residualLayout, Images, residual);
        Run(ConvInputGradientKernel.Create(Shape, output, input, dyMap.Address, packed.Address, dxMap.Address, scratch.Address, Width,
            residual is null ? Address.None : inPlace ? dxMap.Address : residualMap!.Address, residualLayout));
        scratch.CheckGuards();
        return dxMap.Read();
    }

    public float[] WeightGradient(float[] x, float[] dy, int maximumImages = 0)
    {
        var input = Input(Shape.RequiredHalo + ExtraHalo);
        var output = Output(OutputHalo);
        using var xMap = new GuardedMap(input, Images, x);
        using var dyMap = new GuardedMap(output, Images, dy);
        using var dw = new GuardedBuffer(Weights.Length);
        using var scratch = new GuardedBuffer(
            ConvWeightGradientKernel.ScratchLength(Shape, input, output, Math.Max(Images, maximumImages)));
        Run(ConvWeightGradientKernel.Create(Shape, input, output, xMap.Address, dyMap.Address, dw.Address, scratch.Address, Width));
        dw.CheckGuards();
        scratch.CheckGuards();
        var result = new float[Shape.OutputChannels * (Shape.InputChannels / Shape.Groups) * Shape.KernelHeight * Shape.KernelWidth];
        Weights.Unpack(dw.Span, result);
        var again = new float[Weights.Length];
        Weights.Pack(result, again);
        Numbers.AssertSameBits(again, dw.Span, "padding lanes of the weights' gradient");
        return result;
    }

    GuardedBuffer Pack(float[] w)
    {
        var packed = new GuardedBuffer(Weights.Length);
        Weights.Pack(w, packed.Span);
        return packed;
    }

    void Run(Kernel kernel)
    {
        using var team = new ThreadTeam(Threads);
        team.Run(kernel, Images);
    }
}
