namespace Residuum.Kernels.Tests;

/// <summary>A Winograd kernel run from NCHW arrays to NCHW arrays, with everything around it checked.</summary>
sealed record WinogradRuns(
    WinogradSize Size, ConvShape Shape, int Images, int Width, int ExtraHalo = 0, int OutputHalo = 0, int Threads = 1, int MoreImages = 0)
{
    Layout Input(int halo) => new(Shape.InputChannels, Shape.InputHeight, Shape.InputWidth, halo);

    Layout Output(int halo) => new(Shape.OutputChannels, Shape.OutputHeight, Shape.OutputWidth, halo);

    public float[] Forward(float[] x, float[] w, float[]? bias = null, float[]? residual = null, bool relu = false, bool inPlace = false,
        bool transformed = false)
    {
        var output = Output(OutputHalo);
        using var xMap = new GuardedMap(Input(Shape.RequiredHalo + ExtraHalo), Images, x);
        using var yMap = inPlace ? new GuardedMap(output, Images, residual!) : new GuardedMap(output, Images);
        using var residualMap = residual is null ? null : new GuardedMap(Output(OutputHalo + 1), Images, residual);
        using var biasBuffer = new GuardedBuffer(output.Blocks * 16);
        biasBuffer.Span.Clear();
        bias?.CopyTo(biasBuffer.Span);
        var arguments = new WinogradArguments(
            Shape, new Map(Input(Shape.RequiredHalo + ExtraHalo), xMap.Address), new Map(output, yMap.Address))
        {
            Bias = bias is null ? Address.None : biasBuffer.Address,
            Residual = residual is null ? Map.None : inPlace ? new Map(output, yMap.Address)
                : new Map(Output(OutputHalo + 1), residualMap!.Address),
            Relu = relu,
        };
        Run(arguments, w, transformed);
        return yMap.Read();
    }

    public float[] InputGradient(float[] dy, float[] w)
    {
        var reversed = Shape.Reverse();
        using var dyMap = new GuardedMap(Output(reversed.RequiredHalo + ExtraHalo), Images, dy);
        using var dxMap = new GuardedMap(Input(OutputHalo), Images);
        var arguments = new WinogradArguments(
            reversed, new Map(Output(reversed.RequiredHalo + ExtraHalo), dyMap.Address), new Map(Input(OutputHalo), dxMap.Address))
        {
            Flipped = true,
        };
        Run(arguments, w, transformed: false);
        return dxMap.Read();
    }

    public float[] WeightGradient(float[] x, float[] dy)
    {
        var (input, output) = (Input(Shape.RequiredHalo + ExtraHalo), Output(OutputHalo));
        using var xMap = new GuardedMap(input, Images, x);
        using var dyMap = new GuardedMap(output, Images, dy);
        using var dw = new GuardedBuffer(Shape.Weights().Length);
        var most = Images + MoreImages;
        using var scratch = new GuardedBuffer(WinogradWeightGradient.ScratchLength(Size, Shape, input, output, most, Threads));
        Run(WinogradWeightGradient.Create(
            Size, Shape, new Map(input, xMap.Address), new Map(output, dyMap.Address), dw.Address, scratch.Address, most, Threads, Width));
        dw.CheckGuards();
        scratch.CheckGuards();
        var result = new float[Shape.OutputChannels * Shape.InputChannels * 9];
        Shape.Weights().Unpack(dw.Span, result);
        var again = new float[Shape.Weights().Length];
        Shape.Weights().Pack(result, again);
        Numbers.AssertSameBits(again, dw.Span, "padding lanes of the weights' gradient");
        return result;
    }

    void Run(WinogradArguments arguments, float[] w, bool transformed)
    {
        var layout = Shape.Weights();
        using var packed = new GuardedBuffer(layout.Length);
        layout.Pack(w, packed.Span);
        var weights = new WinogradWeights(layout, Size, arguments.Flipped);
        using var room = new GuardedBuffer(weights.Length);
        if (transformed)
            for (var block = 0; block < layout.OutputBlocks; block++)
                weights.WriteBlock(block, packed.Span.Slice(block * layout.OutputBlockStride, layout.OutputBlockStride), room.Span);
        var most = Images + MoreImages;
        using var scratch = new GuardedBuffer(
            WinogradConv.ScratchLength(Size, arguments.Shape, arguments.X.Layout, arguments.Y.Layout, most, Threads, !transformed));
        arguments = transformed ? arguments with { Weights = room.Address } : arguments with { Packed = packed.Address };
        Run(WinogradConv.Create(Size, arguments, scratch.Address, most, Threads, Width));
        room.CheckGuards();
        scratch.CheckGuards();
    }

    void Run(Kernel kernel)
    {
        using var team = new ThreadTeam(Threads);
        team.Run(kernel, Images);
    }
}
