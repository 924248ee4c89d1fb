namespace Residuum.Kernels.Tests;

public class LayoutConversionTests
{
    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Images_go_into_every_layout_and_come_back_unchanged(int channels, int height, int width, int images)
    {
        foreach (var halo in new[] { 0, 1, 3 })
            foreach (var inner in new[] { Lanes.Block, channels })
            {
                var layout = new Layout(channels, height, width, halo, inner);
                var numbers = Numbers.Random(layout, images, 1);
                using var dense = new GuardedBuffer(numbers);
                using var map = new MapBuffer(layout, images);
                Everywhere.Run(images, _ => new NchwToLayout(dense.Address, map.Map), map);
                Numbers.Same(numbers, map.ToNchw());

                using var back = new GuardedBuffer(numbers.Length);
                Everywhere.Run(images, _ => new LayoutToNchw(map.Map, back.Address), back);
                Numbers.Same(numbers, back.Raw());
            }
    }

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void A_map_is_copied_between_halos_and_block_sizes(int channels, int height, int width, int images)
    {
        foreach (var (from, to, _) in Numbers.Halos)
            foreach (var (innerFrom, innerTo) in new[] { (16, 16), (channels, channels), (channels, 16), (16, channels) })
            {
                var source = new Layout(channels, height, width, from, innerFrom);
                var numbers = Numbers.Random(source, images, 2);
                using var x = new MapBuffer(source, images, numbers);
                using var y = new MapBuffer(source with { Halo = to, Inner = innerTo }, images);
                Everywhere.Run(images, w => CopyMap.Create(x.Map, y.Map, w), y);
                Numbers.Same(numbers, y.ToNchw());
            }
    }

    [Fact]
    public void Only_the_images_of_the_current_batch_are_written()
    {
        var layout = new Layout(17, 5, 7, 1);
        using var dense = new GuardedBuffer(Numbers.Random(layout, 3, 3));
        using var map = new MapBuffer(layout, 3);
        new ThreadTeam(1).Run(new NchwToLayout(dense.Address, map.Map), 2);
        var raw = map.Raw();
        Assert.All(raw[..(2 * layout.ImageStride)], number => Assert.False(float.IsNaN(number)));
        Assert.All(raw[(2 * layout.ImageStride)..], number => Assert.True(float.IsNaN(number)));
    }

    [Fact]
    public void Zeros_are_filled_up_to_the_end_and_no_further()
    {
        using var numbers = new GuardedBuffer(40_001);
        Everywhere.Run(1, _ => new FillZero(numbers.Address, 40_001), numbers);
        Assert.All(numbers.Raw(), number => Assert.Equal(0, number));

        numbers.Poison();
        new ThreadTeam(1).Run(new FillZero(numbers.Address, 100, perImage: true), 3);
        Assert.Equal(300, Array.FindIndex(numbers.Raw(), float.IsNaN));
    }

    [Fact]
    public void Maps_of_other_shapes_are_refused()
    {
        using var x = new MapBuffer(new Layout(3, 4, 4), 1);
        using var y = new MapBuffer(new Layout(3, 4, 5), 1);
        Assert.Throws<ArgumentException>(() => ReluKernel.Create(x.Map, y.Map));
        Assert.Throws<ArgumentException>(() => CopyMap.Create(x.Map, y.Map));
    }
}
