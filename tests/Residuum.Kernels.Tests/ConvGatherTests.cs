namespace Residuum.Kernels.Tests;

/// <summary>
/// What a convolution gathers of the map that it writes is what a pass over that map gathers, to the bit, for any shape, width and number
/// of threads.
/// </summary>
public class ConvGatherTests
{
    public static TheoryData<int> Shapes => new(Enumerable.Range(0, ConvShapes.Count));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_moments_of_a_convolutions_result_are_those_of_a_pass_of_their_own(int index)
    {
        var (shape, images, inner) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var input = new Layout(shape.InputChannels, shape.InputHeight, shape.InputWidth, shape.RequiredHalo, inner);
        var output = new Layout(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, index % 2);
        using var x = new GuardedMap(input, images, Numbers.Real(reference.XLength, 1));
        using var w = new GuardedBuffer(shape.Weights(inner).Length);
        shape.Weights(inner).Pack(Numbers.Real(reference.WLength, 2), w.Span);
        using var y = new MapBuffer(output, images);
        using var gathered = new GuardedBuffer(BatchNormMoments.Length(output, images));
        using var again = new GuardedBuffer(BatchNormMoments.Length(output, images));
        Everywhere.Run(images, width =>
            ConvForwardKernel.Create(shape, input, output, x.Address, w.Address, Address.None, Address.None, default,
            index % 3 == 0, y.Address, width, BatchNormMoments.Create(y.Map, gathered.Address, width)), y, gathered);
        Everywhere.Run(images, width => new ChunkPass(BatchNormMoments.Create(y.Map, again.Address, width)), again);
        Numbers.AssertSameBits(again.Raw(), gathered.Raw(), $"{shape}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_masked_gradient_and_its_sums_are_those_of_a_pass_of_their_own(int index)
    {
        var (shape, images, _) = ConvShapes.At(index);
        var reference = new ConvReference(shape, images);
        var output = new Layout(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, ConvInputGradientKernel.RequiredHalo(shape));
        var input = new Layout(shape.InputChannels, shape.InputHeight, shape.InputWidth, index % 2);
        using var dy = new GuardedMap(output, images, Numbers.Real(reference.YLength, 1));
        using var w = new GuardedBuffer(shape.Weights().Length);
        shape.Weights().Pack(Numbers.Real(reference.WLength, 2), w.Span);
        using var flipped = new GuardedBuffer(ConvInputGradientKernel.ScratchLength(shape));
        using var x = new MapBuffer(input with { Halo = 1 }, images, Numbers.Real(reference.XLength, 3));
        using var y = new MapBuffer(input with { Halo = index % 3 }, images, Numbers.Real(reference.XLength, 4));
        using var mean = new GuardedBuffer(input.Blocks * Lanes.Block);
        mean.Span.Fill(0.25f);
        using var dx = new MapBuffer(input, images);
        using var masked = new MapBuffer(input, images);
        using var sums = new GuardedBuffer(BatchNormGradientGather.Length(input, images));
        using var expected = new GuardedBuffer(BatchNormGradientGather.Length(input, images));
        Kernel Gradient(int width, ChunkGather? gather) => ConvInputGradientKernel.Create(
            shape, output, input, dy.Address, w.Address, dx.Address, flipped.Address, width, gather: gather);
        Everywhere.Run(images, width => Gradient(width, null), dx);
        Everywhere.Run(images, width =>
            new ChunkPass(BatchNormGradientGather.Create(x.Map, dx.Map, y.Map, masked.Map, mean.Address, expected.Address, width)),
            masked, expected);
        Everywhere.Run(images, width =>
            Gradient(width, BatchNormGradientGather.Create(x.Map, dx.Map, y.Map, dx.Map, mean.Address, sums.Address, width)), dx, sums);
        Numbers.AssertSameBits(masked.Raw(), dx.Raw(), $"{shape} dx");
        Numbers.AssertSameBits(expected.Raw(), sums.Raw(), $"{shape} sums");
    }
}
