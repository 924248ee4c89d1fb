namespace Residuum.Kernels.Tests;

public class ElementwiseTests
{
    // All of these are single operations that IEEE 754 rounds exactly: equality, not closeness.
    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Each_function_is_exact_for_mixed_halos_and_block_sizes(int channels, int height, int width, int images)
    {
        foreach (var inner in new[] { Lanes.Block, channels })
            foreach (var (haloA, haloB, haloC) in Numbers.Halos)
            {
                var layout = new Layout(channels, height, width, haloA, inner);
                var (a, b) = (Numbers.Random(layout, images, 1), Numbers.Random(layout, images, 2));
                using var first = new MapBuffer(layout, images, a);
                using var second = new MapBuffer(layout with { Halo = haloB }, images, b);
                using var target = new MapBuffer(layout with { Halo = haloC }, images);

                Everywhere.Run(images, w => ReluKernel.Create(first.Map, target.Map, w), target);
                Numbers.Same(a.Select(x => Math.Max(x, 0)), target.ToNchw());
                Everywhere.Run(images, w => ReluGradientKernel.Create(first.Map, second.Map, target.Map, w), target);
                Numbers.Same(a.Zip(b, (dy, y) => y > 0 ? dy : 0), target.ToNchw());
                Everywhere.Run(images, w => AddKernel.Create(first.Map, second.Map, target.Map, false, w), target);
                Numbers.Same(a.Zip(b, (x, y) => x + y), target.ToNchw());
                Everywhere.Run(images, w => AddKernel.Create(first.Map, second.Map, target.Map, true, w), target);
                Numbers.Same(a.Zip(b, (x, y) => Math.Max(x + y, 0)), target.ToNchw());
                Everywhere.Run(images, w => AddKernel.CreateAccumulate(second.Map, target.Map, w), () => target.FromNchw(a), target);
                Numbers.Same(a.Zip(b, (x, y) => x + y), target.ToNchw());
            }
    }

    [Fact]
    public void Relu_lets_nan_through()
    {
        using var x = new MapBuffer(new Layout(2, 1, 1), 1, [float.NaN, -1]);
        foreach (var width in Everywhere.Widths)
        {
            using var y = new MapBuffer(new Layout(2, 1, 1), 1);
            new ThreadTeam(1).Run(ReluKernel.Create(x.Map, y.Map, width), 1);
            Assert.Equal([float.NaN, 0], y.ToNchw());
        }
    }

    [Fact]
    public void Running_a_kernel_allocates_nothing()
    {
        var layout = new Layout(64, 14, 14, 1);
        using var x = new MapBuffer(layout, 2, Numbers.Random(layout, 2, 1));
        using var y = new MapBuffer(layout, 2);
        using var team = new ThreadTeam(1);
        var kernel = AddKernel.Create(x.Map, x.Map, y.Map, true);
        team.Run(kernel, 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        team.Run(kernel, 2);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_single_small_image_is_cut_into_several_pieces()
    {
        using var x = new MapBuffer(new Layout(512, 7, 7, 1), 1);
        Assert.True(ReluKernel.Create(x.Map, x.Map).Pieces(0, 1) >= 4);
    }
}
